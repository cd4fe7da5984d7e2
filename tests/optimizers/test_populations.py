"""What is special to sobol, the population methods, CMA-ES, annealing and trust regions."""

import random

import numpy as np
import pytest

from optimizers import Categorical, Float, Integer, OptionError, Result, Space, create, minimize
from optimizers.columns import Columns
from optimizers.covariance import Constants, State
from optimizers.model_based import ranked
from optimizers.population import slots
from tests.optimizers.drive import ask, plain, play, results_of
from tests.optimizers.spaces import SVM, TREE

BOX = Space({f"x{number}": Float(-5.0, 5.0) for number in range(4)})
STEPS = Space({"n": Integer(1, 30), "kind": Categorical(["a", "b", "c"]), "x": Float(0.0, 1.0)})

LEARNERS = ["ga", "de", "pso", "aco", "annealing", "cmaes", "turbo"]


def sphere(params):
    return sum((value - 1.3) ** 2 for value in params.values())


def stepped(params):
    return abs(params["n"] - 21) / 30 + 0.5 * (params["kind"] != "b") + (params["x"] - 0.2) ** 2


@pytest.mark.parametrize("name", LEARNERS)
def test_it_beats_random_search_on_numbers_and_on_mixed_spaces(name):
    for function, space in ((sphere, BOX), (stepped, STEPS)):
        own = np.mean([minimize(function, space, name, trials=80, seed=seed).best.value for seed in range(2)])
        chance = [minimize(function, space, "random", trials=80, seed=seed).best.value for seed in range(8)]
        assert own < np.mean(chance)


@pytest.mark.parametrize("name", LEARNERS)
def test_many_workers_never_wait(name):
    optimizer = create(name, SVM, seed=0, budget=80, parallelism=12)
    optimizer.tell(results_of(play(create(name, SVM, seed=0, budget=80), range(10))))
    pending = []
    for number in range(10, 34):
        pending.append(ask(optimizer, number, pending))
    assert len({SVM.key(suggestion.params) for suggestion in pending}) == len(pending)


def test_sobol_leaves_smaller_gaps_than_chance():
    square = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 40), np.linspace(0, 1, 40)), axis=-1).reshape(-1, 1, 2)

    def gap(name, seed):
        rows = square.encode_many([create(name, square, seed=seed).ask(n).params for n in range(32)])
        return float(np.sqrt(((grid - rows) ** 2).sum(axis=2)).min(axis=1).max())

    assert np.mean([gap("sobol", seed) for seed in range(6)]) < np.mean(
        [gap("random", seed) for seed in range(6)]
    )


def test_sobol_points_that_break_a_constraint_are_left_out_not_moved():
    rows = TREE.encode_many([create("sobol", TREE, seed=0).ask(number).params for number in range(1, 40)])
    split, leaf = 2 + 38 * rows[:, 1], 1 + 19 * rows[:, 2]
    # Moved points would lie on the line 2 · leaf = split.
    assert np.mean(np.abs(2 * leaf - split) < 2.0) < 0.3


def test_each_member_of_a_population_keeps_its_best():
    told = Columns.of(
        BOX, [Result(n, dict.fromkeys(BOX.names, 0.1 * n), v) for n, v in enumerate([3, 1, 2, 0])], 1
    )
    assert slots(told, ranked(told), 3) == [3, 1, 2]
    assert slots(told, ranked(told), 5) == [0, 1, 2, 3, -1]


def test_a_population_cannot_be_too_small():
    with pytest.raises(OptionError, match="population is 2"):
        create("de", BOX, seed=0, population=2)


def test_cmaes_learns_the_scale_and_starts_anew_when_it_has_collapsed():
    assert minimize(sphere, BOX, "cmaes", trials=200, seed=0).best.value < 1e-2
    line = Space({"x": Float(0.0, 1.0)})
    optimizer = create("cmaes", line, seed=0, generation=4)
    last = play(optimizer, range(200), lambda number, params: abs(params["x"] - 0.3))[-1]
    assert last.info["restarts"] >= 1


def test_cmaes_replays_the_same_state_from_nothing_and_after_late_results():
    results = results_of(play(create("cmaes", SVM, seed=5, budget=60), range(40)))
    grown = create("cmaes", SVM, seed=5, budget=60)
    for place, result in enumerate(random.Random(0).sample(results, 40)):
        grown.tell([result])
        grown.ask(100 + place)
    fresh = create("cmaes", SVM, seed=5, budget=60)
    fresh.tell(results)
    assert plain(ask(grown, 40)) == plain(ask(fresh, 40))


def test_a_generation_moves_towards_its_better_half_and_categories_follow():
    dims = STEPS.dimensions
    state = State.start(dims, np.full(3, 0.5), 0.2)
    rows = np.array([[0.8, 0.5, 0.2], [0.75, 0.5, 0.25], [0.2, 0.2, 0.9], [0.1, 0.9, 0.8]])
    moved = state.moved(rows, Constants(2, 4), dims, np.random.default_rng(0))
    assert moved.mean[0] > 0.7
    assert moved.mean[2] < 0.3
    assert moved.shares[1][1] > 0.45
    assert moved.shares[1].sum() == pytest.approx(1.0)


def test_steps_never_freeze():
    space = Space({"n": Integer(1, 10), "x": Float(0.0, 1.0)})
    state = State(np.array([0.55, 0.5]), 1e-4, np.eye(2), np.zeros(2), np.zeros(2), (None, None))
    rows = np.tile([0.55, 0.5], (6, 1))
    moved = state.moved(rows, Constants(2, 6), space.dimensions, np.random.default_rng(0))
    drawn = [moved.draw(np.random.default_rng(seed)) for seed in range(300)]
    other = np.mean([space.decode(row)["n"] != 6 for row in drawn])
    assert 0.01 < other < 0.5


def test_annealing_walks_on_from_what_it_accepted_and_cools_down():
    optimizer = create("annealing", BOX, seed=0, budget=100)
    played = play(optimizer, range(60), lambda number, params: sphere(params))
    warmth = [suggestion.info["temperature"] for suggestion in played if suggestion.info["mode"] == "walk"]
    assert warmth == sorted(warmth, reverse=True)
    assert all(each.info["from"] < each.number for each in played if each.info["mode"] == "walk")


def test_a_trust_region_shrinks_without_success_and_starts_anew():
    line = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
    optimizer = create("turbo", line, seed=0, failures=1)
    played = play(optimizer, range(24), lambda number, params: float(number))
    sides = [suggestion.info["side"] for suggestion in played if "side" in suggestion.info]
    assert min(sides) < 0.1
    assert played[-1].info.get("restarts", 1) >= 1
