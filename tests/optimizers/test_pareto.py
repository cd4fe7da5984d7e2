"""Fronts and hypervolume on points whose answer is known."""

import numpy as np
import pytest

from optimizers import Float, Result, Space, create
from optimizers.pareto import (
    crowding,
    front,
    fronts,
    growth,
    hypervolume,
    knee,
    open_boxes,
    reference_point,
)

SPACE = Space({f"x{i}": Float(0.0, 1.0) for i in range(3)})


def zdt1(params):
    x = np.array(list(params.values()))
    g = 1 + 9 * x[1:].mean()
    return float(x[0]), float(g * (1 - np.sqrt(x[0] / g)))


def covered(name, trials, seed, limit=None):
    """The hypervolume of the results that keep x1 under a limit, and those results' values."""
    optimizer = create(name, SPACE, seed=seed, budget=trials, objectives=2)
    kept = []
    for number in range(trials):
        params = optimizer.ask(number).params
        values = zdt1(params)
        limits = () if limit is None else (limit - params["x0"],)
        if limit is None or params["x0"] >= limit:
            kept.append(values)
        optimizer.tell([Result(number, params, values=values, constraints=limits)])
    return hypervolume(np.array(kept), np.array([1.1, 6.0]))


def test_the_front_is_what_nothing_beats():
    values = np.array([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [2.0, 2.0], [np.nan, 0.0], [1.0, 5.0]])
    assert front(values).tolist() == [True, True, True, False, True, False, False]
    assert fronts(values).tolist() == [0, 0, 0, 1, 0, 2, 1]


def test_the_ends_are_lonely_and_the_crowd_is_not():
    lonely = crowding(np.array([[0.0, 4.0], [1.0, 3.0], [1.1, 2.9], [4.0, 0.0]]))
    assert np.isinf(lonely[[0, 3]]).all()
    assert lonely[2] > lonely[1]


@pytest.mark.parametrize(
    ("points", "reference", "volume"),
    [
        ([[1.0]], [3.0], 2.0),
        ([[1.0, 1.0]], [2.0, 3.0], 2.0),
        ([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]], [3.0, 3.0], 6.0),
        ([[5.0, 0.0]], [3.0, 3.0], 0.0),
        ([[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]], [2.0, 2.0, 2.0], 5.0),
        ([[0.0] * 4, [1.0] * 4], [2.0] * 4, 16.0),
        (np.empty((0, 2)), [1.0, 1.0], 0.0),
    ],
)
def test_volumes_of_boxes(points, reference, volume):
    assert hypervolume(np.array(points), np.array(reference)) == pytest.approx(volume)


@pytest.mark.parametrize("objectives", [2, 3, 4])
def test_volume_and_open_boxes_fill_the_whole_and_agree_with_counting(objectives):
    rng = np.random.default_rng(objectives)
    points, reference = rng.random((15, objectives)), np.full(objectives, 1.1)
    volume = hypervolume(points, reference)
    low, high = open_boxes(points, reference)
    assert volume + np.prod(high - np.maximum(low, 0.0), axis=1).sum() == pytest.approx(1.1**objectives)
    drawn = 1.1 * rng.random((100_000, objectives))
    dominated = (drawn[:, None, :] >= points).all(axis=2).any(axis=1)
    assert volume == pytest.approx(dominated.mean() * 1.1**objectives, abs=0.01)


def test_the_reference_is_a_little_worse_than_the_front():
    assert reference_point(np.array([[0.0, 2.0], [1.0, 0.0], [9.0, 9.0]])).tolist() == pytest.approx(
        [1.1, 2.2]
    )
    assert (reference_point(np.array([[3.0, 3.0]])) > 3.0).all()


def test_each_method_covers_more_than_random_search_does():
    chance = np.mean([covered("random", 40, seed) for seed in range(4)])
    assert covered("nsga2", 40, 0) > chance + 0.3
    assert covered("parego", 30, 0) > chance + 0.8
    assert covered("ehvi", 30, 0) > chance + 0.8


def test_outcome_constraints_hold_the_front_back():
    assert covered("ehvi", 24, 0, limit=0.3) > 0.8 * 4.2


def test_the_knee_is_nearest_to_the_best_of_everything_whatever_the_units():
    values = np.array([[0.0, 10.0], [0.1, 2.0], [1.0, 0.0]])
    assert knee(values) == knee(values * [1000.0, 1e-6]) == 1
    assert knee(np.array([[3.0, 3.0]])) == 0


@pytest.mark.parametrize("objectives", [2, 3, 4])
def test_growth_is_the_hypervolume_of_the_first_points_as_a_share_of_the_box(objectives):
    values = np.random.default_rng(1).random((60, objectives))
    low, high = np.zeros(objectives), np.full(objectives, 1.1)
    counts = [1, 5, 20, 60]
    exact = [hypervolume(values[:count], high) / 1.1**objectives for count in counts]
    assert growth(values, low, high, counts) == pytest.approx(exact, abs=0.01)
