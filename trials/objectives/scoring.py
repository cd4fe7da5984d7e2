"""Scorers: what they are called in words, what they fit, and the metrics measured beside them; used by
`validation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.objectives.base import Metric, ObjectiveError, unknown
from trials.objectives.datasets import DatasetInfo, Task

#: Costs a moment, so it is measured for studies that ask for it.
MODEL_KB = "model_kb"
DEFAULT_SCORING: dict[Task, str] = {
    "classification": "accuracy",
    "regression": "neg_root_mean_squared_error",
}


@dataclass(frozen=True, slots=True)
class Scorer:
    """One of scikit-learn's scorers, under its own name; all are to be maximised.

    `binary`: for two classes only; `one_sided`: of two classes it is about the positive one; `least_classes`:
    says something from so many classes on; `probabilities`: needs predict_proba; `several_targets`: fits
    multi-output regression; `least_rows`: how many rows a fold must have.
    """

    name: str
    title: str
    task: Task
    binary: bool = False
    one_sided: bool = False
    least_classes: int = 2
    probabilities: bool = False
    several_targets: bool = True
    least_rows: int = 1

    @property
    def negated(self) -> bool:
        """Whether this is an error with its sign turned."""
        return self.name.startswith("neg_")


def _averaged(name: str, title: str) -> list[Scorer]:
    """The variants of a score that is made for two classes."""
    many = {"macro": "mean over the classes", "micro": "over all rows", "weighted": "weighted by class size"}
    variants = [Scorer(f"{name}_{how}", f"{title}, {words}", "classification") for how, words in many.items()]
    return [Scorer(name, title, "classification", binary=True, one_sided=True), *variants]


def _roc_auc() -> list[Scorer]:
    many = {
        "ovr": "each class against the rest",
        "ovo": "each pair of classes",
        "ovr_weighted": "each class against the rest, weighted by class size",
        "ovo_weighted": "each pair of classes, weighted by class size",
    }
    return [
        Scorer(f"roc_auc_{how}", f"Area under the ROC curve, {words}", "classification", probabilities=True)
        for how, words in many.items()
    ]


def _error(name: str, title: str, several_targets: bool = True) -> Scorer:
    return Scorer(
        name, f"{title} (negated: nearer 0 is better)", "regression", several_targets=several_targets
    )


SCORERS = {
    scorer.name: scorer
    for scorer in (
        Scorer("accuracy", "Accuracy", "classification"),
        Scorer("balanced_accuracy", "Balanced accuracy", "classification"),
        *_averaged("f1", "F1 score"),
        *_averaged("precision", "Precision"),
        *_averaged("recall", "Recall"),
        *_averaged("jaccard", "Jaccard index"),
        Scorer("roc_auc", "Area under the ROC curve", "classification", binary=True),
        *_roc_auc(),
        Scorer("average_precision", "Average precision", "classification", one_sided=True),
        Scorer("top_k_accuracy", "Accuracy within the first two guesses", "classification", least_classes=3),
        Scorer(
            "positive_likelihood_ratio",
            "Positive likelihood ratio",
            "classification",
            binary=True,
            one_sided=True,
        ),
        Scorer(
            "neg_negative_likelihood_ratio",
            "Negative likelihood ratio (negated: nearer 0 is better)",
            "classification",
            binary=True,
        ),
        Scorer("matthews_corrcoef", "Matthews correlation", "classification"),
        Scorer(
            "neg_log_loss", "Log loss (negated: nearer 0 is better)", "classification", probabilities=True
        ),
        Scorer(
            "neg_brier_score",
            "Brier score (negated: nearer 0 is better)",
            "classification",
            probabilities=True,
        ),
        Scorer("d2_log_loss_score", "Share of the log loss explained", "classification", probabilities=True),
        Scorer("d2_brier_score", "Share of the Brier score explained", "classification", probabilities=True),
        Scorer("r2", "R² (share of the variance explained)", "regression", least_rows=2),
        Scorer("explained_variance", "Share of the variance explained", "regression", least_rows=2),
        Scorer(
            "d2_absolute_error_score", "Share of the absolute error explained", "regression", least_rows=2
        ),
        _error("neg_root_mean_squared_error", "Root mean squared error"),
        _error("neg_mean_squared_error", "Mean squared error"),
        _error("neg_mean_absolute_error", "Mean absolute error"),
        _error("neg_median_absolute_error", "Median absolute error"),
        _error("neg_mean_absolute_percentage_error", "Mean absolute percentage error"),
        _error("neg_max_error", "Largest error", several_targets=False),
        _error("neg_mean_squared_log_error", "Mean squared error of the logarithm"),
        _error("neg_root_mean_squared_log_error", "Root mean squared error of the logarithm"),
        _error("neg_mean_poisson_deviance", "Mean Poisson deviance", several_targets=False),
        _error("neg_mean_gamma_deviance", "Mean gamma deviance", several_targets=False),
    )
}
SHORT_NAMES = {
    "acc": "accuracy",
    "auc": "roc_auc",
    "log_loss": "neg_log_loss",
    "logloss": "neg_log_loss",
    "mae": "neg_mean_absolute_error",
    "mape": "neg_mean_absolute_percentage_error",
    "mcc": "matthews_corrcoef",
    "mse": "neg_mean_squared_error",
    "rmse": "neg_root_mean_squared_error",
    "root_mean_squared_error": "neg_root_mean_squared_error",
}
FOR_MANY_CLASSES = {"f1": "f1_macro", "precision": "precision_macro", "recall": "recall_macro"}
FOR_MANY_CLASSES |= {"jaccard": "jaccard_macro", "roc_auc": "roc_auc_ovr"}


def class_scored(name: str, dataset: DatasetInfo) -> str:
    """The class that the scorer `name` is about, "" where that is all alike or they have no names."""
    scorer = SCORERS.get(name)
    if scorer is None or not scorer.one_sided or dataset.classes != 2 or not dataset.class_names:
        return ""
    return dataset.class_names[1]


def available_scorers(dataset: DatasetInfo, probabilities: bool = True) -> tuple[Scorer, ...]:
    """The scorers that fit a data set, and a model with or without predict_proba; the usual one first."""
    fitting = [
        scorer
        for scorer in SCORERS.values()
        if _misfit(scorer, dataset) is None and (probabilities or not scorer.probabilities)
    ]
    return tuple(sorted(fitting, key=lambda scorer: scorer.name != DEFAULT_SCORING[dataset.task]))


def get_scorer(name: Any, dataset: DatasetInfo, probabilities: bool, field: str = "scoring") -> Scorer:
    """The scorer `name`; ObjectiveError (in `field`) unless it fits the data set and the model."""
    if name in SHORT_NAMES and name not in SCORERS:
        raise ObjectiveError(field, f"there is no scorer {name!r}: did you mean {SHORT_NAMES[name]}?")
    if not isinstance(name, str) or name not in SCORERS:
        fitting = [scorer.name for scorer in available_scorers(dataset, probabilities)]
        raise ObjectiveError(field, unknown(f"scorer for {dataset.task}", name, fitting))
    scorer = SCORERS[name]
    misfit = _misfit(scorer, dataset)
    if misfit:
        raise ObjectiveError(field, misfit)
    if scorer.probabilities and not probabilities:
        raise ObjectiveError(
            field,
            f"{name} needs probabilities, which not every model chosen gives: choose another score, such as "
            f"{DEFAULT_SCORING[scorer.task]}, or other models",
        )
    return scorer


def _misfit(scorer: Scorer, dataset: DatasetInfo) -> str | None:
    """Why `scorer` cannot score predictions of `dataset`, None if it can."""
    if scorer.task != dataset.task:
        return (
            f"{scorer.name} is a score for {scorer.task}, and {dataset.name} is a {dataset.task} data set: "
            f"choose {DEFAULT_SCORING[dataset.task]}, for example"
        )
    if scorer.binary and dataset.classes > 2:
        other = FOR_MANY_CLASSES.get(scorer.name, "balanced_accuracy")
        return f"{scorer.name} is for two classes, and {dataset.name} has {dataset.classes}: choose {other}"
    if dataset.task == "classification" and dataset.classes < scorer.least_classes:
        return f"{scorer.name} is always 1 with {dataset.classes} classes: choose accuracy"
    if not scorer.several_targets and dataset.targets > 1:
        return (
            f"{scorer.name} is for one target, and {dataset.name} has {dataset.targets}: "
            f"choose {DEFAULT_SCORING[dataset.task]}"
        )
    return None


#: Scores that are a metric measured anyway, with the sign that turns one into the other.
SAME_AS_METRIC = {
    "accuracy": ("accuracy", 1),
    "balanced_accuracy": ("balanced_accuracy", 1),
    "f1_macro": ("f1_macro", 1),
    "neg_log_loss": ("log_loss", -1),
    "neg_root_mean_squared_error": ("rmse", -1),
    "neg_mean_absolute_error": ("mae", -1),
    "r2": ("r2", 1),
}


#: What is measured beside the scores, in words; less of it is better.
ERRORS: dict[Task, dict[str, str]] = {
    "classification": {"log_loss": "Log loss"},
    "regression": {"rmse": "Root mean squared error", "mae": "Mean absolute error"},
}
COSTS = {
    "predict_ms": "Time to predict a thousand rows, in ms",
    "fit_seconds": "Time of one fit, in s",
    MODEL_KB: "Size of the fitted pipeline, in KB",
}


def measured_beside(task: Task, probabilities: bool) -> dict[str, Metric]:
    """What every evaluation measures beside its scores, by name; the log loss needs probabilities."""
    errors = ERRORS[task] if probabilities or task == "regression" else {}
    return {name: Metric(name, title, "minimize") for name, title in (errors | COSTS).items()}


def measure(
    task: Task, model: Any, X: np.ndarray, truth: np.ndarray, predicted: np.ndarray
) -> dict[str, float]:
    """The usual metrics of a fitted `model`'s predictions for X: errors are positive, NaN where undefined."""
    from sklearn import metrics

    if task == "regression":
        return {
            "rmse": metrics.root_mean_squared_error(truth, predicted),
            "mae": metrics.mean_absolute_error(truth, predicted),
            "r2": metrics.r2_score(truth, predicted) if len(truth) > 1 else float("nan"),
        }
    measured = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "f1_macro": metrics.f1_score(truth, predicted, average="macro"),
    }
    if hasattr(model, "predict_proba"):
        measured["log_loss"] = metrics.log_loss(truth, model.predict_proba(X), labels=model.classes_)
    return measured


