"""The gain that is left, on functions whose least value is known."""

import random

import numpy as np
import pytest

from optimizers import Float, Result, Space, create
from optimizers.stopping import remaining_gain

SPACE = Space({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)})
LEAST = 0.397887


def branin(params):
    x, y = params["x"], params["y"]
    curve = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return float(curve**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


def searched(trials, seed=0, scale=1.0):
    optimizer = create("gp", SPACE, seed=seed, budget=trials)
    results = []
    for number in range(trials):
        params = optimizer.ask(number).params
        results.append(Result(number, params, scale * branin(params)))
        optimizer.tell(results[-1:])
    return results


def test_much_is_left_at_first_and_hardly_anything_at_the_end():
    results = searched(40)
    early, late = remaining_gain(SPACE, results[:10]), remaining_gain(SPACE, results)
    left = min(result.value for result in results[:10]) - LEAST
    assert early.high > left
    assert early.gain > 10 * late.gain
    assert late.high < 0.3 * early.high
    assert late.low <= late.gain <= late.high
    assert (late.n, late.best) == (40, min(result.value for result in results))


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_hardly_exceeded(seed):
    results = searched(12, seed=seed)
    left = min(result.value for result in results) - LEAST
    assert remaining_gain(SPACE, results).high >= 0.8 * left


def test_it_is_in_the_units_of_the_values_and_the_order_of_results_does_not_matter():
    results = searched(12)
    scaled = [Result(each.number, each.params, 1000.0 * each.value) for each in results]
    one, thousand = remaining_gain(SPACE, results), remaining_gain(SPACE, scaled)
    assert thousand.gain == pytest.approx(1000.0 * one.gain, rel=1e-3)
    assert remaining_gain(SPACE, random.Random(0).sample(results, 12)) == one


def test_too_few_results_or_only_failures_tell_nothing():
    results = searched(12)
    assert remaining_gain(SPACE, results[:7]) is None
    assert remaining_gain(SPACE, [Result(each.number, each.params) for each in results]) is None


def test_constant_values_promise_little_and_break_nothing():
    results = [Result(each.number, each.params, 3.0) for each in searched(12)]
    found = remaining_gain(SPACE, results)
    assert 0.0 <= found.low <= found.gain <= found.high
    assert found.best == 3.0
