"""Grid search: a fixed order, every point once, places passed over, huge grids."""

from __future__ import annotations

import pytest

from optimizers import Categorical, Float, Integer, Result, Space, SpaceError, SpaceExhausted, create
from optimizers.algorithms.grid import shuffled
from tests.optimizers.drive import ask, play
from tests.optimizers.spaces import SVM

FOREST = Space({"n_estimators": Categorical([10, 50, 100, 200]), "max_depth": Categorical([3, 10, 20, 40])})


def test_trials_follow_the_grid() -> None:
    optimizer = create("grid", FOREST, seed=0)
    assert [suggestion.params for suggestion in play(optimizer, range(16))] == list(FOREST.grid())
    with pytest.raises(SpaceExhausted, match="all 16"):
        optimizer.ask(16)


def test_a_conditional_grid_has_each_active_configuration_once() -> None:
    optimizer = create("grid", SVM, seed=0)
    played = play(optimizer, range(64))
    assert len({SVM.key(suggestion.params) for suggestion in played}) == 64
    with pytest.raises(SpaceExhausted, match="all 64 points of the grid"):
        optimizer.ask(64)


def test_the_number_is_the_place_even_when_nothing_is_told() -> None:
    optimizer = create("grid", FOREST, seed=0)
    assert [ask(optimizer, number).params for number in range(16)] == list(FOREST.grid())


def test_numbers_taken_by_other_trials_leave_no_hole() -> None:
    optimizer = create("grid", FOREST, seed=0)
    optimizer.tell(
        [Result(0, {"n_estimators": 10, "max_depth": 10}, 1.0), Result(1, {"n_estimators": 7}, 1.0)]
    )
    played = play(optimizer, range(2, 17))
    points = {FOREST.key(suggestion.params) for suggestion in played}
    assert points == {FOREST.key(params) for params in FOREST.grid()} - {
        FOREST.key({"n_estimators": 10, "max_depth": 10})
    }
    with pytest.raises(SpaceExhausted):
        optimizer.ask(17)


def test_points_between_the_grids_are_not_counted() -> None:
    space = Space({"x": Float(0, 1, points=3)})
    optimizer = create("grid", space, seed=0)
    optimizer.tell([Result(0, {"x": 0.3}, 1.0), Result(1, {"x": 1.0}, 1.0)])
    assert {suggestion.params["x"] for suggestion in play(optimizer, [2, 3])} == {0.0, 0.5}
    with pytest.raises(SpaceExhausted, match="all 3"):
        optimizer.ask(4)


def test_a_grid_of_a_million_billions_is_asked_anywhere() -> None:
    space = Space({f"n{axis}": Integer(0, 999) for axis in range(5)})
    for shuffle in (False, True):
        optimizer = create("grid", space, seed=0, shuffle=shuffle)
        suggestion = ask(optimizer, 10**9)
        optimizer.tell([Result(10**9, suggestion.params, 1.0)])
        assert ask(optimizer, 10**9).params != suggestion.params
    assert ask(create("grid", space, seed=0), 10**9 + 5).params == {
        "n0": 0,
        "n1": 1,
        "n2": 0,
        "n3": 0,
        "n4": 5,
    }


def test_a_shuffled_grid_has_the_same_points_in_an_order_of_its_seed() -> None:
    orders = [
        [suggestion.params for suggestion in play(create("grid", FOREST, seed=seed, shuffle=True), range(16))]
        for seed in (0, 0, 1)
    ]
    assert orders[0] == orders[1] != orders[2]
    for order in orders:
        assert order != list(FOREST.grid())
        assert {FOREST.key(params) for params in order} == {FOREST.key(params) for params in FOREST.grid()}


@pytest.mark.parametrize("size", [1, 2, 3, 16, 17, 1000])
def test_shuffling_is_a_permutation(size: int) -> None:
    assert sorted(shuffled(place, size, seed=5) for place in range(size)) == list(range(size))


def test_a_float_without_points_is_refused_at_once() -> None:
    with pytest.raises(SpaceError, match=r'parameter "x": a grid over a float needs step or points'):
        create("grid", Space({"x": Float(0, 1)}), seed=0)
