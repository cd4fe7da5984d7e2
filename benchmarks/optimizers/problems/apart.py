"""Problems reported apart: noisy ones, ones where trials fail, and ones with two objectives."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from benchmarks.optimizers.problems.base import EvaluationFailed, Params, Problem
from benchmarks.optimizers.problems.data import WORST, cross_validated, load, loss, pipeline
from benchmarks.optimizers.problems.flat import ITERATIONS, SVM, TREE
from benchmarks.optimizers.problems.functions import (
    BRANIN_LEAST,
    BRANIN_SPACE,
    box,
    branin,
    levy,
    numbers,
)
from optimizers import Categorical, Float, Space

BRANIN_NOISE, SPLITS = 3.0, 20


def branin_noisy(params: Params, draw: int) -> float:
    return branin(numbers(params)) + BRANIN_NOISE * float(np.random.default_rng(draw).standard_normal())


def svm_noisy(params: Params, draw: int) -> float:
    """The error on one of twenty random splits."""
    return _svm_error(params, int(np.random.default_rng(draw).integers(SPLITS)))


def svm_noisy_truth(params: Params) -> float:
    """The mean error over all twenty."""
    return float(np.mean([_svm_error(params, split) for split in range(SPLITS)]))


def _svm_error(params: Params, split: int) -> float:
    data = load("breast_cancer")
    splitter = StratifiedShuffleSplit(1, test_size=0.33, random_state=split)
    train, test = next(splitter.split(data.inputs, data.targets))
    weights = "balanced" if params["balanced"] else None
    machine = SVC(C=params["C"], gamma=params["gamma"], class_weight=weights, max_iter=ITERATIONS)
    model = pipeline(params["scaling"], machine)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(data.inputs[train], data.targets[train])
    return loss("error", model, data.inputs[test], data.targets[test])


def levy_failing(params: Params, draw: int) -> float:
    """Fails beyond a slanting border that passes near the least value: on two fifths of the space."""
    x = numbers(params)
    if x[0] + 0.5 * x[1] - 0.25 * x[2] > 2.0:
        raise EvaluationFailed("beyond the border")
    return levy(x)


SGD = Space(
    {
        "loss": Categorical(["squared_error", "huber", "epsilon_insensitive"]),
        "epsilon": Float(1e-1, 1e2, log=True, when={"loss": ["huber", "epsilon_insensitive"]}),
        "penalty": Categorical(["l2", "l1", "elasticnet"]),
        "l1_ratio": Float(0.0, 1.0, when={"penalty": "elasticnet"}),
        "alpha": Float(1e-6, 1e1, log=True),
        "learning_rate": Categorical(["constant", "invscaling", "adaptive"]),
        "eta0": Float(1e-4, 1e3, log=True),
        "power_t": Float(0.1, 1.0, when={"learning_rate": "invscaling"}),
    }
)


def sgd_failing(params: Params, draw: int) -> float:
    """Fails where the descent diverges."""
    try:
        model = pipeline("standard", SGDRegressor(**params, max_iter=60, random_state=0))
        found = cross_validated(model, "diabetes", "rmse")
    except ValueError as error:
        raise EvaluationFailed(str(error)) from error
    if found >= WORST["rmse"]:
        raise EvaluationFailed("the descent diverged")
    return found


CURRIN_REFERENCE, TREE_REFERENCE = (60.0, 10.0), (0.2, 40.0)


def branin_currin(params: Params, draw: int) -> tuple[float, float]:
    x, y = (params["x0"] + 5.0) / 15.0, params["x1"] / 15.0
    above = 2300 * x**3 + 1900 * x**2 + 2092 * x + 60
    below = 100 * x**3 + 500 * x**2 + 4 * x + 20
    shade = 1.0 - np.exp(-1.0 / (2.0 * y)) if y > 0 else 1.0
    return branin(numbers(params)), float(shade * above / below)


def tree_size(params: Params, draw: int) -> tuple[float, float]:
    """The error of a decision tree, and its number of leaves."""
    model = DecisionTreeClassifier(**params, random_state=0)
    error = cross_validated(model, "breast_cancer", "error")
    data = load("breast_cancer")
    return error, float(model.fit(data.inputs, data.targets).get_n_leaves())


APART = (
    Problem(
        "branin_noisy",
        "noisy",
        BRANIN_SPACE,
        branin_noisy,
        truth=lambda params: branin(numbers(params)),
        optimum=BRANIN_LEAST,
    ),
    Problem("svm_noisy_breast_cancer", "noisy", SVM, svm_noisy, truth=svm_noisy_truth),
    Problem("levy_failing_6", "failing", box(6, -10.0, 10.0), levy_failing, optimum=0.0),
    Problem("sgd_failing_diabetes", "failing", SGD, sgd_failing),
    Problem("branin_currin", "two objectives", BRANIN_SPACE, branin_currin, reference=CURRIN_REFERENCE),
    Problem("tree_size_breast_cancer", "two objectives", TREE, tree_size, reference=TREE_REFERENCE),
)
