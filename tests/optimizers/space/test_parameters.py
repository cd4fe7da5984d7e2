"""Float, Integer, Categorical, Boolean: what they refuse, their units, their steps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizers import Boolean, Categorical, Float, Integer, Space, SpaceError


@pytest.mark.parametrize(
    ("make", "arguments", "field", "words"),
    [
        (Float, {"low": 5, "high": 1}, "low", "low 5.0 must be below high 1.0"),
        (Integer, {"low": 3, "high": 3}, "low", "low 3 must be below high 3"),
        (Float, {"low": 0, "high": 1, "log": True}, "low", "raise low or drop log"),
        (Float, {"low": math.nan, "high": 1}, "low", "low is nan; give a finite number"),
        (Float, {"low": 0, "high": math.inf}, "high", "high is inf; give a finite number"),
        (Float, {"low": 0, "high": 10**400}, "high", "give a finite number"),
        (Float, {"low": -1.5e308, "high": 1.5e308}, "high", "too wide"),
        (Float, {"low": "0", "high": 1}, "low", "low is '0'; give a number"),
        (Float, {"low": True, "high": 2}, "low", "low is True; give a number"),
        (Float, {"low": 0}, "high", "high is missing"),
        (Float, {"low": 0, "high": 1, "step": 2}, "step", "step 2.0 is larger than the range"),
        (Float, {"low": 0, "high": 1, "step": 0}, "step", "must be above 0"),
        (Float, {"low": 1e9, "high": 2e9, "step": 1e-9}, "step", "too fine"),
        (Float, {"low": 0, "high": 1, "points": 0}, "points", "points 0 must be from 1"),
        (Float, {"low": 0, "high": 1, "points": 2.5}, "points", "give a whole number"),
        (
            Float,
            {"low": 0, "high": 1, "default": 2},
            "default",
            "default 2 is refused; give a number from 0.0",
        ),
        (Float, {"low": 0, "high": 1, "step": 0.5, "default": 0.2}, "default", "the nearest is 0.0"),
        (Float, {"low": 0, "high": 1, "log": "yes"}, "log", "give true or false"),
        (Float, {"low": 0, "high": 1, "when": "kernel"}, "when", "write it as"),
        (Integer, {"low": 1.5, "high": 3}, "low", "low is 1.5; give a whole number"),
        (Integer, {"low": 0, "high": 2**60}, "high", "not exact"),
        (Integer, {"low": 1, "high": 5, "default": 2.5}, "default", "whole number from 1 to 5"),
        (Categorical, {"choices": []}, "choices", "choices are empty"),
        (Categorical, {"choices": "abc"}, "choices", "give a list"),
        (Categorical, {"choices": ["a", "b", "a"]}, "choices", "list 'a' twice"),
        (Categorical, {"choices": [1, math.nan]}, "choices", "not a JSON value"),
        (Categorical, {"choices": [(1, 2)]}, "choices", "is a tuple"),
        (Categorical, {"choices": ["\ud800"]}, "choices", "cannot be stored"),
        (Categorical, {"choices": [2**60]}, "choices", "too large"),
        (Categorical, {"choices": ["a"], "default": "b"}, "default", 'choose one of "a"'),
        (Categorical, {"choices": ["a"], "ordered": 1}, "ordered", "give true or false"),
        (Boolean, {"default": 1}, "default", "choose one of false, true"),
    ],
)
def test_mistakes_are_refused_with_value_and_remedy(
    make: Any, arguments: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(SpaceError) as refused:
        make(**arguments)
    assert words in str(refused.value)
    assert refused.value.field == field
    json_type = {Float: "float", Integer: "integer", Categorical: "categorical", Boolean: "boolean"}[make]
    with pytest.raises(SpaceError) as named:
        Space.from_dict({"parameters": [{"name": "mine", "type": json_type, **arguments}]})
    assert str(named.value).startswith('parameter "mine": ')
    assert named.value.field == field


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.lists(st.floats(0, 1), min_size=1, max_size=9))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_log_float_never_leaves_its_range(one: float, other: float, units: list[float]) -> None:
    low, high = min(one, other), max(one, other)
    if low < high:
        space = Space({"x": Float(low, high, log=True)})
        for row in [[0.0], [1.0], *([unit] for unit in units)]:
            value = space.decode(row)["x"]
            assert low <= value <= high
            assert space.validate({"x": value}) == {"x": value}


def test_integers_have_equal_shares_of_the_interval() -> None:
    space = Space({"n": Integer(1, 4)})
    values = [
        space.decode([unit])["n"] for unit in (0.0, 0.2499, 0.2501, 0.4999, 0.5001, 0.7499, 0.7501, 1.0)
    ]
    assert values == [1, 1, 2, 2, 3, 3, 4, 4]
    assert space.encode({"n": 2}).tolist() == [0.375]


def test_a_log_integer_gives_each_magnitude_its_share() -> None:
    space = Space({"n": Integer(1, 1000, log=True)})
    values = np.array([params["n"] for params in space.decode_many(np.linspace(0, 1, 30001)[:, None])])
    assert set(values) >= set(range(1, 101))
    assert abs((values <= 31).mean() - np.log(31.5 / 0.5) / np.log(1000.5 / 0.5)) < 0.01


def test_choices_are_encoded_in_the_middle_of_their_share() -> None:
    assert Space({"x": Categorical(["a", "b", "c", "d"])}).encode({"x": "b"}).tolist() == [0.375]


def test_steps_are_written_without_the_noise_of_adding_them() -> None:
    values = [params["x"] for params in Space({"x": Float(-1.0, 1.0, step=0.1)}).grid()]
    assert values == [round(-1 + 0.1 * step, 1) for step in range(21)]
    assert [params["n"] for params in Space({"n": Integer(1, 10, step=4)}).grid()] == [1, 5, 9]


def test_points_spread_over_the_scale() -> None:
    def grid(**arguments: Any) -> list[Any]:
        return [params["x"] for params in Space({"x": Float(**arguments)}).grid()]

    assert grid(low=0, high=1, points=5) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert grid(low=1e-3, high=1e3, log=True, points=7) == [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]
    assert grid(low=0, high=1, points=1) == [0.5]
    assert [params["n"] for params in Space({"n": Integer(1, 9, points=3)}).grid()] == [1, 5, 9]
    assert Space({"n": Integer(1, 3, points=50)}).grid_size == 3


def test_dimensions_tell_kind_and_cardinality() -> None:
    space = Space(
        {
            "a": Float(0, 1),
            "b": Float(0, 1, step=0.25),
            "c": Integer(1, 9, step=2),
            "d": Categorical([1, 2, 3], ordered=True),
            "e": Categorical(["x", "y"]),
            "f": Boolean(),
            "g": Float(distribution={"name": "randint", "args": {"low": 1, "high": 4}}),
        }
    )
    assert [(dimension.name, dimension.kind, dimension.cardinality) for dimension in space.dimensions] == [
        ("a", "continuous", None),
        ("b", "integer", 5),
        ("c", "integer", 5),
        ("d", "ordinal", 3),
        ("e", "categorical", 2),
        ("f", "categorical", 2),
        ("g", "integer", 3),
    ]
