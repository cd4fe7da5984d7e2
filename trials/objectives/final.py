"""The finished study, inside a process of its own: refit the best configuration on all search data, score it
once on the test part beside the default's and a dummy's, write the fitted pipeline to a file; see
`runner.ERRANDS`.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.objectives import scoring
from trials.objectives.base import Context, ObjectiveError, context_of, parse
from trials.objectives.datasets import Dataset, DatasetInfo, load
from trials.objectives.kinds.model import ModelObjective
from trials.objectives.mistakes import confusion, predictions
from trials.objectives.model_file import versions, write_model
from trials.objectives.resampling import Estimate, difference, estimate, recall, score_again, score_once
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.validation import split_test


@dataclass(frozen=True)
class Scored:
    """A fitted model's scores on the test part, in the scorers' own direction (more is better)."""

    scores: dict[str, float]
    again: dict[str, np.ndarray]
    metrics: dict[str, float | None]
    recalled: Any

    def estimates(self) -> dict[str, dict[str, float | None]]:
        return {name: estimate(value, self.again[name]).to_dict() for name, value in self.scores.items()}

    def beyond(self, other: Scored, name: str) -> Estimate:
        return difference(self.scores[name], self.again[name], other.scores[name], other.again[name])


def make(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do all of it; returns the plain JSON that the final model's row and its pages live on.

    `job`: objective, params, number and line (of the best trial), default (params, or None where there is
    none), study_seed, file (where the pipeline goes), most_bytes (a larger one is not kept).
    """
    objective = parse(job["objective"])
    if not isinstance(objective, ModelObjective):
        raise ObjectiveError("kind", f"an objective of kind {objective.kind!r} has no model to refit")
    dataset = load(objective.dataset.name, objective.dataset.version)
    search, test = split_test(dataset, objective.test_share, job["study_seed"])
    began = time.perf_counter()
    best = _fitted(objective, job["params"], context_of(job), dataset, search)
    fit_seconds = time.perf_counter() - began
    answer = {
        "search_rows": len(search),
        "test_rows": len(test),
        "scoring": objective.scorer.name,
        "best_is_default": job["default"] == job["params"] or objective.is_baseline(job["params"]),
        "dataset": _facts(dataset.info),
        "pipeline": repr(best),
        "fit_seconds": fit_seconds,
        "versions": versions(best),
        "model": write_model(best, job["file"], job["most_bytes"]),
    }
    if len(test):
        answer |= _look(objective, job, dataset, search, test, best)
    return answer


def _fitted(
    objective: ModelObjective,
    params: Mapping[str, Any],
    context: Context,
    dataset: Dataset,
    search: np.ndarray,
) -> Any:
    return objective.fitted(params, context, dataset.X[search], dataset.y[search])


def _look(
    objective: ModelObjective,
    job: Mapping[str, Any],
    dataset: Dataset,
    search: np.ndarray,
    test: np.ndarray,
    best: Any,
) -> dict[str, Any]:
    """Score the three models on the same test rows."""
    rivals: dict[str, Any] = {"dummy": _dummy(dataset.info).fit(dataset.X[search], dataset.y[search])}
    problems: dict[str, str] = {}
    if job["default"] is not None:
        try:
            rivals["default"] = _fitted(
                objective, job["default"], Context(job["study_seed"]), dataset, search
            )
        except Exception as error:  # like any failed trial: it is told, and the best is scored all the same
            problems["default"] = f"{type(error).__name__}: {error}"[:500]
    names = [objective.scorer.name, *(measure.name for measure in objective.measures)]
    seed = seed_for(job["study_seed"], Purpose.RESAMPLES)
    scored = {
        who: _scored(model, dataset, test, names, seed) for who, model in {"best": best, **rivals}.items()
    }
    chosen = scored["best"]
    return {
        "resamples": len(chosen.again[objective.scorer.name]),
        "scores": {who: found.estimates() for who, found in scored.items()},
        "metrics": {who: found.metrics for who, found in scored.items()},
        "differences": {who: chosen.beyond(scored[who], objective.scorer.name).to_dict() for who in rivals},
        "problems": problems,
        **_detail(dataset, test, chosen.recalled.predicted),
    }


def _scored(model: Any, dataset: Dataset, test: np.ndarray, names: list[str], seed: int) -> Scored:
    truth, rows = dataset.y[test], np.arange(len(test))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # undefined metrics are None, which is said where they are shown
        recalled = recall(model, dataset.X[test])
        measured = scoring.measure(dataset.info.task, recalled, rows, truth, recalled.predicted)
        scores = {name: score_once(name, recalled, truth, rows) for name in names}
        again = {name: score_again(name, recalled, truth, seed) for name in names}
    metrics = {name: float(value) if np.isfinite(value) else None for name, value in measured.items()}
    return Scored(scores, again, metrics, recalled)


def _dummy(info: DatasetInfo) -> Any:
    """What one can do without looking at the columns: the most frequent class, the mean."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyClassifier(strategy="prior") if info.classes else DummyRegressor()


def _detail(dataset: Dataset, test: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    truth = dataset.y[test]
    if dataset.info.classes:
        return {"confusion": confusion(truth, predicted, class_names(dataset.info))}
    return {"predictions": predictions(truth, predicted, target_names(dataset.info))}


def class_names(info: DatasetInfo) -> list[str]:
    """What the classes 0, 1, … are called; [] for a regression."""
    if not info.classes:
        return []
    return list(info.class_names) or _shipped_names(info) or [str(place) for place in range(info.classes)]


def target_names(info: DatasetInfo) -> list[str]:
    """What the targets of a regression are called; [] for classes."""
    if info.classes:
        return []
    return _shipped_names(info) or [info.target or "target"]


def _shipped_names(info: DatasetInfo) -> list[str]:
    """The names that scikit-learn gives with the data sets it ships."""
    from sklearn import datasets as shipped

    if info.version is not None or not hasattr(shipped, f"load_{info.name}"):
        return []
    return [str(name) for name in getattr(shipped, f"load_{info.name}")().get("target_names", ())]


def _facts(info: DatasetInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "title": info.title,
        "task": info.task,
        "rows": info.rows,
        "columns": info.columns,
        "version": info.version,
        "checksum": info.checksum,
        "inputs": list(info.column_names),
        "classes": class_names(info),
        "targets": target_names(info),
    }
