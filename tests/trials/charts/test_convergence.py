"""The convergence chart's steps."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from trials.charts.base import StudyFacts
from trials.charts.convergence import CHART, Convergence, Rows, data, figure, rows, words
from trials.models import Study, Trial


def facts(**changes: Any) -> StudyFacts:
    usual = {"metric": "log_loss", "maximize": False, "over": False, "planned": 20, "handed_out": 6}
    counts = {"complete": 4, "pruned": 1, "failed": 1, "default_value": 0.5}
    return StudyFacts(**(usual | counts | changes))


MARKS = [
    (0, "complete", 0.5),
    (1, "complete", 0.4),
    (2, "failed", None),
    (3, "complete", 0.45),
    (4, "pruned", 0.1),
    (5, "complete", 0.3),
]


def shown(marks: list[tuple[int, str, float | None]] = MARKS, **changes: Any) -> Convergence:
    return data(facts(**changes), Rows(marks))


def traces(shown: Convergence) -> dict[str, dict[str, Any]]:
    """The figure's traces by what they are."""
    drawn = figure(shown)
    assert drawn is not None
    names = ["default", "dots", "steps", "best", "pruned", "failed"]
    if len(drawn["data"]) < len(names):
        names.remove("default")
    return dict(zip(names, drawn["data"], strict=True))


def notes(shown: Convergence) -> list[str]:
    drawn = figure(shown)
    assert drawn is not None
    return [note["text"] for note in drawn["layout"]["annotations"]]


def test_the_best_so_far_is_a_step_at_every_improvement_and_goes_on_to_the_last_trial() -> None:
    steps = traces(shown())["steps"]
    assert steps["x"] == [0, 1, 5, 5]
    assert steps["y"] == [0.5, 0.4, 0.3, 0.3]
    assert steps["line"]["shape"] == "hv"


def test_maximising_turns_the_steps_upward() -> None:
    assert shown(maximize=True).improving == [(0, 0.5)]
    marks = [(0, "complete", 0.1), (1, "complete", 0.3), (2, "complete", 0.2)]
    assert shown(marks, maximize=True).improving == [(0, 0.1), (1, 0.3)]


def test_pruned_and_failed_trials_are_marks_on_the_rug_and_no_dots() -> None:
    parts = traces(shown())
    assert parts["dots"]["x"] == [0, 1, 3, 5]
    assert (parts["failed"]["x"], parts["failed"]["marker"]["symbol"]) == ([2], "x-thin")
    assert (parts["pruned"]["x"], parts["pruned"]["marker"]["symbol"]) == ([4], "line-ns")
    assert parts["failed"]["yaxis"] == parts["pruned"]["yaxis"] == "y2"


def test_the_default_is_a_labelled_dashed_line_across_the_chart() -> None:
    line = traces(shown())["default"]
    assert line["y"] == [0.5, 0.5]
    assert line["line"]["dash"] == "4px,4px"
    assert "default 0.50000" in notes(shown())
    assert len(traces(shown(default_value=None))) == 5


def test_a_default_beyond_the_axis_is_named_with_an_arrow() -> None:
    marks = [(n, "complete", -0.80 - 0.01 * n) for n in range(10)]
    beyond = shown(marks, default_value=1e6)
    assert "default 1,000,000 ↑" in notes(beyond)
    assert len(traces(beyond)) == 5


def test_what_is_still_to_come_is_sunken_until_the_study_is_over() -> None:
    drawn = figure(shown())
    assert drawn is not None
    (area,) = drawn["layout"]["shapes"]
    assert area["x0"] == 5.5
    assert drawn["layout"]["xaxis"]["range"][1] == area["x1"] >= 19
    over = figure(shown(over=True))
    assert over is not None
    assert over["layout"]["shapes"] == []
    assert over["layout"]["xaxis"]["range"][1] < 6


