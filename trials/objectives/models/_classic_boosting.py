"""The space of gradient boosting without histograms, for both tasks."""

from __future__ import annotations

from optimizers import Categorical, Float, Integer, Space
from trials.objectives.resources import rounds

ROUNDS = rounds(
    100,
    "n_estimators",
    "learning_rate",
    "max_depth",
    "min_samples_leaf",
    "subsample",
    "max_features",
    warm=True,
)


def classic_boosting_space(losses: tuple[str, ...] = ()) -> Space:
    """How fast it learns, how many trees of which size, and which part of the data each of them sees."""
    loss = {"loss": Categorical(losses, default=losses[0])} if losses else {}
    return Space(
        {
            "learning_rate": Float(0.01, 1.0, log=True, default=0.1),
            "n_estimators": Integer(10, 500, log=True, default=100),
            "max_depth": Integer(1, 10, default=3),
            "min_samples_leaf": Integer(1, 50, log=True, default=1),
            "subsample": Float(0.3, 1.0, default=1.0),
            "max_features": Float(0.1, 1.0, default=1.0),
            **loss,
        }
    )
