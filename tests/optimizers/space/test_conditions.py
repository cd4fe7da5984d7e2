"""Conditions: nesting, several parents, ranges, and the mistakes one can make with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizers import Boolean, Categorical, Float, Integer, Space, SpaceError
from optimizers.space import Parameter

DEEP = Space(
    {
        "leaf": Float(0, 1, when={"twig": {"min": 0.5}}),
        "twig": Float(0, 1, when={"branch": [2, 3], "healthy": True}),
        "branch": Integer(1, 3, when={"tree": "oak"}),
        "healthy": Boolean(),
        "tree": Categorical(["oak", "pine"]),
    }
)


def test_parents_come_first_in_the_order() -> None:
    assert DEEP.names == ("leaf", "twig", "branch", "healthy", "tree")
    for child, parent in (("leaf", "twig"), ("twig", "branch"), ("twig", "healthy"), ("branch", "tree")):
        assert DEEP.order.index(parent) < DEEP.order.index(child)


@pytest.mark.parametrize(
    ("params", "active"),
    [
        ({"tree": "pine", "healthy": True}, {"tree", "healthy"}),
        ({"tree": "oak", "branch": 1, "healthy": True}, {"tree", "healthy", "branch"}),
        ({"tree": "oak", "branch": 2, "healthy": False}, {"tree", "healthy", "branch"}),
        ({"tree": "oak", "branch": 2, "healthy": True, "twig": 0.4}, {"tree", "healthy", "branch", "twig"}),
        (
            {"tree": "oak", "branch": 3, "healthy": True, "twig": 0.5, "leaf": 0.1},
            {"tree", "healthy", "branch", "twig", "leaf"},
        ),
    ],
)
def test_a_child_is_active_only_while_all_its_parents_are(params: dict[str, Any], active: set[str]) -> None:
    assert set(DEEP.active(params)) == active
    assert DEEP.validate(params) == params


def test_a_value_of_an_inactive_parent_counts_for_nothing() -> None:
    assert set(DEEP.active({"tree": "pine", "healthy": True, "branch": 2})) == {"tree", "healthy"}


def test_a_hundred_levels_are_no_problem() -> None:
    chain: dict[str, Parameter] = {"p0": Boolean(default=True)}
    for depth in range(1, 100):
        chain[f"p{depth}"] = Boolean(default=True, when={f"p{depth - 1}": True})
    space = Space(chain)
    assert len(space.default() or ()) == 100
    assert space.size == 101
    assert len(list(space.grid())) == 101


def test_ordered_numbers_can_be_compared() -> None:
    space = Space(
        {"leaf": Categorical([1, 2, 5, 10], ordered=True), "x": Float(0, 1, when={"leaf": {"min": 3}})}
    )
    assert space.active({"leaf": 2}) == ("leaf",)
    assert space.active({"leaf": 5}) == ("leaf", "x")
    assert space.to_dict()["parameters"][1]["when"] == {"leaf": {"min": 3}}


def test_many_rows_obey_the_same_conditions_as_one() -> None:
    rows = DEEP.sample_many(np.random.default_rng(0), 500)
    for row, params in zip(rows, DEEP.decode_many(rows), strict=True):
        assert DEEP.validate(params) == params
        held = {name for name, unit in zip(DEEP.names, row, strict=True) if not np.isnan(unit)}
        assert held == set(params) == set(DEEP.active(params))


def test_an_active_gap_becomes_the_default_or_the_middle() -> None:
    space = Space({"k": Boolean(), "x": Float(0, 10, default=2.0, when={"k": True}), "y": Float(0, 10)})
    gaps = np.array([[0.9, np.nan, np.nan]])
    assert space.decode(gaps[0]) == {"k": True, "x": 2.0, "y": 5.0}
    assert space.snap_many(gaps).tolist() == [[0.75, 0.2, 0.5]]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"kernle": "rbf"}, 'there is no parameter "kernle"; did you mean "kernel"'),
        ({"kernel": "sigmoid"}, "'sigmoid' is not one of its values; choose one of"),
        ({"kernel": ["rbf", "rbf"]}, "listed twice"),
        ({"kernel": []}, "list at least one"),
        ({"kernel": {"min": 2}}, "not all its choices are numbers"),
        ({"kernel": {"least": 2}}, "is not a range"),
        ({"kernel": {}}, "is not a range"),
        ({"degree": 7}, "7 is not one of its values; give a whole number from 2 to 5"),
        ({"degree": True}, "True is not one of its values"),
        ({"degree": {"min": 6}}, "never in {'min': 6}"),
        ({"degree": {"min": 3.2, "max": 3.8}}, "never in"),
        ({"degree": {"min": 4, "max": 3}}, "swap them"),
        ({"degree": {"min": "a"}}, "give a number"),
        ({"C": 0.5}, "meets a value only by chance"),
        ({"flag": 1}, "1 is not one of its values"),
        ({"leaf": {"min": 11}}, "none of its choices is within"),
        ({"x": "a"}, "go in a circle: x → x"),
    ],
)
def test_conditions_that_cannot_hold_are_refused(when: dict[str, Any], words: str) -> None:
    with pytest.raises(SpaceError) as refused:
        Space(
            {
                "kernel": Categorical(["rbf", "poly"]),
                "degree": Integer(2, 5),
                "C": Float(0, 1),
                "flag": Boolean(),
                "leaf": Categorical([1, 5, 10]),
                "x": Categorical(["a", "b"], when=when),
            }
        )
    assert words in str(refused.value)
    assert refused.value.field == "when"


def test_a_circle_is_shown() -> None:
    with pytest.raises(SpaceError, match="a → b → c → a") as refused:
        Space(
            {"a": Boolean(when={"b": True}), "b": Boolean(when={"c": True}), "c": Boolean(when={"a": True})}
        )
    assert refused.value.parameter == "a"
