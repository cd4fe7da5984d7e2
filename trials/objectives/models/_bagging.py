"""The space of bagged trees, for both tasks."""

from __future__ import annotations

from optimizers import Boolean, Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._random_forest import DEEPEST
from trials.objectives.resources import trees

TREES = trees(100, "max_depth", "max_features", least=5)


def bagging_space(dataset: DatasetInfo | None) -> Space:
    """How many trees, how deep, and which share of rows and columns each of them sees."""
    return Space(
        {
            "n_estimators": Integer(5, 200, log=True, default=10),
            "max_depth": Integer(2, DEEPEST, log=True, default=DEEPEST),
            "max_samples": Float(0.1, 1.0, default=1.0),
            "max_features": Float(0.1, 1.0, default=1.0),
            "bootstrap": Boolean(default=True),
        }
    )
