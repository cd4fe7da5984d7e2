"""What is special to the Gaussian process: precision, conditions, caches, failures, odd values."""

import json
import random
import warnings

import numpy as np
import pytest

from optimizers import Categorical, Float, Integer, Result, Space, create, minimize
from optimizers.surrogate_search import completed
from optimizers.surrogates.outcome import subset
from tests.optimizers.drive import ask, bowl, plain, play, results_of
from tests.optimizers.spaces import SVM

SQUARE = Space({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)})
LINE = Space({"x": Float(0.0, 1.0)})


def branin(params):
    x, y = params["x"], params["y"]
    curve = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return curve**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10


def line_results(value, count=20):
    return [Result(number, {"x": number / count}, value(number / count)) for number in range(count)]


def test_it_finds_the_minimum_of_branin_to_three_digits():
    best = [minimize(branin, SQUARE, "gp", trials=30, seed=seed).best.value for seed in range(3)]
    assert np.median(best) - 0.397887 < 1e-3


def test_it_finds_the_branch_and_its_children():
    def value(params):
        if params["kernel"] == "linear":
            return 0.3 + 0.05 * abs(np.log10(params["C"]))
        lift = 0.1 * (np.log10(params["gamma"]) + 2) ** 2
        return 0.1 + lift + (0.1 * abs(params["degree"] - 4) if params["kernel"] == "poly" else 0.05)

    best = [minimize(value, SVM, "gp", trials=40, seed=seed).best for seed in range(3)]
    assert {result.params["kernel"] for result in best} <= {"rbf", "poly"}
    assert np.median([result.value for result in best]) < 0.16


def test_it_leaves_a_plateau():
    space = Space({"kind": Categorical(["a", "b", "c"]), "x": Integer(1, 40)})

    def value(params):
        return 0.1 if params["kind"] == "c" and params["x"] > 34 else 0.2 if params["kind"] == "a" else 0.5

    best = [minimize(value, space, "gp", trials=60, seed=seed).best.value for seed in range(4)]
    assert np.mean(best) < 0.16


def test_failed_results_are_avoided():
    optimizer = create("gp", LINE, seed=0, explore=0.0)
    optimizer.tell(line_results(lambda x: None if x > 0.5 else 0.5 - x / 10))
    places = [ask(optimizer, number).params["x"] for number in range(20, 40)]
    assert np.mean(np.array(places) > 0.6) < 0.3


def test_pruned_results_count_as_no_better_than_the_median():
    values = np.array([1.0, 2.0, 3.0, 0.5, 9.0])
    pruned = np.array([False, False, False, True, True])
    assert completed(values, pruned).tolist() == [1.0, 2.0, 3.0, 2.0, 9.0]


def test_pending_trials_do_not_gather_at_one_place():
    optimizer = create("gp", SQUARE, seed=0, explore=0.0)
    rng = np.random.default_rng(0)
    drawn = [SQUARE.sample(rng) for _ in range(12)]
    optimizer.tell([Result(number, params, branin(params)) for number, params in enumerate(drawn)])
    pending = []
    for number in range(12, 20):
        pending.append(ask(optimizer, number, pending))
    rows = optimizer.pending_rows(pending)
    apart = np.sqrt(((rows[:, None] - rows[None]) ** 2).sum(axis=2))[np.triu_indices(8, 1)]
    assert np.median(apart) > 0.1


def test_only_so_many_points_are_kept_the_best_and_the_newest_among_them():
    values = np.random.default_rng(0).random(1000)
    kept = subset(values, 100)
    assert len(kept) == 100
    assert (np.diff(kept) > 0).all()
    assert set(np.argsort(values)[:50]) <= set(kept)
    assert set(range(985, 1000)) <= set(kept)
    assert subset(values[:80], 100).tolist() == list(range(80))


def test_with_more_results_than_it_keeps_it_still_asks_near_the_best():
    optimizer = create("gp", LINE, seed=0, explore=0.0, max_points=20)
    optimizer.tell(line_results(lambda x: (x - 0.3) ** 2, 60))
    places = [ask(optimizer, number).params["x"] for number in range(60, 75)]
    assert abs(np.median(places) - 0.3) < 0.1


