"""What breaks a limit is drawn hollow in the charts of single trials, and is never among the best."""

from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import pytest

from tests.trials.charts.made import SPACE, chosen, facts, valley
from trials.charts import durations, ranks
from trials.charts import slice as slice_chart
from trials.charts.chosen import Dot


def drawn(chart: ModuleType, dots: Sequence[Dot]):
    rows = {
        "slice": lambda: slice_chart.Rows(SPACE, "C", chosen(dots)),
        "durations": lambda: durations.Rows(chosen(dots), 0.0, 60.0),
        "ranks": lambda: ranks.Rows(SPACE, ("kernel", "C"), chosen(dots)),
    }[chart.__name__.rpartition(".")[2]]()
    return chart.data(facts(), rows)


@pytest.mark.parametrize("chart", [slice_chart, durations, ranks])
def test_what_breaks_a_limit_is_hollow_and_never_best(chart: ModuleType):
    dots = [replace(dot, seconds=1.0 + dot.number) for dot in valley()]
    best = min(dots, key=lambda dot: dot.value or 0.0)
    broken = [replace(dot, feasible=dot is not best) for dot in dots]
    data = drawn(chart, broken)
    traces = [trace for trace in chart.figure(data)["data"] if best.number in trace.get("customdata", [])]
    assert [trace["marker"]["symbol"] for trace in traces] == ["circle-open"]
    assert "1 trial breaks a limit: hollow." in str(chart.words(data))
    front = data.ordered[-5:] if chart is ranks else data.front
    assert best.number not in {dot.number for dot in front}


@pytest.mark.parametrize("chart", [slice_chart, durations, ranks])
def test_where_none_keeps_the_limits_none_is_called_best(chart: ModuleType):
    data = drawn(chart, [replace(dot, feasible=False) for dot in valley()])
    assert chart.figure(data) is not None
    assert "No trial keeps the limits yet." in str(chart.words(data))
