"""What methods learn besides the objective: outcome constraints, failures, time, earlier studies."""

import numpy as np
import pytest

from optimizers import Categorical, Float, Result, Space, create

SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0), "kind": Categorical(["a", "b"])})


def bowl(params, at=(0.8, 0.3)):
    return (params["x"] - at[0]) ** 2 + (params["y"] - at[1]) ** 2 + 0.1 * (params["kind"] == "b")


def searched(name, trials, result, seed=0, history=(), budget=None, **options):
    optimizer = create(name, SPACE, seed=seed, budget=budget or trials, history=history, **options)
    results = []
    for number in range(trials):
        results.append(result(number, optimizer.ask(number).params))
        optimizer.tell(results[-1:])
    return results


@pytest.mark.parametrize("name", ["gp", "forest", "tpe", "ga"])
def test_a_constraint_keeps_the_search_where_it_holds_and_the_best_is_found_there(name):
    def limited(number, params):
        # Without the constraint the best is at x = 0.8.
        return Result(number, params, bowl(params), constraints=(params["x"] - 0.5,))

    results = searched(name, 40, limited)
    late = [result.constraints[0] <= 0.0 for result in results[20:]]
    assert np.mean(late) > 0.5
    best = min(result.value for result in results if result.constraints[0] <= 0.0)
    assert best < 0.09 + 0.05


@pytest.mark.parametrize("name", ["gp", "bnn"])
def test_while_nothing_is_feasible_it_looks_for_what_is(name):
    def limited(number, params):
        return Result(number, params, bowl(params), constraints=(0.9 - params["y"],))

    assert any(result.constraints[0] <= 0.0 for result in searched(name, 25, limited, seed=1))


@pytest.mark.parametrize("name", ["gp", "bnn", "turbo", "tpe"])
def test_a_region_where_training_fails_is_avoided(name):
    def failing(number, params):
        return Result(number, params, None if params["x"] > 0.6 else bowl(params))

    late = searched(name, 40, failing)[20:]
    assert np.mean([result.value is None for result in late]) < 0.45
    assert min(result.value for result in late if result.value is not None) < 0.15


@pytest.mark.parametrize("name", ["gp", "forest"])
def test_per_second_prefers_what_trains_fast(name):
    def timed(number, params):
        return Result(number, params, bowl(params), seconds=float(np.exp(4.0 * params["y"])))

    def spent(**options):
        runs = [searched(name, 14, timed, seed, budget=300, startup=5, **options) for seed in range(3)]
        return np.mean([result.seconds for run in runs for result in run[5:]])

    assert spent(per_second=True) < spent(per_second=False)


@pytest.mark.parametrize("name", ["gp", "tpe", "forest"])
def test_an_earlier_study_like_this_one_helps_and_an_unlike_one_hardly_harms(name):
    def told(at):
        return lambda number, params: Result(number, params, bowl(params, at))

    like = searched("random", 40, told((0.75, 0.35)), seed=9)
    unlike = searched("random", 40, told((0.1, 0.9)), seed=9)

    def reached(history):
        runs = [searched(name, 14, told((0.8, 0.3)), seed, history) for seed in range(4)]
        return np.mean([min(result.value for result in run) for run in runs])

    cold = reached(())
    assert reached(like) < cold
    assert reached(unlike) < cold + 0.1


def test_leaders_of_an_earlier_study_come_right_after_the_default():
    like = [Result(number, {"x": 0.1 * number, "y": 0.5, "kind": "a"}, float(number)) for number in range(8)]
    optimizer = create("ga", SPACE, seed=0, budget=60, history=like)
    first = optimizer.ask(0)
    assert first.params == {"x": 0.0, "y": 0.5, "kind": "a"}
    assert first.info["from"] == "an earlier study"
