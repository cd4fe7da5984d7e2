"""The comparison's pure steps: arms, statistics, words and picture."""

import math
from itertools import pairwise
from typing import Any

import pytest
from scipy.stats import wilcoxon

from trials.charts.comparing import overlay, statistics
from trials.charts.comparing.arms import Entry, panels_of
from trials.charts.comparing.course import Course, Step
from trials.charts.comparing.verdict import answer_of, in_words, summary, trust, verdict_of


def course(*values: float, seconds: float = 2.0) -> Course:
    """One trial after another, each taking so long; values are bests from the first trial on."""
    steps = [
        Step(place + 1, seconds * (place + 1), place + 1.0, value)
        for place, value in enumerate(values)
        if value < min(values[:place], default=math.inf)
    ]
    return Course(
        tuple(steps), Step(len(values), seconds * len(values), len(values), 0.0), tuple(sorted(values))
    )


def entry(pk: int, went: Course, **changes: Any) -> Entry:
    known: dict[str, Any] = {
        "name": f"Study {pk}", "metric": "loss", "maximize": False, "yardstick": "y", "problem": "p",
        "subject": "branin",
        "method": "random", "options": "{}", "seed": pk, "budget": '{"trials": 3}', "over": True,
        "in_parts": False,
    }  # fmt: skip
    return Entry(pk=pk, course=went, **(known | changes))


def repeats(ahead: float = 0.1, seeds: int = 5) -> list[Entry]:
    """random and gp at each seed; gp ends lower by `ahead`."""
    made = []
    for seed in range(seeds):
        level = 1 + seed / 10
        made.append(entry(2 * seed, course(3, level), seed=seed))
        made.append(entry(2 * seed + 1, course(3, level - ahead), seed=seed, method="gp"))
    return made


def test_repeats_become_arms_and_other_goals_other_panels():
    entries = [*repeats(seeds=2), entry(9, course(0.5), metric="accuracy", maximize=True)]
    first, second = panels_of(entries)
    assert [(arm.label, len(arm.entries)) for arm in first.arms] == [("random", 2), ("gp", 2)]
    assert [arm.label for arm in second.arms] == ["Study 9"]


def test_an_arm_is_told_by_what_tells_it_apart():
    entries = [
        *repeats(seeds=2),
        *(entry(seed, course(1), method="gp", options='{"explore": 0.5}', seed=seed) for seed in (20, 21)),
    ]
    (panel,) = panels_of(entries)
    assert [arm.label for arm in panel.arms] == ["random", "gp (as it comes)", "gp (explore 0.5)"]
    others = [entry(seed, course(1), seed=seed, problem="q", subject="ackley") for seed in (30, 31)]
    (panel,) = panels_of([*repeats(seeds=2), *others])
    assert [arm.label for arm in panel.arms] == ["random, branin", "gp, branin", "random, ackley"]
    (panel,) = panels_of([entry(1, course(1), name="A"), entry(2, course(1), name="A", problem="q")])
    assert [arm.label for arm in panel.arms] == ["A (study 1)", "A (study 2)"]


def test_a_clean_sweep_of_five_seeds_is_told_with_its_interval_and_its_doubt():
    verdict = verdict_of(panels_of(repeats())[0])
    ((sentence, doubt),) = answer_of(verdict)
    assert (
        sentence == "gp reached a lower loss than random in 5 of 5 seeds; difference −0.100 [−0.100, −0.100]."
    )
    assert doubt.startswith("It may be chance (p = 0.062): with 5 seeds not even a clean sweep shows more")
    assert summary(verdict)[0] == "gp has the lowest median best loss, 1.1000, at the end of the budget."


def test_six_seeds_can_tell_and_maximised_metrics_turn_round():
    (panel,) = panels_of(repeats(seeds=6))
    (pair,) = verdict_of(panel).pairs
    assert trust(pair) == "More than chance explains (p = 0.031)."
    (panel,) = panels_of([entry(1, course(5, 4), maximize=True), entry(2, course(6), maximize=True)])
    assert panel.better(2, than=1)


def test_studies_that_run_are_compared_after_as_many_trials_each():
    entries = [
        entry(1, course(5, 4, 3, 1), over=False),
        entry(2, course(4.5, 4.2), over=False, method="gp", seed=1),
    ]
    verdict = verdict_of(panels_of(entries)[0])
    lead, rest = summary(verdict)
    assert lead == "Study 1 has the lowest best loss, 4.0000, after 2 trials each."
    assert rest == "Then Study 2 4.2000."


def test_values_of_other_data_are_not_ranked():
    (panel,) = panels_of([entry(1, course(1)), entry(2, course(2), yardstick="z", problem="q")])
    assert summary(verdict_of(panel))[0] == "These values are not measured alike."
    assert verdict_of(panel).pairs == ()


