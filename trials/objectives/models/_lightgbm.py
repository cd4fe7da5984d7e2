"""The space of LightGBM, for both tasks, and how it becomes its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers import Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._zeros import zeroed
from trials.objectives.resources import rounds

NO_PENALTY = 1e-6
#: One thread, no talk, and the same trees for the same seed on every machine.
FIXED = {"n_jobs": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True}
ROUNDS = rounds(100)

#: Its wheels bring everything but this.
LIBRARY = "libgomp.so.1"
_without_penalty = zeroed(reg_alpha=NO_PENALTY, reg_lambda=NO_PENALTY)


def lightgbm_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "learning_rate": Float(0.01, 1.0, log=True, default=0.1),
            "n_estimators": Integer(10, 1000, log=True, default=100),
            "num_leaves": Integer(2, 255, log=True, default=31),
            "min_child_samples": Integer(1, 100, log=True, default=20),
            "subsample": Float(0.3, 1.0, default=1.0),
            "colsample_bytree": Float(0.1, 1.0, default=1.0),
            "reg_alpha": Float(NO_PENALTY, 100.0, log=True, default=NO_PENALTY),
            "reg_lambda": Float(NO_PENALTY, 100.0, log=True, default=NO_PENALTY),
        }
    )


def lightgbm_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with rows drawn anew for every tree, which LightGBM does not do unless it is told to."""
    drawn = {"subsample_freq": 1} if params.get("subsample", 1.0) < 1.0 else {}
    return drawn | _without_penalty(params)
