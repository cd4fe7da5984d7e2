"""The space of linear models that learn row by row, for both tasks."""

from __future__ import annotations

from optimizers import Boolean, Categorical, Float, Space
from trials.objectives.resources import passes

WITH_RATE = {"learning_rate": ["constant", "invscaling", "adaptive"]}
EPOCHS = passes(
    100, "penalty", "alpha", "l1_ratio", "learning_rate", "eta0", without={"early_stopping": (True,)}
)


def descent_space(losses: tuple[str, ...], schedule: str) -> Space:
    """What counts as an error, how weights are kept small, and how fast it learns; `schedule` by default."""
    return Space(
        {
            "loss": Categorical(losses, default=losses[0]),
            "penalty": Categorical(["l2", "l1", "elasticnet"], default="l2"),
            "alpha": Float(1e-7, 1e-1, log=True, default=1e-4),
            "l1_ratio": Float(0.0, 1.0, default=0.15, when={"penalty": "elasticnet"}),
            "learning_rate": Categorical(["optimal", "constant", "invscaling", "adaptive"], default=schedule),
            "eta0": Float(1e-4, 1.0, log=True, default=0.01, when=WITH_RATE),
            "average": Boolean(default=False),
        }
    )
