"""The space of histogram gradient boosting, for both tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers import Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.resources import rounds

#: Stands for scikit-learn's 0, which a logarithmic range cannot hold.
NO_PENALTY = 1e-6
ROUNDS = rounds(
    100, "max_iter",
    "learning_rate", "max_leaf_nodes", "min_samples_leaf", "l2_regularization", "max_features",
    warm=True,
)  # fmt: skip


def boosting_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "learning_rate": Float(0.01, 1.0, log=True, default=0.1),
            "max_iter": Integer(10, 500, log=True, default=100),
            "max_leaf_nodes": Integer(2, 255, log=True, default=31),
            "min_samples_leaf": Integer(1, 100, log=True, default=20),
            "l2_regularization": Float(NO_PENALTY, 100.0, log=True, default=NO_PENALTY),
            "max_features": Float(0.1, 1.0, default=1.0),
        }
    )


def boosting_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with the least penalty taken for none."""
    none = params.get("l2_regularization") == NO_PENALTY
    return {**params, **({"l2_regularization": 0.0} if none else {})}
