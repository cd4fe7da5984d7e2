"""Foresight: which model foretells the order of new results, from the results alone."""

import numpy as np

from optimizers import Float, Result, Space
from optimizers.columns import Columns
from optimizers.foresight import Foresight, SmoothModel
from optimizers.model_based import Situation
from optimizers.seen import Seen, Told

SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})


def situation(count: int, function) -> Situation:
    rng = np.random.default_rng(0)
    results = [
        Result(number, params, value=function(params))
        for number, params in enumerate(SPACE.sample(rng) for _ in range(count))
    ]
    seen = Seen(Told(SPACE), [])
    return Situation(count, Columns.of(SPACE, results, 1), np.empty((0, 2)), seen, np.random.default_rng(1))


def value(params):
    return (params["x"] - 0.3) ** 2 + params["y"]


def truth(situation, rows):
    return (rows[:, 0] - 0.3) ** 2 + rows[:, 1]


def test_who_knows_the_truth_is_near_one_who_knows_the_contrary_near_nought():
    foresight = Foresight.of({"right": truth, "wrong": lambda known, rows: -truth(known, rows)})
    shares = foresight.shares(situation(60, value))
    assert shares["right"] > 0.9
    assert shares["right"] + shares["wrong"] == 1.0


def test_without_results_nobody_is_preferred():
    assert Foresight.of({"right": truth}).shares(situation(5, value)) == {"right": 0.5}


def test_a_smooth_model_foretells_a_smooth_function():
    smooth = SmoothModel(SPACE, seed=0)
    assert Foresight.of({"gp": smooth.foretell}).shares(situation(40, value))["gp"] > 0.8


def test_what_was_kept_changes_nothing():
    model = SmoothModel(SPACE, seed=0)
    kept = Foresight.of({"gp": model.foretell})
    kept.shares(situation(30, value))
    fresh = Foresight.of({"gp": SmoothModel(SPACE, seed=0).foretell})
    assert kept.shares(situation(44, value)) == fresh.shares(situation(44, value))
