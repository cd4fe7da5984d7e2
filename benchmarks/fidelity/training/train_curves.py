"""Trains every configuration of the learning-curve problems and stores the losses; run by hand, once.

python -m benchmarks.fidelity.training.train_curves [--only name …]
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import itertools
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from benchmarks.fidelity.problems import FULL, PROBLEMS, CurveProblem
from benchmarks.optimizers.problems.data import load, loss
from benchmarks.optimizers.problems.grids import positions

Floats = NDArray[np.float64]
Params = dict[str, Any]

#: Boosting rounds in one unit of training.
_ROUNDS = 3
#: Losses are cut here: models that blow up are all equally bad.
_WORST = {"rmse": 5.0, "log_loss": 10.0, "error": 1.0}


def boosting(params: Params, regression: bool) -> Any:
    kind = GradientBoostingRegressor if regression else GradientBoostingClassifier
    return kind(
        learning_rate=10.0 ** (params["log_rate"] / 2),
        max_depth=params["max_depth"],
        min_samples_leaf=2 ** params["log_leaf"],
        subsample=params["subsample_tenths"] / 10,
        max_features=None if params["max_features"] == "all" else "sqrt",
        n_estimators=_ROUNDS * FULL,
        random_state=0,
    )


def histogram_boosting(params: Params, regression: bool) -> Any:
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    return kind(
        learning_rate=10.0 ** (params["log_rate"] / 2),
        max_leaf_nodes=2 ** params["log_leaves"],
        min_samples_leaf=4 ** params["log_leaf"],
        l2_regularization=10.0 ** params["log_l2"],
        max_bins=64,
        max_iter=_ROUNDS * FULL,
        early_stopping=False,
        random_state=0,
    )


def net(params: Params, regression: bool) -> Any:
    kind = MLPRegressor if regression else MLPClassifier
    return kind(
        hidden_layer_sizes=(2 ** params["log_units"],),
        learning_rate_init=10.0 ** (params["log_rate"] / 2),
        alpha=10.0 ** params["log_alpha"],
        activation=params["activation"],
        batch_size=2 ** params["log_batch"],
        random_state=0,
    )


def sgd(params: Params, regression: bool) -> Any:
    kind = SGDRegressor if regression else SGDClassifier
    return kind(
        loss="squared_error" if regression else "log_loss",
        penalty="elasticnet",
        alpha=10.0 ** (params["log_alpha"] / 2),
        l1_ratio=params["l1_share"],
        learning_rate=params["schedule"],
        eta0=10.0 ** (params["log_rate"] / 2),
        average=params["average"],
        random_state=0,
    )


MAKE: dict[str, Callable[[Params, bool], Any]] = {
    "gradient_boosting": boosting,
    "histogram_boosting": histogram_boosting,
    "mlp": net,
    "sgd": sgd,
}


class _Guesses:
    """What a staged ensemble says at one stage, in the form of a fitted model."""

    def __init__(self, said: Floats) -> None:
        self._said = said

    def predict(self, inputs: Floats) -> Floats:
        return self._said

    predict_proba = predict


def stages(model: Any, problem: CurveProblem, train: Any, test: Any) -> Iterator[Any]:
    """The model after each unit of training."""
    inputs, targets = train
    if problem.family == "boosting":
        model.fit(inputs, targets)
        staged = model.staged_predict if problem.score == "rmse" else model.staged_predict_proba
        yield from (_Guesses(said) for place, said in enumerate(staged(test[0]), 1) if not place % _ROUNDS)
        return
    classes = {} if problem.score == "rmse" else {"classes": np.unique(targets)}
    for _ in range(FULL):
        try:
            model.partial_fit(inputs, targets, **classes)
        except ValueError:  # the weights have become endless
            yield None
            continue
        yield model


def curve(problem: CurveProblem, params: Params, train: Any, test: Any) -> Floats:
    """(FULL,) losses on the held-out rows."""
    kind = problem.name.removesuffix(f"_{problem.data}")
    model = MAKE[kind](params, problem.score == "rmse")
    worst = _WORST[problem.score]
    losses = []
    for stage in stages(model, problem, train, test):
        try:
            losses.append(worst if stage is None else min(loss(problem.score, stage, *test), worst))
        except ValueError:  # what it says is no number
            losses.append(worst)
    return np.array(losses)


def trained(problem: CurveProblem) -> Floats:
    """(*shape, FULL) losses."""
    data = load(problem.data)
    some, rest = data.folds[0]
    scaler = StandardScaler().fit(data.inputs[some])
    targets = data.targets
    if problem.score == "rmse":  # in units of their spread, which suits nets
        targets = (targets - targets[some].mean()) / targets[some].std()
    train = scaler.transform(data.inputs[some]), targets[some]
    test = scaler.transform(data.inputs[rest]), targets[rest]
    every = itertools.product(*(positions(axis) for axis in problem.axes.values()))
    curves = [curve(problem, dict(zip(problem.axes, values, strict=True)), train, test) for values in every]
    return np.array(curves).reshape(*problem.shape, FULL)


def rounded(losses: Floats) -> Floats:
    """To five digits, which compress well."""
    digits = 4 - np.floor(np.log10(np.maximum(losses, 1e-9)))
    return np.round(losses * 10.0**digits) / 10.0**digits


def main() -> None:
    parser = argparse.ArgumentParser(description="Train every configuration of the learning-curve problems.")
    parser.add_argument("--only", nargs="+", default=list(PROBLEMS), choices=list(PROBLEMS))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    for name in given.only:
        begun = time.process_time()
        losses = rounded(trained(PROBLEMS[name])).astype(np.float32)
        np.savez_compressed(PROBLEMS[name].file, loss=losses)
        full = losses[..., -1]
        seconds = time.process_time() - begun
        print(
            f"{name}: {full.shape}, {full.min():.5g} to {full.max():.5g}, {seconds:.0f} s of processor time",
            flush=True,
        )


if __name__ == "__main__":
    main()
