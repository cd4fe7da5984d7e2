"""Trains every configuration of the grids and stores the losses; run by hand, once.

python -m benchmarks.optimizers.problems.train_grids [--only name …]

Numbers of trees and epochs cost nothing extra: a forest of k trees is the first k trees of a larger one,
and boosting and nets pass through their smaller selves.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import itertools
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import pairwise_distances
from sklearn.neural_network import MLPClassifier

from benchmarks.optimizers.problems import grids
from benchmarks.optimizers.problems.data import WORST, load, log_loss, pipeline
from benchmarks.optimizers.problems.grids import Grid, positions

Floats = NDArray[np.float64]
Losses = dict[str, Floats]
"""Per score, losses along the last axis (or axes) of the grid."""
Train = Callable[[dict[str, Any], list[Any], tuple[Any, Any, Any, Any]], Losses]


def boosting(params: dict[str, Any], counts: list[int], fold: tuple[Any, Any, Any, Any]) -> Losses:
    inputs, targets, tests, answers = fold
    model = GradientBoostingRegressor(
        learning_rate=10.0 ** (params["log_rate"] / 2),
        max_depth=params["max_depth"],
        subsample=params["subsample_tenths"] / 10,
        min_samples_leaf=4 ** params["log_leaf"],
        max_features=None if params["max_features"] == "all" else "sqrt",
        n_estimators=counts[-1],
        random_state=0,
    ).fit(inputs, targets)
    guesses = np.array(list(model.staged_predict(tests)))[np.array(counts) - 1]
    return {"rmse": rmse(guesses, answers)}


def rmse(guesses: Floats, answers: Floats) -> Floats:
    """(c,) of (c, n) guesses."""
    return np.sqrt(((guesses - answers) ** 2).mean(axis=1))


def forest_cancer(params: dict[str, Any], counts: list[int], fold: tuple[Any, Any, Any, Any]) -> Losses:
    inputs, targets, tests, answers = fold
    model = RandomForestClassifier(counts[-1], criterion=params["criterion"], **_of_forest(params))
    model.fit(inputs, targets)
    shares = np.cumsum([tree.predict_proba(tests) for tree in model.estimators_], axis=0)
    shares = (shares / np.arange(1, counts[-1] + 1)[:, None, None])[np.array(counts) - 1]
    return {
        "log_loss": np.array([log_loss(share, answers) for share in shares]),
        "error": (shares.argmax(axis=2) != answers).mean(axis=1),
    }


def forest_diabetes(params: dict[str, Any], counts: list[int], fold: tuple[Any, Any, Any, Any]) -> Losses:
    inputs, targets, tests, answers = fold
    model = RandomForestRegressor(counts[-1], **_of_forest(params)).fit(inputs, targets)
    sums = np.cumsum([tree.predict(tests) for tree in model.estimators_], axis=0)
    guesses = (sums / np.arange(1, counts[-1] + 1)[:, None])[np.array(counts) - 1]
    return {"rmse": rmse(guesses, answers)}


def _of_forest(params: dict[str, Any]) -> dict[str, Any]:
    return {
        "max_depth": params["max_depth"],
        "max_features": params["max_features_tenths"] / 10,
        "min_samples_leaf": 4 ** params["log_leaf"],
        "random_state": 0,
    }


def mlp(params: dict[str, Any], epochs: list[int], fold: tuple[Any, Any, Any, Any]) -> Losses:
    inputs, targets, tests, answers = fold
    model = MLPClassifier(
        (2 ** params["log_units"],),
        learning_rate_init=10.0 ** (params["log_rate"] / 2),
        alpha=10.0 ** params["log_alpha"],
        activation=params["activation"],
        batch_size=32,
        random_state=0,
    )
    errors = []
    for _ in range(epochs[-1]):
        model.partial_fit(inputs, targets, classes=np.arange(10))
        errors.append(float(np.mean(model.predict(tests) != answers)))
    return {"error": np.array(errors)[np.array(epochs) - 1]}


def knn(params: dict[str, Any], neighbours: list[int], fold: tuple[Any, Any, Any, Any]) -> Losses:
    inputs, targets, tests, answers = fold
    reduced = pipeline(params["scaling"], PCA(params["components"], random_state=0)).fit(inputs)
    distances = pairwise_distances(reduced.transform(tests), reduced.transform(inputs), params["metric"])
    order = np.argsort(distances, axis=1, kind="stable")[:, : neighbours[-1]]
    near = np.take_along_axis(distances, order, axis=1)
    weights = np.ones_like(near) if params["weights"] == "uniform" else 1.0 / np.maximum(near, 1e-12)
    votes = np.cumsum(weights[:, :, None] * np.eye(10)[targets[order]], axis=1)
    return {"error": (votes.argmax(axis=2) != answers[:, None]).mean(axis=0)[np.array(neighbours) - 1]}


TRAINERS: dict[str, tuple[Grid, str, Train]] = {
    grid.name: (grid, data, train)
    for grid, data, train in (
        (grids.KNN_DIGITS, "digits", knn),
        (grids.FOREST_DIABETES, "diabetes", forest_diabetes),
        (grids.FOREST_CANCER, "breast_cancer", forest_cancer),
        (grids.BOOSTING, "diabetes", boosting),
        (grids.MLP_DIGITS, "digits", mlp),
    )
}


def trained(grid: Grid, data_name: str, train: Train) -> Losses:
    """All losses of a grid: means over the folds, cut at the worst."""
    data = load(data_name)
    folds = [
        (data.inputs[some], data.targets[some], data.inputs[rest], data.targets[rest])
        for some, rest in data.folds
    ]
    *names, last = grid.axes
    losses: Losses = {}
    for values in itertools.product(*(positions(grid.axes[name]) for name in names)):
        params = dict(zip(names, values, strict=True))
        of_folds = [train(params, positions(grid.axes[last]), fold) for fold in folds]
        for score in of_folds[0]:
            mean = np.mean([found[score] for found in of_folds], axis=0)
            mean = np.minimum(np.nan_to_num(mean, nan=np.inf), WORST[score])
            losses[score] = np.append(losses.get(score, np.empty(0)), mean)
    return {score: found.reshape(grid.shape).astype(np.float32) for score, found in losses.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train every configuration of the grids.")
    parser.add_argument("--only", nargs="+", default=list(TRAINERS), choices=list(TRAINERS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in given.only:
        grid, data, train = TRAINERS[name]
        begun = time.process_time()
        losses = trained(grid, data, train)
        np.savez_compressed(grid.file, **losses)
        best = {score: round(float(found.min()), 5) for score, found in losses.items()}
        seconds = time.process_time() - begun
        print(f"{name}: {grid.shape}, best {best}, {seconds:.0f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
