"""What a comparison comes to, in figures and in plain words. Pure; called by its page, chart and API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from trials.wording import count, five, listed, signed_minus, significant

from .arms import Arm, Panel
from .statistics import FEWEST_TO_TELL, Pair, Spread, least_p, pairs, spread


@dataclass(frozen=True)
class Standing:
    """An arm with its values: one for each of its studies that has a result."""

    arm: Arm
    values: tuple[float, ...]
    spread: Spread | None


@dataclass(frozen=True)
class Verdict:
    """Arms from the best to the worst, those without a result last; pairs as the better one tells them."""

    panel: Panel
    standings: tuple[Standing, ...]
    pairs: tuple[Pair, ...]

    @property
    def waiting(self) -> int:
        """Studies that have no result to compare yet."""
        return len(self.panel.entries) - sum(len(standing.values) for standing in self.standings)


def verdict_of(panel: Panel) -> Verdict:
    """Rank the arms by the median of their studies; compare them by seed where they search the same."""
    standings = [_standing(panel, arm) for arm in panel.arms]
    sign = -1.0 if panel.maximize else 1.0
    standings.sort(key=lambda one: _rank(one.spread, sign))
    found: Sequence[Pair] = ()
    if panel.repeats:
        by_seed = {one.arm.label: _by_seed(panel, one.arm) for one in standings}
        found = pairs(by_seed, panel.maximize)
    return Verdict(panel, tuple(standings), tuple(found))


def _rank(found: Spread | None, sign: float) -> tuple[float, ...]:
    """By the median, of equals by the mean; those without a result last."""
    return (1.0,) if found is None else (0.0, sign * found.median, sign * found.mean)


def _standing(panel: Panel, arm: Arm) -> Standing:
    values = tuple(value for entry in arm.entries if (value := panel.value(entry)) is not None)
    return Standing(arm, values, spread(values) if values else None)


def _by_seed(panel: Panel, arm: Arm) -> Mapping[int, float]:
    """The value at each seed; of studies with the same seed the mean."""
    found: dict[int, list[float]] = {}
    for entry in arm.entries:
        value = panel.value(entry)
        if value is not None:
            found.setdefault(entry.seed, []).append(value)
    return {seed: fmean(values) for seed, values in found.items()}


# --- in words ---------------------------------------------------------------------------------------------
def basis(panel: Panel) -> str:
    """Say what is compared: "at the end of the budget", "after 12 trials each"."""
    if not panel.at_the_end:
        return f"after {count(panel.common_trials, 'trial')} each"
    if panel.over:
        return "at the end of the budget" if panel.same_budget else "at the end of each budget"
    return "as far as each has come"


def difference_in_words(pair: Pair) -> str:
    """Write a difference with its interval: "−0.03 [−0.05, −0.01]"."""
    text = _signed(pair.difference)
    if pair.low is None or pair.high is None:
        return text
    return f"{text} [{_signed(pair.low)}, {_signed(pair.high)}]"


def _signed(value: float) -> str:
    text = significant(value, 3)
    return f"+{text}" if value > 0 else signed_minus(text)


def in_words(pair: Pair, panel: Panel) -> str:
    """One pair as a sentence: who won at how many seeds, by how much."""
    better, worse = ("higher", "lower") if panel.maximize else ("lower", "higher")
    if not pair.wins and not pair.losses:
        return f"{pair.first} and {pair.second} reached the same {panel.metric} at all {pair.seeds} seeds."
    won = f"{pair.wins} of {pair.seeds} seeds"
    told = f"{pair.first} reached a {better} {panel.metric} than {pair.second} in {won}"
    lost = f"a {worse} one in {pair.losses}" if pair.losses and pair.wins <= 2 * pair.losses else ""
    ties = f"the same in {pair.ties}" if pair.ties else ""
    return f"{', '.join(filter(None, [told, lost, ties]))}; difference {difference_in_words(pair)}."


def trust(pair: Pair) -> str:
    """Say whether a pair's difference can be chance."""
    if not pair.wins and not pair.losses:
        return ""
    p = probability(pair.corrected)
    if pair.corrected < 0.05:
        return f"More than chance explains ({p})."
    if pair.seeds < FEWEST_TO_TELL:
        least = probability(least_p(pair.seeds))
        return (
            f"It may be chance ({p}): with {pair.seeds} seeds not even a clean sweep shows more ({least}); "
            f"{FEWEST_TO_TELL} seeds are the fewest that can."
        )
    return f"It may be chance ({p})."


def probability(p: float) -> str:
    return "p < 0.001" if p < 0.001 else "p = 1" if p > 0.995 else f"p = {significant(p, 2)}"


def summary(verdict: Verdict) -> tuple[str, str]:
    """The comparison's answer: its first sentence, and what to make of it."""
    panel = verdict.panel
    ranked = [one for one in verdict.standings if one.spread]
    metric = panel.metric
    if not ranked:
        return f"No result in {metric} yet.", "The comparison begins with the first complete trials."
    if len(verdict.panel.entries) == 1:
        best = ranked[0].spread
        assert best is not None
        return f"The best {metric} is {five(best.median)}.", "Add a study to compare it with."
    if not panel.comparable:
        return (
            "These values are not measured alike.",
            "The studies score other data, or in another way: look at their course, not at who is lower.",
        )
    first, others = ranked[0], ranked[1:]
    assert first.spread is not None
    told = f"{metric}, {five(first.spread.median)}, {basis(panel)}."
    what = "median best" if any(one.arm.repeated for one in ranked) else "best"
    lead = f"{first.arm.label} has the {_extreme(panel)} {what} {told}"
    rest = [_others(others)] if others else []
    level = [one.arm.label for one in others if one.spread and one.spread.median == first.spread.median]
    if level:
        lead = f"{listed([first.arm.label, *level])} are level in {told}"
        rest = [_others(others[len(level) :])] if others[len(level) :] else []
    if verdict.waiting:
        rest.append(f"{count(verdict.waiting, 'study has', 'studies have')} no result to compare yet.")
    return lead, " ".join(rest)


def _extreme(panel: Panel) -> str:
    return "highest" if panel.maximize else "lowest"


def _others(others: Sequence[Standing], most: int = 3) -> str:
    told = [f"{one.arm.label} {five(one.spread.median)}" for one in others[:most] if one.spread]
    more = len(others) - len(told)
    return f"Then {listed([*told, *([f'{more} more'] if more else [])])}."


def answer_of(verdict: Verdict) -> Sequence[tuple[str, str]]:
    """Each pair that the best arm is in, the best told first: (sentence, what to make of it)."""
    if not verdict.standings:
        return ()
    best = verdict.standings[0].arm.label
    told = [
        pair if pair.first == best else pair.turned()
        for pair in verdict.pairs
        if best in (pair.first, pair.second)
    ]
    return [(in_words(pair, verdict.panel), trust(pair)) for pair in told]
