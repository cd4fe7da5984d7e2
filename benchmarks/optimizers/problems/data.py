"""The data sets that come with scikit-learn, in fixed folds, and how a model is scored on them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets, metrics
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

Floats = NDArray[np.float64]
Score = Literal["error", "log_loss", "auc", "rmse"]

#: Losses are cut here: models that blow up are all equally bad.
WORST = {"error": 1.0, "log_loss": 10.0, "auc": 1.0, "rmse": 500.0}
FOLDS, DIGITS = 3, 500

SCALERS: dict[str, Callable[[], Any]] = {
    "none": lambda: "passthrough",
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
    "robust": RobustScaler,
}


@dataclass(frozen=True)
class Data:
    """inputs (n, d); targets (n,); folds: pairs of row numbers, to train on and to score on."""

    inputs: Floats
    targets: NDArray[Any]
    folds: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]


@cache
def load(name: str) -> Data:
    """breast_cancer, iris, wine, digits (500 of its rows, pixels from 0 to 1) or diabetes."""
    found = getattr(datasets, f"load_{name}")()
    inputs, targets = np.asarray(found.data, dtype=float), np.asarray(found.target)
    if name == "digits":
        chosen = np.random.default_rng(0).permutation(len(targets))[:DIGITS]
        inputs, targets = inputs[chosen] / 16.0, targets[chosen]
    splitter = KFold if name == "diabetes" else StratifiedKFold
    folds = splitter(FOLDS, shuffle=True, random_state=0).split(inputs, targets)
    return Data(inputs, targets, tuple(folds))


def loss(score: Score, model: Any, inputs: Floats, targets: NDArray[Any]) -> float:
    """The loss of a fitted model, less is better, at most WORST; also what is not a number is the worst."""
    if score == "error":
        found = 1.0 - float(np.mean(model.predict(inputs) == targets))
    elif score == "rmse":
        found = float(np.sqrt(np.mean((model.predict(inputs) - targets) ** 2)))
    elif score == "auc":
        ranks = model.decision_function(inputs)
        found = 1.0 - float(metrics.roc_auc_score(targets, ranks)) if np.isfinite(ranks).all() else 1.0
    else:
        found = log_loss(model.predict_proba(inputs), targets)
    return min(found, WORST[score]) if np.isfinite(found) else WORST[score]


def log_loss(shares: Floats, targets: NDArray[Any]) -> float:
    """Mean −log of the share given to the right class; shares (n, classes), classes 0, 1, …"""
    right = shares[np.arange(len(targets)), targets]
    return float(-np.log(np.clip(right, 1e-4, 1.0)).mean())


def pipeline(scaling: str, *steps: BaseEstimator) -> Pipeline:
    named = [("scaling", SCALERS[scaling]())]
    return Pipeline(named + [(f"step{number}", step) for number, step in enumerate(steps)])


def cross_validated(model: BaseEstimator, name: str, score: Score, folds: Sequence[int] = ()) -> float:
    """Mean loss over the data set's folds, or over those given; warnings of models are nobody's business."""
    data = load(name)
    losses = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for train, test in [data.folds[fold] for fold in folds] or data.folds:
            model.fit(data.inputs[train], data.targets[train])
            losses.append(loss(score, model, data.inputs[test], data.targets[test]))
    return float(np.mean(losses))
