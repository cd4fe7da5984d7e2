"""Optimizer: what the base class does for every algorithm, shown with the smallest algorithm there is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from optimizers import (
    Boolean,
    Float,
    Integer,
    Optimizer,
    OptionError,
    Result,
    Space,
    SpaceExhausted,
    Suggestion,
)
from tests.optimizers.spaces import NETWORK, SVM


class Stubborn(Optimizer):
    """Suggests the middle of the space, always."""

    name = "stubborn"
    title = "Stubborn"
    summary = "Always the same."

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        return Suggestion(number, self.space.decode([0.5] * len(self.space)), info={"mode": "middle"})


PLAIN = Space({"x": Float(0, 1), "n": Integer(1, 9)})


def test_results_become_columns_by_number() -> None:
    optimizer = Stubborn(PLAIN, seed=0)
    optimizer.tell([Result(4, {"x": 0.25, "n": 5}, 2.0, seconds=1.5)])
    assert optimizer.told.numbers.tolist() == [4]
    optimizer.tell(
        [
            Result(7, {"x": 0.5, "n": 5}, math.inf),
            Result(2, {"x": 1.0, "n": 5}, 3, fidelity=9, pruned=True),
            Result(0, {"x": 0.0, "n": 5}),
        ]
    )
    told = optimizer.told
    assert told.numbers.tolist() == [0, 2, 4, 7]
    assert told.rows.tolist() == [[0.0, 0.5], [1.0, 0.5], [0.25, 0.5], [0.5, 0.5]]
    np.testing.assert_array_equal(told.value, [math.nan, 3.0, 2.0, math.nan])
    assert told.ok.tolist() == [False, True, True, False]
    assert told.pruned.tolist() == [False, True, False, False]
    np.testing.assert_array_equal(told.fidelity, [math.nan, 9.0, math.nan, math.nan])
    np.testing.assert_array_equal(told.seconds, [math.nan, math.nan, 1.5, math.nan])
    assert [params["x"] for params in told.params] == [0.0, 1.0, 0.25, 0.5]
    assert len(told) == 4


def test_columns_cannot_be_written() -> None:
    optimizer = Stubborn(PLAIN, seed=0)
    optimizer.tell([Result(0, {"x": 0.0, "n": 5}, 1.0)])
    with pytest.raises(ValueError, match="read-only"):
        optimizer.told.rows[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        optimizer.told.numbers = np.arange(3)  # type: ignore[misc]


def test_the_first_result_of_a_number_counts() -> None:
    optimizer = Stubborn(PLAIN, seed=0)
    optimizer.tell([Result(0, {"x": 0.0, "n": 5}, 1.0)])
    optimizer.tell([Result(0, {"x": 1.0, "n": 5}, 2.0)])
    assert optimizer.told.value.tolist() == [1.0]


def test_a_result_does_not_follow_changes_of_its_params() -> None:
    optimizer = Stubborn(PLAIN, seed=0)
    params = {"x": 0.0, "n": 5}
    optimizer.tell([Result(0, params, 1.0)])
    params["x"] = 1.0
    assert optimizer.told.rows.tolist() == [[0.0, 0.5]]


def test_new_parameters_of_an_edited_space_get_their_default() -> None:
    wider = Space({**PLAIN.parameters, "flag": Boolean(default=True)})
    optimizer = Stubborn(
        wider, seed=0, history=[Result(0, {"x": 0.5, "n": 2}, 1.0), Result(1, {"x": 2.0, "n": 2}, 1.0)]
    )
    optimizer.tell([Result(3, {"x": 0.5, "n": 1}, 1.0)])
    assert optimizer.told.params == ({"x": 0.5, "n": 1, "flag": True},)
    assert [result.params for result in optimizer.history] == [{"x": 0.5, "n": 2, "flag": True}]


def test_several_objectives_are_kept_side_by_side() -> None:
    optimizer = Stubborn(PLAIN, seed=0, objectives=2)
    optimizer.tell([Result(0, {"x": 0.0, "n": 5}, values=(1.0, 2.0)), Result(1, {"x": 0.0, "n": 5})])
    np.testing.assert_array_equal(optimizer.told.values, [[1.0, 2.0], [math.nan, math.nan]])
    for wrong in (Result(2, {"x": 0.0, "n": 5}, 1.0), Result(2, {"x": 0.0, "n": 5}, values=(1.0, 2.0, 3.0))):
        with pytest.raises(OptionError, match="one per objective"):
            optimizer.tell([wrong])


@pytest.mark.parametrize("value", ["1", "x", [1.0], {}])
def test_a_value_is_a_number(value: object) -> None:
    optimizer = Stubborn(PLAIN, seed=0)
    with pytest.raises(OptionError, match="give a number, or None"):
        optimizer.tell([Result(0, {"x": 0.0, "n": 5}, value)])  # type: ignore[arg-type]
    optimizer.tell([Result(0, {"x": 0.0, "n": 5}, np.float32(1.5)), Result(1, {"x": 0.0, "n": 5}, 10**400)])
    np.testing.assert_array_equal(optimizer.told.value, [1.5, math.nan])


def test_a_repeated_suggestion_is_moved_to_a_neighbour() -> None:
    optimizer = Stubborn(SVM, seed=0)
    middle = optimizer.ask(1)
    assert middle is not None
    moved = optimizer.ask(2, [middle])
    assert moved is not None
    assert moved.params != middle.params
    assert moved.info == {"mode": "middle", "moved_from": middle.params}
    assert sum(moved.params.get(name) != value for name, value in middle.params.items()) == 1
    assert optimizer.ask(2, [middle]) == moved


def test_a_stubborn_algorithm_still_exhausts_a_space() -> None:
    optimizer = Stubborn(NETWORK, seed=0)
    keys = set()
    for number in range(56):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        keys.add(NETWORK.key(suggestion.params))
        optimizer.tell([Result(number, suggestion.params, 1.0)])
    assert len(keys) == 56
    with pytest.raises(SpaceExhausted, match="all 56 configurations"):
        optimizer.ask(56)


def test_the_last_free_place_of_a_large_space_is_found() -> None:
    space = Space({"a": Integer(1, 200), "b": Integer(1, 100)})
    optimizer = Stubborn(space, seed=0)
    left_out = {"a": 17, "b": 99}
    rest = (params for params in space.grid() if params != left_out)
    optimizer.tell(Result(number, params, 1.0) for number, params in enumerate(rest))
    last = optimizer.ask(20_000)
    assert last is not None
    assert last.params == left_out
    with pytest.raises(SpaceExhausted):
        optimizer.ask(20_001, [last])


def test_pending_trials_that_were_told_meanwhile_do_not_count_twice() -> None:
    space = Space({"flag": Boolean()})
    optimizer = Stubborn(space, seed=0)
    first = optimizer.ask(0)
    assert first is not None
    optimizer.tell([Result(0, first.params, 1.0)])
    second = optimizer.ask(1, [first, first])
    assert second is not None
    assert second.params != first.params


def test_enqueued_configurations_are_not_suggested_again() -> None:
    optimizer = Stubborn(NETWORK, seed=0)
    default = NETWORK.default()
    assert default is not None
    optimizer.tell([Result(5, default, 1.0)])
    first = optimizer.ask(0)
    assert first is not None
    assert first.params != default


def test_seen_marks_rows_and_knows_configurations() -> None:
    optimizer = Stubborn(SVM, seed=0)
    rows = SVM.sample_many(np.random.default_rng(0), 6)
    told, pending, new = SVM.decode_many(rows)[:2], SVM.decode_many(rows)[2:4], SVM.decode_many(rows)[4:]
    optimizer.tell(Result(number, params, 1.0) for number, params in enumerate(told))
    seen = optimizer.seen([Suggestion(number + 10, params) for number, params in enumerate(pending)])
    assert seen.mask(rows).tolist() == [True] * 4 + [False] * 2
    assert all(params in seen for params in told + pending)
    assert not any(params in seen for params in new)
    assert len(seen) == 4
    other = seen.draw_other(np.random.default_rng(0))
    assert other is not None
    assert other not in seen


@pytest.mark.parametrize(
    ("hints", "option"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 0.5}, "seed"),
        ({"seed": True}, "seed"),
        ({"parallelism": 0}, "parallelism"),
        ({"objectives": 0}, "objectives"),
        ({"budget": 0}, "budget"),
        ({"budget": math.nan}, "budget"),
        ({"min_fidelity": "1"}, "min_fidelity"),
        ({"min_fidelity": 9, "max_fidelity": 3}, "min_fidelity"),
    ],
)
def test_bad_hints_are_refused_by_name(hints: dict, option: str) -> None:
    with pytest.raises(OptionError) as refused:
        Stubborn(PLAIN, **({"seed": 0} | hints))
    assert refused.value.option == option
    assert option in str(refused.value)


@pytest.mark.parametrize("number", [-1, 1.0, True, None])
def test_a_number_is_a_whole_number(number: object) -> None:
    with pytest.raises(OptionError, match="whole number from 0"):
        Stubborn(PLAIN, seed=0).ask(number)  # type: ignore[arg-type]
