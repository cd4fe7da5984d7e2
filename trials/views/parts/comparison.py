"""Studies held against each other: their values, by optimizer where they repeat one another, and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from trials import wording
from trials.charts.comparing import compare
from trials.charts.comparing import verdict as verdicts
from trials.charts.comparing.arms import Entry, Panel
from trials.charts.comparing.course import TOP
from trials.charts.comparing.overlay import Sign, sign_of
from trials.charts.comparing.statistics import Pair
from trials.charts.comparing.verdict import Verdict
from trials.forms.comparing import Compared
from trials.models import Study

from .folds import standard_error
from .progress import Progress, progress_of

#: Arms that the legend in the card's head names; more have their signs in the table alone.
MOST_IN_LEGEND = 6


@dataclass(frozen=True)
class StudyLine:
    """One study in the table of values; `first` marks where it is the best of its column."""

    pk: int
    name: str
    sign: Sign
    state: str
    method: str
    seed: int
    best: str
    is_best: bool
    gain: wording.Gain | None
    top: str
    reached: str
    progress: Progress
    failed: int
    spent: str
    without: str


@dataclass(frozen=True)
class ArmLine:
    """One optimizer with several studies, and how it stands against the best one."""

    label: str
    sign: Sign
    studies: int
    median: str
    mean: str
    interval: str
    wins: str
    against: str
    p: str
    best: bool


@dataclass(frozen=True)
class PanelPart:
    """Studies of one metric: chart, sentences, tables."""

    place: int
    metric: str
    arrow: str
    chart: str
    legend: tuple[tuple[str, Sign], ...]
    caution: str
    arms: tuple[ArmLine, ...]
    answers: tuple[tuple[str, str], ...]
    other_pairs: tuple[tuple[str, str], ...]
    basis: str
    studies: tuple[StudyLine, ...]
    reach: str
    reach_asked: bool
    top: int = TOP


def compared_studies(asked: Compared) -> QuerySet[Study]:
    """The studies that are asked for and there, with all that the comparison shows of their rows."""
    studies = Study.objects.visible().filter(pk__in=asked.all)
    return studies.select_related("space", "best").defer("best__log", "best__info", "best__error")


def in_asked_order(studies: Iterable[Study], asked: Compared) -> list[Study]:
    places = {pk: place for place, pk in enumerate(asked.all)}
    return sorted(studies, key=lambda study: places.get(study.pk, len(places)))


def panels_shown(studies: Sequence[Study], asked: Compared, slots: int) -> tuple[PanelPart, ...]:
    """Return the parts of the page, one for each metric."""
    known = {study.pk: study for study in studies}
    return tuple(
        _panel(place, verdict, known, asked, slots) for place, verdict in enumerate(compare(studies))
    )


def apart(panels: Sequence[PanelPart]) -> str:
    """Say why there are several panels; "" where there is one."""
    if len(panels) < 2:
        return ""
    goals = [
        f"{wording.count(len(panel.studies), 'study', 'studies')} "
        f"{'looks' if len(panel.studies) == 1 else 'look'} for the {panel.arrow} {panel.metric}"
        for panel in panels
    ]
    return f"These studies have different goals: {wording.listed(goals)}. They are drawn and ranked apart."


def _panel(place: int, verdict: Verdict, known: dict[int, Study], asked: Compared, slots: int) -> PanelPart:
    panel = verdict.panel
    signs = {arm.label: sign_of(at) for at, arm in enumerate(panel.arms)}
    reach = _reach(panel, asked)
    repeated = any(arm.repeated for arm in panel.arms)
    told = verdicts.answer_of(verdict)
    return PanelPart(
        place=place,
        metric=panel.metric,
        arrow="highest" if panel.maximize else "lowest",
        chart=reverse("compare-chart", args=[place]) + asked.query(differences=False, reach=None),
        legend=tuple(signs.items()) if len(signs) <= MOST_IN_LEGEND else (),
        caution=_caution(panel, known),
        arms=_arm_lines(verdict, signs) if repeated else (),
        answers=tuple(told) if repeated else (),
        other_pairs=tuple(_others(verdict)) if repeated else (),
        basis=verdicts.basis(panel) if any(one.values for one in verdict.standings) else "",
        studies=tuple(
            _study_line(panel, entry, known[entry.pk], signs[arm.label], reach, asked, slots)
            for arm in panel.arms
            for entry in arm.entries
        ),
        reach="" if reach is None else wording.short(reach),
        reach_asked=asked.reach is not None,
    )


def _reach(panel: Panel, asked: Compared) -> float | None:
    """The value whose trials are counted: what is asked for, else what all have reached."""
    if asked.reach is not None:
        return asked.reach
    bests = [best for entry in panel.entries if (best := entry.course.best) is not None]
    if not bests or not panel.comparable:
        return None
    return min(bests) if panel.maximize else max(bests)


def _caution(panel: Panel, known: dict[int, Study]) -> str:
    """What keeps the values from telling who is better; "" where nothing does."""
    told = []
    if not panel.comparable:
        data = {
            str(known[entry.pk].objective.get("dataset") or known[entry.pk].kind) for entry in panel.entries
        }
        told.append(
            f"The values are of different data ({wording.listed(sorted(data))}), so they cannot be ranked."
            if len(data) > 1
            else "The studies are scored in different ways, so their values cannot be ranked."
        )
    if not panel.same_budget and not panel.at_the_end and panel.comparable:
        told.append(f"Budgets or progress differ, so the studies are compared {verdicts.basis(panel)}.")
    if any(entry.in_parts for entry in panel.entries):
        told.append("Trials that are trained in parts are cheaper than others: look along the training time.")
    if any(known[entry.pk].several for entry in panel.entries):
        told.append("Of several objectives the first is compared.")
    return " ".join(told)


def _study_line(
    panel: Panel, entry: Entry, study: Study, sign: Sign, reach: float | None, asked: Compared, slots: int
) -> StudyLine:
    shown = wording.Shown(study.metric, study.maximize)
    best, top = entry.course.best, entry.course.top
    bests = [other.course.best for other in panel.entries if other.course.best is not None]
    trials = None if reach is None else entry.course.trials_to(reach, panel.maximize)
    ends = max(bests, default=None) if panel.maximize else min(bests, default=None)
    error = standard_error(study.best.folds) if study.best else None
    return StudyLine(
        pk=study.pk,
        name=study.name,
        sign=sign,
        state=study.state,
        method=study.optimizer["name"],
        seed=study.seed,
        best=wording.five(best),
        is_best=best is not None and best == ends and panel.comparable and len(bests) > 1,
        gain=shown.gain(study.best_value, study.default_value, error),
        top=wording.five(_median(top)) if top else wording.DASH,
        reached=wording.DASH if reach is None else "not yet" if trials is None and not entry.over else
        "never" if trials is None else f"{trials:,}",
        progress=progress_of(study, slots),
        failed=study.n_failed,
        spent=wording.duration(study.train_seconds) if study.n_terminal else wording.DASH,
        without=asked.without(study.pk),
    )  # fmt: skip


def _median(values: Sequence[float]) -> float:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _arm_lines(verdict: Verdict, signs: dict[str, Sign]) -> tuple[ArmLine, ...]:
    leader = verdict.standings[0].arm.label
    against = {
        pair.second if pair.first == leader else pair.first: pair.turned() if pair.first == leader else pair
        for pair in verdict.pairs
        if leader in (pair.first, pair.second)
    }
    lines = []
    for standing in verdict.standings:
        found, label = standing.spread, standing.arm.label
        pair = against.get(label)
        lines.append(
            ArmLine(
                label=label,
                sign=signs[label],
                studies=len(standing.arm.entries),
                median=wording.five(found.median) if found else wording.DASH,
                mean=wording.five(found.mean) if found else wording.DASH,
                interval=_interval(found.low, found.high) if found else wording.DASH,
                wins=_wins(label, verdict.pairs),
                against=verdicts.difference_in_words(pair) if pair else wording.DASH,
                p=verdicts.probability(pair.corrected) if pair else wording.DASH,
                best=label == leader and found is not None,
            )
        )
    return tuple(lines)


def _interval(low: float | None, high: float | None) -> str:
    return "too few" if low is None or high is None else f"{wording.five(low)} to {wording.five(high)}"


def _wins(label: str, pairs: Sequence[Pair]) -> str:
    """At how many seeds it was better than another optimizer, over all of them."""
    mine = [
        pair if pair.first == label else pair.turned() for pair in pairs if label in (pair.first, pair.second)
    ]
    if not mine:
        return wording.DASH
    return f"{sum(pair.wins for pair in mine)} of {sum(pair.seeds for pair in mine)}"


def _others(verdict: Verdict) -> list[tuple[str, str]]:
    """The pairs without the best arm, told by the better one."""
    leader = verdict.standings[0].arm.label
    ranks = [standing.arm.label for standing in verdict.standings]
    rest = [pair for pair in verdict.pairs if leader not in (pair.first, pair.second)]
    told = [pair if ranks.index(pair.first) < ranks.index(pair.second) else pair.turned() for pair in rest]
    return [(verdicts.in_words(pair, verdict.panel), verdicts.trust(pair)) for pair in told]