def score(name: str, model: Any, X: np.ndarray, truth: np.ndarray, measured: dict[str, float]) -> float:
    """The score `name` of a fitted model: taken from `measured` where that is the same number."""
    metric, sign = SAME_AS_METRIC.get(name, ("", 1))
    if metric in measured:
        return float(sign * measured[metric])
    from sklearn.metrics import get_scorer as scikit_learn_scorer

    return float(scikit_learn_scorer(name)(model, X, truth))


def scores(
    names: Sequence[str], model: Any, X: np.ndarray, truth: np.ndarray, measured: dict[str, float]
) -> tuple[dict[str, float], list[str]]:
    """Further scores of a fitted model by name, predicted once for all of them, and in words why any of them
    has none.
    """
    same = {name: SAME_AS_METRIC[name] for name in names if name in SAME_AS_METRIC}
    known = {name: sign * measured[metric] for name, (metric, sign) in same.items() if metric in measured}
    others = [name for name in names if name not in known]
    if not others:
        return known, []
    from sklearn.metrics import check_scoring

    found = check_scoring(model, scoring=others, raise_exc=False)(model, X, truth)
    faults = {name: value for name, value in found.items() if isinstance(value, str)}
    words = [f"{name} could not be measured: {fault.splitlines()[-1]}" for name, fault in faults.items()]
    return known | {name: float(found[name]) for name in others if name not in faults}, words
