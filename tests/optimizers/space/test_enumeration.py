"""Enumeration: sizes, grids and access by index, against listing everything."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import assume, given, settings

from optimizers import Boolean, Categorical, Float, Integer, Space, SpaceError
from tests.optimizers.spaces import NETWORK, SVM, spaces


def listed(space: Space) -> set[str]:
    """Every grid configuration the slow way: all combinations, then what is inactive struck out."""
    values = {}
    for name, parameter in space.parameters.items():
        levels = parameter.grid_levels
        values[name] = [parameter.value(levels.code(index)) for index in range(levels.count)]
    found = set()
    for combination in itertools.product(*values.values()):
        full = dict(zip(values, combination, strict=True))
        params: dict[str, Any] = {}
        for name in space.order:
            if name in space.active(params):
                params[name] = full[name]
        found.add(json.dumps(params, sort_keys=True))
    return found


@given(spaces(most=5))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_grid_has_each_active_configuration_once(space: Space) -> None:
    gridded = {
        "float": ("step", "points"),
        "integer": ("low",),
        "categorical": ("type",),
        "boolean": ("type",),
    }
    entries = space.to_dict()["parameters"]
    assume(all(any(field in entry for field in gridded[entry["type"]]) for entry in entries))
    assume(math.prod(parameter.grid_levels.count for parameter in space.parameters.values()) <= 1500)
    size = space.grid_size
    grid = [json.dumps(params, sort_keys=True) for params in space.grid()]
    assert len(grid) == len(set(grid)) == size
    assert set(grid) == listed(space)
    points = space.grid_configurations
    for index, params in enumerate(space.grid()):
        assert space.validate(params) == params
        assert points.index(space.codes_of(params)) == index


def test_known_sizes() -> None:
    assert NETWORK.size == NETWORK.grid_size == 56
    assert SVM.grid_size == 64
    assert SVM.size == math.inf
    forest = {"n_estimators": Categorical([10, 50, 100, 200]), "max_depth": Categorical([3, 10, 20, 40])}
    assert Space(forest).grid_size == 16


def test_the_first_parameter_varies_slowest() -> None:
    space = Space({"a": Integer(1, 2), "b": Boolean(), "c": Categorical(["x", "y"])})
    expected = itertools.product([1, 2], [False, True], ["x", "y"])
    assert [tuple(params.values()) for params in space.grid()] == list(expected)


def test_a_huge_grid_is_counted_and_reached_without_listing_it() -> None:
    axes: dict[str, Any] = {f"n{axis}": Integer(1, 1000) for axis in range(4)}
    space = Space(
        {
            "kind": Categorical(["a", "b"]),
            **axes,
            "extra": Integer(1, 7, when={"kind": "b", "n0": {"min": 501}}),
        }
    )
    assert space.grid_size == 10**12 + 10**12 // 2 + 10**12 // 2 * 7
    last = space.grid_configurations.at(space.grid_size - 1)
    assert space.params_of(last) == {"kind": "b", "n0": 1000, "n1": 1000, "n2": 1000, "n3": 1000, "extra": 7}
    assert next(iter(space.grid())) == {"kind": "a", "n0": 1, "n1": 1, "n2": 1, "n3": 1}
    for index in (0, 10**9, space.grid_size // 2, space.grid_size - 1):
        assert space.grid_configurations.index(space.grid_configurations.at(index)) == index


def test_switches_listed_before_all_they_switch_are_no_problem() -> None:
    switches = {f"use_{number}": Boolean() for number in range(40)}
    switched = {f"x_{number}": Integer(1, 3, when={f"use_{number}": True}) for number in range(40)}
    assert Space({**switches, **switched}).size == 4**40


def test_one_range_can_switch_many() -> None:
    units = {f"units_{layer}": Integer(1, 10, when={"layers": {"min": layer}}) for layer in range(1, 51)}
    assert Space({"layers": Integer(1, 50), **units}).size == sum(10**layers for layers in range(1, 51))


def test_a_float_without_steps_has_no_grid() -> None:
    with pytest.raises(SpaceError, match="step or points") as refused:
        _ = Space({"n": Integer(1, 3), "x": Float(0, 1)}).grid_size
    assert refused.value.parameter == "x"


def test_codes_that_are_no_levels_have_no_index() -> None:
    points = SVM.grid_configurations
    assert points.index(SVM.codes_of({"kernel": "linear", "C": 0.5})) is None
    assert points.index(SVM.codes_of({"kernel": "linear", "C": 1000.0})) is not None
    assert points.index([0.0, math.nan, math.nan, math.nan]) is None
    with pytest.raises(IndexError):
        points.at(64)
