"""How sure a score on a test part is: bootstrap intervals, paired for differences; used by `final`.

Models predict once; what is drawn again and again are the test rows. `Recalled` gives the stored predictions
to scikit-learn's scorers as if it were the model.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.metaestimators import available_if

from trials.objectives import scoring

#: For scores that are means over rows. A scorer of scikit-learn takes milliseconds: those get fewer.
RESAMPLES, FEWER_RESAMPLES = 2_000, 300
LEVEL = 0.95
SMALLEST_PROBABILITY = 1e-15


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score and its 95 % interval; None where it is not a finite number or the resamples say nothing."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        return {"value": self.value, "low": self.low, "high": self.high}


class _Recalled(BaseEstimator):
    """The predictions of a fitted model for the test rows; `X` of its methods are row numbers."""

    def __init__(self, predicted: np.ndarray, responses: Mapping[str, np.ndarray], classes: Any) -> None:
        self.predicted, self.responses = predicted, responses
        if classes is not None:
            self.classes_ = classes

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.predicted[np.asarray(X).ravel()]


def _known(name: str) -> Callable[[Any], bool]:
    return lambda model: name in model.responses


class _RecalledClassifier(ClassifierMixin, _Recalled):
    @available_if(_known("predict_proba"))
    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return self.responses["predict_proba"][np.asarray(X).ravel()]

    @available_if(_known("decision_function"))
    def decision_function(self, X: np.ndarray) -> np.ndarray:
        return self.responses["decision_function"][np.asarray(X).ravel()]


class _RecalledRegressor(RegressorMixin, _Recalled):
    pass


def recall(model: Any, X: np.ndarray) -> Any:
    """A stand-in for the fitted `model` that knows its answers for the rows of X, (rows, columns)."""
    classes = getattr(model, "classes_", None)
    if classes is None:
        return _RecalledRegressor(model.predict(X), {}, None)
    names = [name for name in ("predict_proba", "decision_function") if hasattr(model, name)]
    responses = {name: getattr(model, name)(X) for name in names}
    return _RecalledClassifier(model.predict(X), responses, classes)


def score_again(name: str, model: Any, truth: np.ndarray, seed: int) -> np.ndarray:
    """The score of a recalled `model` on resamples of its rows, (resamples,); NaN where it is undefined, as
    without one of the classes. The same seed draws the same rows.
    """
    random = np.random.default_rng(seed)
    if name in OF_MEANS:
        parts_of, finish = OF_MEANS[name]
        parts = parts_of(model, truth)
        often = range(RESAMPLES)
        return np.array([finish(parts[_drawn(random, truth)].mean(axis=0)) for _ in often])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array(
            [score_once(name, model, truth, _drawn(random, truth)) for _ in range(FEWER_RESAMPLES)]
        )


def _drawn(random: np.random.Generator, truth: np.ndarray) -> np.ndarray:
    return random.integers(0, len(truth), len(truth))


def score_once(name: str, model: Any, truth: np.ndarray, rows: np.ndarray) -> float:
    """The score of a recalled `model` on some of its rows; NaN where it is undefined."""
    try:
        return scoring.score(name, model, rows, truth[rows], {})
    except ValueError:
        return float("nan")


# --- scores that are made of means over rows ----------------------------------------------------------------
def _right(model: Any, truth: np.ndarray) -> np.ndarray:
    return model.predicted == truth


def _log_probability(model: Any, truth: np.ndarray) -> np.ndarray:
    given = model.predict_proba(np.arange(len(truth)))[np.arange(len(truth)), _places(model, truth)]
    return np.log(np.maximum(given, SMALLEST_PROBABILITY))


def _places(model: Any, truth: np.ndarray) -> np.ndarray:
    return np.searchsorted(model.classes_, truth)


def _squared(model: Any, truth: np.ndarray) -> np.ndarray:
    return (model.predicted - truth) ** 2


def _absolute(model: Any, truth: np.ndarray) -> np.ndarray:
    return np.abs(model.predicted - truth)


def _squared_and_moments(model: Any, truth: np.ndarray) -> np.ndarray:
    return np.stack([_squared(model, truth), truth, truth**2], axis=1)


def _explained(means: np.ndarray) -> float:
    left, mean, square = means
    variance = square - mean**2
    return float(np.mean(1 - left / np.where(variance > 0, variance, np.nan)))


def _mean(means: np.ndarray) -> float:
    return float(np.mean(means))


Parts = Callable[[Any, np.ndarray], np.ndarray]
#: By scorer: what to take the mean of, for each row, and what the score is of these means.
OF_MEANS: dict[str, tuple[Parts, Callable[[np.ndarray], float]]] = {
    "accuracy": (_right, _mean),
    "neg_log_loss": (_log_probability, _mean),
    "neg_mean_squared_error": (_squared, lambda means: -_mean(means)),
    "neg_root_mean_squared_error": (_squared, lambda means: -_mean(np.sqrt(means))),
    "neg_mean_absolute_error": (_absolute, lambda means: -_mean(means)),
    "r2": (_squared_and_moments, _explained),
}


# --- intervals ----------------------------------------------------------------------------------------------


def estimate(value: float, again: np.ndarray) -> Estimate:
    """A score with the middle 95 % of what the resamples gave.

    No interval where fewer than half of them gave a number, or where all gave the same: that many rows
    cannot say how sure it is.
    """
    if not math.isfinite(value):
        return Estimate(None)
    finite = again[np.isfinite(again)]
    if 2 * len(finite) < len(again) or np.ptp(finite) == 0:
        return Estimate(float(value))
    low, high = np.quantile(finite, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value), float(low), float(high))


def difference(value: float, again: np.ndarray, other: float, other_again: np.ndarray) -> Estimate:
    """How much more `value` is than `other` on the same rows: resamples are paired."""
    if not (math.isfinite(value) and math.isfinite(other)):
        return Estimate(None)
    return estimate(value - other, again - other_again)