def anchors(shown: Convergence) -> tuple[str, str]:
    """The sides of the best's and the default's labels."""
    drawn = figure(shown)
    assert drawn is not None
    found = {note["text"].split()[0]: note["yanchor"] for note in drawn["layout"]["annotations"]}
    found.pop("still", None)
    default = found.pop("default")
    return found.popitem()[1], default


@pytest.mark.parametrize(
    ("default", "maximize", "sides"),
    [
        (0.5, False, ("middle", "bottom")),
        (0.301, False, ("top", "bottom")),
        (0.299, False, ("bottom", "top")),
        (0.3, False, ("top", "bottom")),
        (0.5, True, ("bottom", "top")),
    ],
)
def test_labels_of_best_and_default_turn_away_from_each_other(
    default: float, maximize: bool, sides: tuple[str, str]
) -> None:
    assert anchors(shown(default_value=default, maximize=maximize)) == sides


@pytest.mark.parametrize(
    ("last", "ticks"), [(2, [0, 1, 2]), (7, list(range(8))), (19, list(range(0, 20, 5)))]
)
def test_ticks_stand_at_whole_trials(last: int, ticks: list[int]) -> None:
    marks: list[tuple[int, str, float | None]] = [(n, "complete", 1.0 + n) for n in range(last + 1)]
    drawn = figure(shown(marks, over=True))
    assert drawn is not None
    assert drawn["layout"]["xaxis"]["tickvals"] == ticks


def test_a_budget_without_a_number_of_trials_leaves_nothing_to_come() -> None:
    assert "still to come" not in notes(shown(planned=None))


def test_the_dots_beyond_the_edge_are_triangles_that_tell_their_true_value() -> None:
    marks = [(n, "complete", 0.80 + 0.01 * n) for n in range(10)] + [(10, "complete", -1e6)]
    dots = traces(shown(marks, maximize=True, default_value=None))["dots"]
    assert dots["marker"]["symbol"] == ["circle"] * 10 + ["triangle-down"]
    assert dots["text"][-1] == "−1,000,000"
    assert dots["y"][-1] > 0
    assert "1 trial lies beyond the edge" in str(words(shown(marks, maximize=True)))


def test_pointing_at_a_dot_tells_number_value_and_parameters() -> None:
    dots = traces(data(facts(), Rows(MARKS, {5: {"C": 6.1605}})))["dots"]
    assert (dots["x"], dots["meta"]) == ([0, 1, 3, 5], "trials")
    assert dots["text"] == ["0.50000", "0.40000", "0.45000", "0.30000<br>C 6.1605"]


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_a_long_study_stays_small_and_keeps_every_improvement(count: int) -> None:
    marks: list[tuple[int, str, float | None]] = [
        (n, "complete", 1 + 1 / (1 + n % 977)) for n in range(count)
    ]
    for n in range(7, count, 100):
        marks[n] = (n, "failed", None)
    for n in range(11, count, 20):
        marks[n] = (n, "pruned", 1.0)
    marks[4321] = (4321, "complete", 0.5)
    parameters = {n: {f"parameter_{i}": 0.123456789 + n for i in range(10)} for n in range(150)}
    long = data(facts(complete=count, planned=count), Rows(marks, parameters))
    assert (4321, 0.5) in long.dots
    assert long.improving[-1] == (4321, 0.5)
    assert len(json.dumps(figure(long), separators=(",", ":"))) < 100_000
    assert f"one in {long.every} of the others" in str(words(long))


def test_a_growing_study_keeps_the_dots_it_has_shown() -> None:
    marks: list[tuple[int, str, float | None]] = [(n, "complete", 1 + (n * 7919 % 1000)) for n in range(9000)]
    before, after = data(facts(), Rows(marks[:4000])), data(facts(), Rows(marks))
    assert after.every > before.every > 1
    early = {dot for dot in after.dots if dot[0] < 4000}
    assert early <= set(before.dots)


