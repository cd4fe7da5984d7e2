"""Searches of which every configuration was scored on every fold once; for `benchmarks.early_stopping`.

The trainings are in `train`; `<name>.npz` holds an array of losses for each kind of folds: configurations
along its first axes in the order of the space, folds along the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimizers import Space

Half = Literal["tuning", "reported"]
FOLDER = Path(__file__).parent
#: Kinds of folds: (folds, repeats) each.
SPLITS = {"10-fold": (10, 1), "5 × 3-fold": (3, 5), "5-fold": (5, 1)}


@dataclass(frozen=True)
class FoldTable:
    """A finite search: the levels of each parameter, and a loss for each configuration and fold.

    half: tuning, where rules and their defaults were chosen; reported, which was trained after that.
    """

    name: str
    data: str
    loss: str
    levels: Mapping[str, tuple[Any, ...]]
    half: Half = "tuning"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.npz"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.levels.values()))

    @cached_property
    def losses(self) -> dict[str, NDArray[np.float64]]:
        """By kind of folds: (…levels, folds) losses."""
        with np.load(self.file) as stored:
            return {kind: stored[kind].astype(float) for kind in SPLITS}

    @cached_property
    def space(self) -> Space:
        """Numbers as ordered choices, so that every optimizer asks only for what was trained."""
        return Space.from_dict(
            {
                "parameters": [
                    {
                        "name": name,
                        "type": "categorical",
                        "choices": list(levels),
                        "ordered": not isinstance(levels[0], str),
                    }
                    for name, levels in self.levels.items()
                ]
            }
        )

    def of_folds(self, params: Mapping[str, Any], kind: str) -> NDArray[np.float64]:
        """(folds,) losses of a configuration."""
        place = tuple(levels.index(params[name]) for name, levels in self.levels.items())
        return self.losses[kind][place]


def _powers(base: float, *exponents: float) -> tuple[float, ...]:
    return tuple(float(base**exponent) for exponent in exponents)


TABLES = (
    FoldTable(
        "svc",
        "digits",
        "error",
        {"C": _powers(10, *np.arange(-2, 3.1, 0.5)), "gamma": _powers(10, *np.arange(-5, 0.1, 0.5))},
    ),
    FoldTable(
        "random_forest",
        "breast_cancer",
        "log_loss",
        {
            "max_depth": (1, 2, 4, 8),
            "max_features": (0.1, 0.3, 1.0),
            "min_samples_leaf": (1, 4, 16, 64),
        },
    ),
    FoldTable(
        "gradient_boosting",
        "diabetes",
        "rmse",
        {
            "learning_rate": _powers(10, -2.5, -2, -1.5, -1, -0.5, 0),
            "max_depth": (1, 2, 4),
            "min_samples_leaf": (1, 8, 32),
        },
    ),
    FoldTable(
        "knn",
        "digits",
        "error",
        {
            "n_neighbors": (1, 2, 3, 5, 8, 12, 20, 30),
            "components": (2, 4, 8, 16, 32),
            "metric": ("euclidean", "manhattan", "chebyshev"),
            "weights": ("uniform", "distance"),
        },
    ),
    FoldTable(
        "sgd",
        "wine",
        "error",
        {
            "alpha": _powers(10, *np.arange(-6, 1.1, 1.0)),
            "eta0": _powers(10, -4, -3, -2, -1, 0),
            "loss": ("hinge", "log_loss", "modified_huber"),
            "penalty": ("l1", "l2"),
        },
    ),
    FoldTable(
        "decision_tree",
        "diabetes",
        "rmse",
        {
            "max_depth": (1, 2, 3, 4, 5, 6, 8, 12),
            "min_samples_leaf": (1, 4, 8, 16, 32, 64),
            "max_features": (0.2, 0.4, 0.7, 1.0),
        },
    ),
    FoldTable(
        "svr",
        "diabetes",
        "rmse",
        {
            "C": _powers(10, *np.arange(-1, 4.1, 0.5)),
            "gamma": _powers(10, *np.arange(-4, 0.1, 0.5)),
            "epsilon": (0.1, 30.0),
        },
    ),
    FoldTable(
        "mlp",
        "breast_cancer",
        "log_loss",
        {
            "units": (4, 16, 64),
            "learning_rate_init": _powers(10, -4, -3.5, -3, -2.5, -2, -1),
            "alpha": _powers(10, -3, 0),
        },
    ),
    FoldTable(
        "logistic",
        "breast_cancer",
        "log_loss",
        {
            "C": _powers(10, *np.arange(-4, 3.1, 0.5)),
            "penalty": ("l1", "l2"),
            "class_weight": ("none", "balanced"),
        },
        "reported",
    ),
    FoldTable(
        "kernel_ridge",
        "diabetes",
        "rmse",
        {"alpha": _powers(10, *np.arange(-4, 1.1, 0.5)), "gamma": _powers(10, *np.arange(-4, 0.1, 0.5))},
        "reported",
    ),
    FoldTable(
        "svc_wine",
        "wine",
        "error",
        {"C": _powers(10, *np.arange(-2, 3.1, 0.5)), "gamma": _powers(10, *np.arange(-5, 0.1, 0.5))},
        "reported",
    ),
    FoldTable(
        "decision_tree_cancer",
        "breast_cancer",
        "error",
        {
            "max_depth": (1, 2, 3, 4, 5, 6, 8, 12),
            "min_samples_leaf": (1, 4, 8, 16, 32, 64),
            "max_features": (0.1, 0.3, 1.0),
        },
        "reported",
    ),
    FoldTable(
        "extra_trees",
        "wine",
        "log_loss",
        {
            "max_depth": (1, 2, 4, 8),
            "max_features": (0.1, 0.3, 1.0),
            "min_samples_leaf": (1, 2, 4, 8, 16, 32),
        },
        "reported",
    ),
    FoldTable(
        "knn_wine",
        "wine",
        "error",
        {
            "n_neighbors": (1, 2, 3, 5, 8, 12, 20, 30, 50),
            "metric": ("euclidean", "manhattan", "chebyshev"),
            "weights": ("uniform", "distance"),
        },
        "reported",
    ),
    FoldTable(
        "elastic_net",
        "diabetes",
        "rmse",
        {"alpha": _powers(10, *np.arange(-4, 1.6, 0.5)), "l1_ratio": (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)},
        "reported",
    ),
    FoldTable(
        "random_forest_diabetes",
        "diabetes",
        "rmse",
        {
            "max_depth": (2, 4, 6, 12),
            "max_features": (0.2, 0.5, 1.0),
            "min_samples_leaf": (1, 4, 16),
        },
        "reported",
    ),
)
