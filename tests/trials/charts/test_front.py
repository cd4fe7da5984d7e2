"""The charts of several objectives: the front and how much it covers."""

from typing import Any

import pytest

from trials.charts import hypervolume, pareto
from trials.charts.base import StudyFacts
from trials.charts.hypervolume import Joined
from trials.charts.pareto import Axis, Point, Rows

FACTS = StudyFacts("score", True, False, 20, 9, complete=8, pruned=0, failed=1, default_value=None)
AXES = [Axis("score", True), Axis("cost", False, [5.0])]
FRONT = [Point(1, (0.9, 2.0)), Point(4, (0.5, 1.0)), Point(6, (1.0, 4.0))]
OTHERS = [Point(0, (0.4, 3.0)), Point(2, (2.0, 6.0), feasible=False)]


def of(**changes: Any) -> pareto.Pareto:
    rows = {"axes": AXES, "front": FRONT, "others": OTHERS, "best": 1, "default": Point(0, (0.4, 3.0))}
    return pareto.data(FACTS, Rows(**rows | changes))


def traces(data: pareto.Pareto) -> dict[str, dict[str, Any]]:
    figure = pareto.figure(data)
    assert figure is not None
    return dict(zip(["edge", "kept", "broken", "front", "default", "chosen"], figure["data"], strict=True))


def test_the_second_objective_goes_across_and_the_first_one_up() -> None:
    drawn = traces(of())
    assert (drawn["front"]["x"], drawn["front"]["y"]) == ([2.0, 1.0, 4.0], [0.9, 0.5, 1.0])
    assert drawn["front"]["customdata"] == [1, 4, 6], "a click opens the trial"
    assert drawn["chosen"]["customdata"] == [1]
    assert drawn["broken"]["customdata"] == [2]
    assert drawn["broken"]["marker"]["symbol"] == "circle-open"


def test_the_edge_of_the_front_goes_from_one_end_to_the_other() -> None:
    edge = traces(of())["edge"]
    assert edge["x"] == [1.0, 2.0, 4.0]
    assert edge["line"]["shape"] == "hv"


def test_a_limit_on_an_objective_is_a_line() -> None:
    figure = pareto.figure(of())
    assert figure is not None
    (limit,) = figure["layout"]["shapes"]
    assert (limit["x0"], limit["x1"], limit["yref"]) == (5.0, 5.0, "y domain")


@pytest.mark.parametrize(("objectives", "panels"), [(3, 3), (4, 6)])
def test_more_objectives_are_shown_in_pairs_that_do_not_overlap(objectives: int, panels: int) -> None:
    axes = [Axis(f"f{place}", False) for place in range(objectives)]
    points = [Point(number, tuple(float(number + place) for place in range(objectives))) for number in (0, 1)]
    figure = pareto.figure(of(axes=axes, front=points, others=[], default=None, best=0))
    assert figure is not None
    spans = [layout["domain"] for name, layout in figure["layout"].items() if name.startswith("xaxis")]
    assert len(spans) == panels
    assert {trace["xaxis"] for trace in figure["data"]} == {"x", *(f"x{n}" for n in range(2, panels + 1))}


def test_the_words_name_the_ends_the_compromise_and_broken_limits() -> None:
    said = str(pareto.words(of()))
    assert "3 trials on the front" in said
    assert "score 1.0000 and cost 1.0000" in said
    assert "Trial 1 is the compromise" in said
    assert "1 hollow one breaks a limit" in said
    assert "was picked" in str(pareto.words(of(picked=True)))
    assert "No trial keeps the limits yet." in str(pareto.words(of(front=[], best=None)))


def test_the_hypervolume_rises_with_every_trial_that_joins() -> None:
    joined = [Joined(1, 0, (2.0, 2.0)), Joined(3, 4, (0.0, 3.0)), Joined(5, 2, (1.0, 1.0))]
    drawn = hypervolume.data(FACTS, hypervolume.Rows(joined, 2))
    # The box goes from (0, 1) to (1.1, 3.2): the first trial lies outside, the second covers a strip of 0.2.
    assert [ended for ended, _ in drawn.points] == [1, 3, 5]
    shares = [share for _, share in drawn.points]
    assert shares == pytest.approx([0.0, 0.22 / 2.42, 0.42 / 2.42])
    assert "2 trials that no other one beats cover 17.4" in str(hypervolume.words(drawn))
    figure = hypervolume.figure(drawn)
    assert figure is not None
    assert figure["data"][0]["x"][-1] == 9, "the line goes on to the last trial that ended"


def test_a_long_history_is_drawn_in_part() -> None:
    joined = [Joined(n, n, (float(n), float(-n), float(n % 7))) for n in range(5000)]
    assert len(hypervolume.data(FACTS, hypervolume.Rows(joined, 5000)).points) <= 502