def test_up_to_2000_trials_all_are_drawn() -> None:
    marks: list[tuple[int, str, float | None]] = [(n, "complete", 1 + n % 7) for n in range(2000)]
    assert len(data(facts(), Rows(marks)).dots) == 2000


def test_the_figure_begins_with_the_second_complete_trial() -> None:
    assert figure(shown(MARKS[:1], complete=1)) is None
    assert figure(shown(MARKS[:2], complete=2)) is not None
    assert "begins with the second" in str(words(shown(MARKS[:1], complete=1)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Trial 5 is the best so far: log loss 0.30000. It is 40.0\N{NO-BREAK SPACE}% below default."),
        ({"over": True}, "Trial 5 is the best: log loss"),
        ({"default_value": 0.3}, "Nothing has beaten the default yet."),
        ({"default_value": 0.2}, "That is still worse: 50.0\N{NO-BREAK SPACE}% above default."),
        ({}, "1 failed and 1 pruned."),
    ],
)
def test_the_words_say_how_it_is_going(changes: dict[str, Any], said: str) -> None:
    assert said in str(words(shown(**changes)))


def test_the_words_say_when_only_failures_came() -> None:
    failed = shown([(0, "failed", None)], complete=0, pruned=0)
    assert str(words(failed)) == "No trial is complete yet. 1 failed."
    ended = shown([(0, "failed", None)], complete=0, pruned=0, over=True)
    assert str(words(ended)) == "The study ended with no result. 1 failed."


def test_the_words_say_how_long_nothing_has_improved() -> None:
    marks = [(n, "complete", 1.0 + n) for n in range(7)]
    assert "The 6 trials after it did not improve on it." in str(words(shown(marks)))
    others_cancelled = [*marks, (60, "complete", 9.0)]
    assert "The 7 trials after it did not improve on it." in str(words(shown(others_cancelled)))


def test_the_words_count_the_trials_within_one_standard_error() -> None:
    scores = [0.2, 0.3, 0.4]  # standard error 0.1 / sqrt(3) = 0.0577
    near = data(facts(), Rows([*MARKS, (6, "complete", 0.35)], fold_scores=scores))
    assert near.error == pytest.approx(0.057735)
    assert near.rivals == 1
    assert "1 other trial lies within one standard error" in str(words(near))
    assert "No other trial comes within" in str(words(data(facts(), Rows(MARKS, fold_scores=scores))))


def test_folds_that_agree_but_for_rounding_have_no_error() -> None:
    assert data(facts(), Rows(MARKS, fold_scores=[0.9, 0.9, 0.9 + 1e-16])).error is None


def test_the_rows_leave_out_the_baseline_and_what_is_not_finished(make_study: Callable[..., Study]) -> None:
    study = make_study()
    common = {"study": study, "space": study.space}
    study.trials.all().delete()
    Trial.objects.create(**common, number=None, state="complete", value=9.0, params={})
    folds = [{"fold": 0, "score": 2.0}, {"fold": 1, "score": 4.0}]
    Trial.objects.create(**common, number=0, state="complete", value=3.0, params={"x": 1}, folds=folds)
    Trial.objects.create(**common, number=1, state="cancelled", params={})
    Trial.objects.create(**common, number=2, state="running", params={})
    Trial.objects.create(**common, number=3, state="failed", params={"x": 2})
    read = rows(study)
    assert read.marks == [(0, "complete", 3.0), (3, "failed", None)]
    assert read.params == {0: {"x": 1}, 3: {"x": 2}}
    assert read.fold_scores == [2.0, 4.0]


def test_reading_a_study_takes_three_queries(
    make_study: Callable[..., Study], django_assert_num_queries: Any
) -> None:
    study = make_study()
    for number in range(5):
        Trial.objects.create(
            study=study, space=study.space, number=number, state="complete", value=number, params={}
        )
    with django_assert_num_queries(3):
        CHART.draw(study)
