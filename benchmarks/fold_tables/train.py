"""Scores every configuration of the fold tables on every fold and stores the losses; run by hand, once.

python -m benchmarks.fold_tables.train [--only svc …]
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import itertools
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sklearn import datasets, metrics
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import ElasticNet, LogisticRegression, SGDClassifier
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from benchmarks.fold_tables import SPLITS, TABLES, FoldTable

#: The digits are cut to so many rows, so that folds differ as they do where people tune.
MOST_ROWS = 600


def knn(params: Mapping[str, Any]) -> Any:
    own = {name: params[name] for name in ("n_neighbors", "metric", "weights")}
    return make_pipeline(PCA(params["components"], random_state=0), KNeighborsClassifier(**own))


def mlp(params: Mapping[str, Any]) -> Any:
    own = {name: params[name] for name in ("learning_rate_init", "alpha")}
    return make_pipeline(
        StandardScaler(), MLPClassifier((params["units"],), max_iter=30, random_state=0, **own)
    )


def logistic(params: Mapping[str, Any]) -> Any:
    weight = None if params["class_weight"] == "none" else "balanced"
    own = {name: params[name] for name in ("C", "penalty")}
    return make_pipeline(
        StandardScaler(), LogisticRegression(solver="liblinear", class_weight=weight, random_state=0, **own)
    )


MODELS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "svc": lambda params: SVC(**params),
    "random_forest": lambda params: RandomForestClassifier(10, random_state=0, **params),
    "gradient_boosting": lambda params: GradientBoostingRegressor(n_estimators=40, random_state=0, **params),
    "knn": knn,
    "sgd": lambda params: make_pipeline(
        StandardScaler(), SGDClassifier(learning_rate="constant", max_iter=50, random_state=0, **params)
    ),
    "decision_tree": lambda params: DecisionTreeRegressor(random_state=0, **params),
    "svr": lambda params: make_pipeline(StandardScaler(), SVR(**params)),
    "mlp": mlp,
    "logistic": logistic,
    "kernel_ridge": lambda params: make_pipeline(StandardScaler(), KernelRidge(kernel="rbf", **params)),
    "svc_wine": lambda params: make_pipeline(StandardScaler(), SVC(**params)),
    "decision_tree_cancer": lambda params: DecisionTreeClassifier(random_state=0, **params),
    "extra_trees": lambda params: ExtraTreesClassifier(10, random_state=0, **params),
    "knn_wine": lambda params: make_pipeline(StandardScaler(), KNeighborsClassifier(**params)),
    "elastic_net": lambda params: make_pipeline(StandardScaler(), ElasticNet(**params)),
    "random_forest_diabetes": lambda params: RandomForestRegressor(10, random_state=0, **params),
}


def loss(kind: str, model: Any, inputs: Any, truth: Any) -> float:
    if kind == "log_loss":
        return float(metrics.log_loss(truth, model.predict_proba(inputs), labels=model.classes_))
    predicted = model.predict(inputs)
    if kind == "rmse":
        return float(metrics.root_mean_squared_error(truth, predicted))
    return float(np.mean(predicted != truth))


def scored(table: FoldTable) -> dict[str, np.ndarray]:
    """By kind of folds, the losses of every configuration."""
    inputs, targets = getattr(datasets, f"load_{table.data}")(return_X_y=True)
    inputs, targets = inputs[:MOST_ROWS], targets[:MOST_ROWS]
    splitter = RepeatedKFold if table.loss == "rmse" else RepeatedStratifiedKFold
    found = {}
    for kind, (folds, repeats) in SPLITS.items():
        parts = list(splitter(n_splits=folds, n_repeats=repeats, random_state=0).split(inputs, targets))
        losses = [
            loss(
                table.loss,
                MODELS[table.name](params).fit(inputs[fit], targets[fit]),
                inputs[rest],
                targets[rest],
            )
            for params in configurations(table)
            for fit, rest in parts
        ]
        found[kind] = np.array(losses, dtype=np.float32).reshape(*table.shape, len(parts))
    return found


def configurations(table: FoldTable) -> list[dict[str, Any]]:
    """All of them, the last parameter's levels running fastest."""
    return [
        dict(zip(table.levels, values, strict=True)) for values in itertools.product(*table.levels.values())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score every configuration on every fold.")
    names = [table.name for table in TABLES]
    parser.add_argument("--only", nargs="+", default=names, choices=names)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in given.only:
        table = next(table for table in TABLES if table.name == name)
        begun = time.process_time()
        np.savez_compressed(table.file, **scored(table))  # type: ignore[arg-type]
        seconds = time.process_time() - begun
        print(f"{name}: {table.shape}, {seconds:.0f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
