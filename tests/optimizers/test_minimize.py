"""minimize: the whole search in one call."""

from __future__ import annotations

import math
from typing import Any

import pytest

from optimizers import Boolean, Float, OptionError, Result, Space, minimize

LINE = Space({"x": Float(-10, 10)})


def test_it_finds_the_best_and_keeps_all_results() -> None:
    outcome = minimize(lambda params: (params["x"] - 2) ** 2, LINE, optimizer="random", trials=40, seed=1)
    assert [result.number for result in outcome.results] == list(range(40))
    assert outcome.best is not None
    assert outcome.best.value == min(result.value for result in outcome.results if result.value is not None)
    assert abs(outcome.best.params["x"] - 2) < 1
    assert outcome.errors == {}


def test_the_same_seed_repeats_the_search() -> None:
    runs = [minimize(lambda params: params["x"], LINE, "random", 5, seed) for seed in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]


def test_a_failing_call_is_a_failed_trial() -> None:
    calls: list[Any] = []

    def fn(params: dict[str, Any]) -> Any:
        calls.append(params)
        return [1 / 0 if len(calls) == 1 else None, math.nan, "3", 5.0, 4.0][len(calls) - 1]

    outcome = minimize(fn, LINE, "random", 5)
    assert [result.value for result in outcome.results] == [None, None, 3.0, 5.0, 4.0]
    assert outcome.best is not None
    assert outcome.best.number == 2
    assert set(outcome.errors) == {0, 1}
    assert "ZeroDivisionError" in outcome.errors[0]
    assert "not a finite number" in outcome.errors[1]


def test_without_any_value_there_is_no_best() -> None:
    assert minimize(lambda params: math.inf, LINE, "random", 3).best is None


def test_it_ends_with_the_space() -> None:
    outcome = minimize(lambda params: float(params["flag"]), Space({"flag": Boolean()}), "random", 50)
    assert len(outcome.results) == 2
    assert outcome.best is not None
    assert outcome.best.params == {"flag": False}


def test_a_call_may_change_its_params() -> None:
    outcome = minimize(lambda params: params.pop("x"), LINE, "random", 2)
    assert all("x" in result.params for result in outcome.results)


def test_options_and_history_reach_the_optimizer() -> None:
    grid = Space({"x": Float(0, 1, points=3)})
    plain = [result.params["x"] for result in minimize(lambda params: 0.0, grid, "grid", 3).results]
    assert plain == [0.0, 0.5, 1.0]
    outcome = minimize(
        lambda params: 0.0, grid, "grid", 3, seed=4, shuffle=True, history=[Result(0, {"x": 0.5}, 1.0)]
    )
    assert sorted(result.params["x"] for result in outcome.results) == plain
    with pytest.raises(OptionError, match="shuffel"):
        minimize(lambda params: 0.0, grid, "grid", 3, shuffel=True)


@pytest.mark.parametrize("trials", [0, -1, 2.5])
def test_trials_is_a_whole_number(trials: Any) -> None:
    with pytest.raises(OptionError, match="trials"):
        minimize(lambda params: 0.0, LINE, "random", trials)
