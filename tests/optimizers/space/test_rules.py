"""Constraints and forbidden combinations: the grammar, what is refused where, sampling, counting, repair."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizers import Boolean, Categorical, Float, Integer, ParameterError, Space, SpaceError
from optimizers.errors import ConstraintError
from optimizers.space.expressions import Expression
from tests.optimizers.spaces import TREE

AB = {"a": Integer(1, 20), "b": Integer(1, 20)}


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("2 * a <= b", (1, 2), True),
        ("2 * a <= b", (2, 3), False),
        ("a + 2 * b == 2 * (b + a) - a", (3, 5), True),
        ("1 < a < b <= 5", (2, 5), True),
        ("1 < a < b <= 5", (2, 6), False),
        ("a/b/2 >= 1", (4, 2), True),
        ("-a > --b-10", (1, 8), True),
        ("a != b", (4, 4), False),
        ("1.5e1 > a", (14, 1), True),
        (".5*a<=b", (2, 1), True),
        ("a / (b - 1) < 9", (2, 1), False),
        ("a / 10 + b / 10 == 0.3", (1, 2), True),
        ("`a`<b", (1, 2), True),
    ],
)
def test_expressions_mean_what_they_say(text: str, values: tuple[float, float], holds: bool) -> None:
    named = dict(zip("ab", np.array(values, dtype=float)[:, None], strict=True))
    assert Expression.parse(text).holds(named, 1e-9).tolist() == [holds]


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("2 * a <= ", 8, "it ends here"),
        ("a <= c", 5, "no parameter 'c'"),
        ("a < b and a < 3", 6, "'and' stands here"),
        ("a + b", 5, "comparison such as"),
        ("a < (b + 1", 4, "never closed"),
        ("(a < b)", 0, "never closed"),
        ("a = b", 2, "'=' is not understood"),
        ("a <= __import__('os')", 16, '"\'" is not understood'),
        ("a <= f(3)", 6, "'(' stands here"),
        ("a ** 2 < b", 3, "'*' stands here"),
        ("3 < 4", 0, "names no parameter"),
        ("a < 2b", 4, "'2' is not understood"),
        ("(" * 99 + "a" + ")" * 99 + "<b", 40, "nested too deeply"),
        ("a < b" + " + b" * 400, 0, "letters"),
    ],
)
def test_what_is_not_understood_is_pointed_at(text: str, position: int, words: str) -> None:
    with pytest.raises(ConstraintError) as refused:
        Space(AB, constraints=[text])
    assert refused.value.field == "constraints"
    assert words in str(refused.value)
    assert refused.value.position == position


@given(st.text(alphabet="ab12.+-*/()<>=! `e", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SpaceError):
        space = Space({**AB, "c": Float(0, 1)}, constraints=[text])
        assert Space.from_dict(space.to_dict()) == space


@pytest.mark.parametrize(
    ("rules", "field", "words"),
    [
        ({"constraints": ["kind == 1"]}, "constraints", "'x', which is no number"),
        ({"constraints": "a < b"}, "constraints", "give a list"),
        ({"constraints": [3]}, "constraints", "write a text"),
        ({"constraints": ["a > 20"]}, "constraints", "no configuration keeps"),
        ({"forbidden": [{"kind": "z"}]}, "forbidden", 'never \'z\'; choose one of "x", "y"'),
        ({"forbidden": [{"r": 0.5}]}, "forbidden", "continuous"),
        ({"forbidden": [{"gone": 1}]}, "forbidden", 'no parameter "gone"'),
        ({"forbidden": [{}]}, "forbidden", "combination is {}"),
        ({"forbidden": {"a": 1}}, "forbidden", "give a list"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(SpaceError) as refused:
        Space({**AB, "kind": Categorical(["x", "y"]), "r": Float(0, 1)}, **rules)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert words in str(refused.value)


def test_a_default_must_keep_the_rules() -> None:
    with pytest.raises(SpaceError, match=r"default a = 9, b = 5 breaks a < b"):
        Space({"a": Integer(1, 9, default=9), "b": Integer(1, 9, default=5)}, constraints=["a < b"])
    assert TREE.default() is not None


def test_json_gives_the_same_space_back() -> None:
    data = TREE.to_dict()
    assert data["constraints"] == ["2 * leaf <= split", "low + 0.1 <= high"]
    assert data["forbidden"] == [{"kind": "random", "split": 2}]
    assert Space.from_dict(data) == TREE
    assert Space.from_dict(data | {"constraints": []}) != TREE


def test_samples_keep_the_rules_and_are_spread_over_what_is_left() -> None:
    rows = TREE.sample_many(np.random.default_rng(0), 2000)
    assert rows.shape == (2000, 6)
    for params in TREE.decode_many(rows[:200]):
        TREE.validate(params)
    drawn = np.random.default_rng(1).random((20000, 6))
    kept = drawn[TREE.feasible_many(TREE.snap_many(drawn, repair=False))]
    assert np.nanmean(rows[:, 1:5], axis=0) == pytest.approx(np.mean(kept[:, 1:5], axis=0), abs=0.03)
    TREE.validate(TREE.sample(np.random.default_rng(3)))


def test_a_broken_rule_is_named_when_a_configuration_is_refused() -> None:
    params = {"kind": "best", "split": 4, "leaf": 3, "low": 0.1, "high": 0.9}
    with pytest.raises(ParameterError, match=r'"leaf": 3 .* 2 \* leaf <= split'):
        TREE.validate(params)
    assert TREE.adapt(params) is None
    assert TREE.adapt(params | {"leaf": 2}) is not None


def test_an_inactive_parameter_breaks_nothing() -> None:
    space = Space(
        {"on": Boolean(), "a": Integer(1, 9), "b": Integer(1, 9, when={"on": True})}, constraints=["a < b"]
    )
    assert space.validate({"on": False, "a": 9}) == {"on": False, "a": 9}
    with pytest.raises(ParameterError):
        space.validate({"on": True, "a": 9, "b": 1})
    assert space.size == 9 + 36
    with pytest.raises(SpaceError, match="breaks"):
        Space(
            {"on": Boolean(default=True), "k": Integer(1, 3, default=1, when={"on": True})},
            forbidden=[{"on": True, "k": 1}],
        )


def test_finite_spaces_are_counted_and_numbered_exactly() -> None:
    space = Space(
        {
            "on": Boolean(),
            "a": Integer(1, 9),
            "b": Integer(1, 9, when={"on": True}),
            "c": Categorical([1, 4]),
        },
        constraints=["a * c <= b + 2"],
        forbidden=[{"on": False, "a": 3}],
    )
    expected = [
        (on, a, b, c)
        for on in (False, True)
        for a in range(1, 10)
        for b in (range(1, 10) if on else [None])
        for c in (1, 4)
        if (b is None or a * c <= b + 2) and not (not on and a == 3)
    ]
    listed = [tuple(params.get(name) for name in ("on", "a", "b", "c")) for params in space.grid()]
    assert sorted(listed, key=str) == sorted(expected, key=str)
    assert space.size == space.grid_size == len(expected)
    points = space.configurations
    assert points is not None
    assert [points.index(points.at(index)) for index in range(points.size)] == list(range(points.size))
    assert points.index([1.0, 9.0, 1.0, 1.0]) is None


def test_too_many_to_check_counts_as_endless_and_makes_no_grid() -> None:
    space = Space({"a": Integer(1, 5000), "b": Integer(1, 5000)}, constraints=["a < b"])
    assert space.size == math.inf
    with pytest.raises(SpaceError, match="25,000,000 points") as refused:
        _ = space.grid_size
    assert refused.value.field == "constraints"


def test_rows_that_break_a_rule_are_moved_no_further_than_needed() -> None:
    space = Space({"x": Float(0, 1), "y": Float(0, 1), "z": Float(0, 1)}, constraints=["x + y <= 1"])
    rng = np.random.default_rng(0)
    rows = rng.random((500, 3))
    moved = space.snap_many(rows)
    kept = rows[:, :2].sum(axis=1) <= 1
    assert np.array_equal(moved[kept], rows[kept])
    assert np.array_equal(moved[:, 2], rows[:, 2])
    assert space.feasible_many(moved).all()
    assert np.median(moved[~kept, :2].sum(axis=1)) > 0.98
    for params, row in zip(space.decode_many(moved[:50]), moved, strict=False):
        assert space.encode(space.validate(params)) == pytest.approx(row)


def test_repair_changes_categories_when_nothing_else_helps() -> None:
    space = Space({"a": Categorical(["x", "y"]), "n": Integer(1, 3)}, forbidden=[{"a": "x"}])
    assert space.decode([0.1, 0.9]) == {"a": "y", "n": 3}


def test_a_needle_is_found_by_counting_or_from_the_default() -> None:
    equal = Space({name: Integer(1, 50) for name in "abc"}, constraints=["a == b == c"])
    assert equal.size == 50
    rng = np.random.default_rng(0)
    for params in equal.decode_many(equal.sample_many(rng, 20)):
        assert len(set(equal.validate(params).values())) == 1
    floats = Space({name: Float(0, 1, default=0.25) for name in "ab"}, constraints=["a == b"])
    assert floats.sample(rng) == {"a": 0.25, "b": 0.25}