def test_a_cache_that_grew_with_the_study_asks_what_an_empty_one_asks():
    grown = create("gp", SVM, seed=5, budget=60)
    results = results_of(play(grown, range(24)))
    fresh = create("gp", SVM, seed=5, budget=60)
    fresh.tell(results)
    assert plain(ask(fresh, 24)) == plain(ask(grown, 24))


def test_results_that_arrive_late_leave_no_trace_in_the_cache():
    results = results_of(play(create("gp", SVM, seed=5), range(24)))
    late = list(results)
    random.Random(0).shuffle(late)
    optimizer = create("gp", SVM, seed=5)
    for place, result in enumerate(late):
        optimizer.tell([result])
        if place % 5 == 4:
            ask(optimizer, 100 + place)
    fresh = create("gp", SVM, seed=5)
    fresh.tell(results)
    assert plain(ask(optimizer, 24)) == plain(ask(fresh, 24))


@pytest.mark.parametrize(
    "value",
    [
        lambda number, params: 1.0,
        lambda number, params: 1e300 * bowl(number, params) if number % 7 != 5 else None,
        lambda number, params: 1e-300 * bowl(number, params) if number % 7 != 5 else -1e-300,
        lambda number, params: 1.7e308 if number % 2 else -1.7e308,
        lambda number, params: float(number % 2),
        lambda number, params: None if number % 3 else 2.0,
    ],
)
def test_odd_values_neither_warn_nor_break_what_is_said(value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        played = play(create("gp", SVM, seed=1), range(16), value)
    json.dumps([suggestion.info for suggestion in played], allow_nan=False)


def test_predictions_are_in_the_units_of_the_values():
    optimizer = create("gp", LINE, seed=0, explore=0.0)
    optimizer.tell(line_results(lambda x: 1000.0 + 50.0 * (x - 0.33) ** 2))
    info = ask(optimizer, 20).info
    assert info["predicted_mean"] == pytest.approx(1000.0, abs=1.0)
    assert 0.0 <= info["predicted_std"] < 5.0
    assert 0.0 <= info["chance_to_improve"] <= 1.0
    assert info["mode"] in {"explore", "exploit"}
    assert info["nearest"] in range(20)


def test_duplicates_told_many_times_do_not_break_the_algebra():
    optimizer = create("gp", LINE, seed=0, explore=0.0)
    optimizer.tell([Result(number, {"x": 0.5}, number / 100) for number in range(40)])
    assert ask(optimizer, 40).params["x"] != 0.5


@pytest.mark.parametrize("acquisition", ["ucb", "log_ei", "pi"])
def test_the_landscape_is_what_the_next_ask_sees(acquisition):
    optimizer = create("gp", LINE, seed=0, acquisition=acquisition, startup=2, explore=0.0)
    optimizer.tell(line_results(lambda x: np.sin(9 * x) + x, count=8))
    suggestion = optimizer.ask(8)
    rows = np.append(np.linspace(0, 1, 101), suggestion.params["x"])[:, None]
    seen = optimizer.landscape(rows, (-1.0, 0.0, 1.0), suggestion.info["aim"])
    assert seen.worth[-1] >= seen.worth.max() - 1e-3 * np.ptp(seen.worth)
    assert seen.values[1, -1] == pytest.approx(suggestion.info["predicted_mean"])
    assert (np.diff(seen.values, axis=0) > 0).all(), "also above the worst result"


def test_there_is_no_landscape_without_a_model_or_of_an_acquisition_that_is_drawn():
    optimizer = create("gp", LINE, seed=0, acquisition="ucb")
    optimizer.tell(line_results(lambda x: x, count=1))
    assert optimizer.landscape(np.array([[0.5]]), (0.0,)) is None
    mixed = create("gp", LINE, seed=0)
    mixed.tell(line_results(lambda x: x))
    assert mixed.landscape(np.array([[0.5]]), (0.0,)) is None
