"""The space of XGBoost, for both tasks."""

from __future__ import annotations

from optimizers import Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._zeros import zeroed
from trials.objectives.resources import rounds

NO_PENALTY = 1e-6
FIXED = {"n_jobs": 1, "verbosity": 0}
xgboost_arguments = zeroed(reg_alpha=NO_PENALTY, gamma=NO_PENALTY)
ROUNDS = rounds(100)


def xgboost_space(dataset: DatasetInfo | None) -> Space:
    """The library's own defaults, which its scikit-learn classes leave unsaid."""
    return Space(
        {
            "learning_rate": Float(0.01, 1.0, log=True, default=0.3),
            "n_estimators": Integer(10, 1000, log=True, default=100),
            "max_depth": Integer(1, 12, default=6),
            "min_child_weight": Float(0.1, 100.0, log=True, default=1.0),
            "subsample": Float(0.3, 1.0, default=1.0),
            "colsample_bytree": Float(0.1, 1.0, default=1.0),
            "reg_alpha": Float(NO_PENALTY, 100.0, log=True, default=NO_PENALTY),
            "reg_lambda": Float(1e-3, 100.0, log=True, default=1.0),
            "gamma": Float(NO_PENALTY, 10.0, log=True, default=NO_PENALTY),
        }
    )
