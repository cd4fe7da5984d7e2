"""The space of histogram gradient boosting, for both tasks."""

from __future__ import annotations

from optimizers import Float, Integer, Space
from trials.objectives.datasets import DatasetInfo


def boosting_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "learning_rate": Float(0.01, 1.0, log=True, default=0.1),
            "max_iter": Integer(10, 500, log=True, default=100),
            "max_leaf_nodes": Integer(2, 255, log=True, default=31),
            "min_samples_leaf": Integer(1, 100, log=True, default=20),
            # The least stands for scikit-learn's 0, which a logarithmic range cannot hold.
            "l2_regularization": Float(1e-6, 100.0, log=True, default=1e-6),
            "max_features": Float(0.1, 1.0, default=1.0),
        }
    )
