"""Finite spaces whose every configuration was trained once and stored. Called by the problems.

The trainings are in `train_grids`; an array of losses has one axis for each parameter, in the space's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimizers.problems.base import Params
from optimizers import Categorical, Integer
from optimizers.space.parameters import Parameter

TABLES = Path(__file__).parent / "tables"


def positions(parameter: Parameter) -> list[Any]:
    """The values of one axis, in the order of the array."""
    if isinstance(parameter, Categorical):
        return list(parameter.choices)
    low, high = (int(bound) for bound in parameter.bounds)  # type: ignore[attr-defined]
    return list(range(low, high + 1, int(parameter.step or 1)))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Grid:
    """Losses of all configurations of some finite parameters, in `tables/<name>.npz`, one array per score."""

    name: str
    axes: dict[str, Parameter]

    @property
    def file(self) -> Path:
        return TABLES / f"{self.name}.npz"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(positions(parameter)) for parameter in self.axes.values())

    @cached_property
    def _arrays(self) -> dict[str, NDArray[np.float64]]:
        with np.load(self.file) as stored:
            return {score: stored[score].astype(float) for score in stored.files}

    @cached_property
    def _positions(self) -> dict[str, dict[Any, int]]:
        return {
            name: {value: place for place, value in enumerate(positions(parameter))}
            for name, parameter in self.axes.items()
        }

    def loss(self, params: Params, score: str, prefix: str = "") -> float:
        """The stored loss; `prefix` stands before the names in params."""
        place = tuple(self._positions[name][params[prefix + name]] for name in self.axes)
        return float(self._arrays[score][place])

    def least(self, score: str) -> float | None:
        """The least loss there is; None before the grid was trained."""
        return float(self._arrays[score].min()) if self.file.exists() else None

    def parameters(self, prefix: str = "", when: dict[str, Any] | None = None) -> dict[str, Parameter]:
        """The axes as parameters of a space, all under one condition."""
        made: dict[str, Parameter] = {}
        for name, axis in self.axes.items():
            if isinstance(axis, Categorical):
                made[prefix + name] = Categorical(axis.choices, when=when)
            else:
                low, high = axis.bounds  # type: ignore[attr-defined]
                made[prefix + name] = Integer(low, high, step=axis.step, when=when)  # type: ignore[attr-defined]
        return made


#: Powers are whole numbers here, so that every library sees them as ordered: 10 ** (rate / 2), 4 ** leaf …
BOOSTING = Grid(
    "gradient_boosting_diabetes",
    {
        "log_rate": Integer(-5, 0),
        "max_depth": Integer(1, 5),
        "subsample_tenths": Integer(4, 10, step=3),
        "log_leaf": Integer(0, 2),
        "max_features": Categorical(["all", "sqrt"]),
        "n_estimators": Integer(5, 120, step=5),
    },
)
FOREST_CANCER = Grid(
    "random_forest_breast_cancer",
    {
        "max_depth": Integer(1, 8),
        "max_features_tenths": Integer(1, 10, step=3),
        "log_leaf": Integer(0, 2),
        "criterion": Categorical(["gini", "entropy"]),
        "n_estimators": Integer(1, 50),
    },
)
FOREST_DIABETES = Grid(
    "random_forest_diabetes",
    {
        "max_depth": Integer(1, 8),
        "max_features_tenths": Integer(1, 10, step=3),
        "log_leaf": Integer(0, 2),
        "n_estimators": Integer(1, 50),
    },
)
MLP_DIGITS = Grid(
    "mlp_digits",
    {
        "log_units": Integer(2, 7),
        "log_rate": Integer(-8, -2),
        "log_alpha": Integer(-4, 0, step=2),
        "activation": Categorical(["relu", "tanh"]),
        "epochs": Integer(1, 24),
    },
)
KNN_DIGITS = Grid(
    "knn_digits",
    {
        "scaling": Categorical(["none", "standard", "minmax"]),
        "components": Integer(2, 40, step=2),
        "metric": Categorical(["euclidean", "manhattan", "chebyshev", "cosine"]),
        "weights": Categorical(["uniform", "distance"]),
        "neighbours": Integer(1, 30),
    },
)