@pytest.mark.parametrize("differences", [(0.3, -0.1, 0.2, 0.5, 0.4, -0.05, 0.7), (1, 2, -3, 4, 5, 6, 7, 8)])
def test_p_is_that_of_scipys_exact_test(differences: tuple[float, ...]):
    by_seed = {"a": dict(enumerate(differences)), "b": dict.fromkeys(range(len(differences)), 0.0)}
    (pair,) = statistics.pairs(by_seed, maximize=False)
    assert pair.p == pytest.approx(wilcoxon(differences, method="exact").pvalue)
    assert (pair.wins, pair.losses) == (sum(d < 0 for d in differences), sum(d > 0 for d in differences))


def test_p_with_ties_tries_all_signs_and_no_difference_is_none():
    by_seed = {"a": dict.fromkeys(range(4), 1.0), "b": dict.fromkeys(range(4), 0.0)}
    (pair,) = statistics.pairs(by_seed, maximize=True)
    assert pair.p == pytest.approx(2 / 16)
    (pair,) = statistics.pairs({"a": by_seed["a"], "b": by_seed["a"]}, maximize=True)
    assert (pair.p, pair.ties) == (1.0, 4)
    (panel,) = panels_of([entry(1, course(1))])
    assert in_words(pair, panel) == "a and b reached the same loss at all 4 seeds."
    assert trust(pair) == ""


def test_holm_corrects_as_published():
    assert statistics.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_an_interval_holds_the_mean_is_repeatable_and_wants_three_values():
    values = [1.0, 2.0, 4.0, 8.0]
    first, again = statistics.spread(values), statistics.spread(values)
    assert first == again
    assert first.low is not None
    assert first.high is not None
    assert 1.0 <= first.low < first.mean < first.high <= 8.0
    assert statistics.spread(values[:2]).low is None


def test_a_pair_told_from_the_other_side_is_the_same_pair():
    (panel,) = panels_of(repeats())
    (pair,) = verdict_of(panel).pairs
    assert pair.turned().turned() == pair
    assert in_words(pair, panel).startswith("gp reached a lower loss than random in 5 of 5")


def test_the_band_holds_the_middle_half_and_the_line_the_median():
    (panel,) = panels_of([*repeats(seeds=5)])
    data = overlay.data(verdict_of(panel), "trial")
    random, _ = data.lines
    assert list(random.x) == [1, 2]
    assert list(random.middle) == [3, 1.2]
    assert (random.low[-1], random.high[-1]) == (1.1, 1.3)
    figure = overlay.figure(data)
    assert figure is not None
    assert {trace["line"]["dash"] for trace in figure["data"] if "dash" in trace["line"]} == {
        "solid",
        "8px,4px",
    }


def test_along_time_a_study_that_ended_early_keeps_its_best():
    entries = [entry(1, course(5, 4)), entry(2, course(6, 3, 2, seconds=10), seed=2)]
    data = overlay.data(verdict_of(panels_of(entries)[0]), "time")
    (line,) = data.lines
    assert line.x[-1] == 30
    assert line.middle[-1] == 3


def test_twenty_studies_have_signs_of_their_own_and_labels_that_do_not_touch():
    entries = [entry(pk, course(5, 1 + pk / 1000), problem=str(pk)) for pk in range(20)]
    data = overlay.data(verdict_of(panels_of(entries)[0]), "trial")
    figure = overlay.figure(data)
    assert figure is not None
    heights = sorted(note["y"] for note in figure["layout"]["annotations"])
    gap = min(b - a for a, b in pairwise(heights))
    low, high = figure["layout"]["yaxis"]["range"]
    assert gap >= 0.049 * (high - low)
    assert len({(line.sign.colour, line.sign.dash) for line in data.lines[:5]}) == 5
    assert {line.sign.colour for line in data.lines[5:]} == {"faint"}


def test_a_long_study_is_drawn_from_few_points():
    steps = tuple(Step(at, at, at, 1 / at) for at in range(1, 5000))
    long = Course(steps, Step(5000, 5000, 5000, 0.0), (1 / 5000,))
    (line,) = overlay.data(verdict_of(panels_of([entry(1, long)])[0]), "trial").lines
    assert len(line.x) <= 501
    assert long.trials_to(0.5, maximize=False) == 2
    assert long.trials_to(1e-9, maximize=False) is None


def test_a_pair_that_takes_turns_says_both_sides():
    entries = [entry(seed, course(5 + (-1) ** seed), seed=seed) for seed in range(4)]
    entries += [entry(9 + seed, course(5), seed=seed, method="gp") for seed in range(4)]
    verdict = verdict_of(panels_of(entries)[0])
    ((sentence, doubt),) = answer_of(verdict)
    assert "in 2 of 4 seeds, a higher one in 2; difference" in sentence
    assert "p = 1" in doubt
