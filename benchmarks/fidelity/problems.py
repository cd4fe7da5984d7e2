"""Learning curves of real trainings, every configuration of a finite space trained once. For run and report.

Powers are whole numbers here, so that every library sees them as ordered: 10 ** (rate / 2), 2 ** units …
The trainings are in `training`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimizers.problems.grids import positions
from optimizers import Categorical, Integer, Space
from optimizers.space import Parameter

TABLES = Path(__file__).parent / "tables"
#: Units of one full training: epochs, or boosting rounds three at a time.
FULL = 27
Family = Literal["boosting", "nets", "sgd"]
Half = Literal["tuning", "reported"]


@dataclass(frozen=True)
class CurveProblem:
    """Something to minimise: the loss on held-out rows after `FULL` units of training.

    data: a data set that comes with scikit-learn.  score: rmse, log_loss or error.
    """

    name: str
    family: Family
    data: str
    score: Literal["rmse", "log_loss", "error"]
    axes: dict[str, Parameter]

    @property
    def space(self) -> Space:
        return Space(self.axes)

    @property
    def file(self) -> Path:
        return TABLES / f"{self.name}.npz"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(positions(parameter)) for parameter in self.axes.values())

    @cached_property
    def curves(self) -> NDArray[np.float64]:
        """(*shape, FULL) losses after each unit."""
        with np.load(self.file) as stored:
            return np.asarray(stored["loss"], dtype=np.float64)

    def curve(self, params: dict[str, Any]) -> NDArray[np.float64]:
        """(FULL,) losses of one configuration."""
        place = tuple(positions(axis).index(params[name]) for name, axis in self.axes.items())
        return np.asarray(self.curves[place])


def _boosting(rate: Integer, depth: Integer) -> dict[str, Parameter]:
    return {
        "log_rate": rate,
        "max_depth": depth,
        "log_leaf": Integer(0, 3),
        "subsample_tenths": Integer(4, 10, step=3),
        "max_features": Categorical(["all", "sqrt"]),
    }


_HISTOGRAM: dict[str, Parameter] = {
    "log_rate": Integer(-5, 0),
    "log_leaves": Integer(1, 5),
    "log_leaf": Integer(0, 3),
    "log_l2": Integer(-2, 1),
}
_NET: dict[str, Parameter] = {
    "log_units": Integer(2, 6),
    "log_rate": Integer(-8, -1),
    "log_alpha": Integer(-4, 0, step=2),
    "log_batch": Integer(4, 6),
    "activation": Categorical(["relu", "tanh"]),
}
_SMALL_NET: dict[str, Parameter] = {
    "log_units": Integer(2, 6, step=2),
    "log_rate": Integer(-8, -1),
    "log_alpha": Integer(-4, 0, step=2),
    "log_batch": Integer(4, 6, step=2),
    "activation": Categorical(["relu", "tanh"]),
}
_SGD: dict[str, Parameter] = {
    "log_alpha": Integer(-12, 0, step=2),
    "log_rate": Integer(-7, 0),
    "schedule": Categorical(["constant", "invscaling"]),
    "l1_share": Categorical([0.0, 0.5, 1.0], ordered=True),
    "average": Categorical([False, True]),
}

PROBLEMS: dict[str, CurveProblem] = {
    problem.name: problem
    for problem in (
        CurveProblem(
            "gradient_boosting_breast_cancer",
            "boosting",
            "breast_cancer",
            "log_loss",
            _boosting(Integer(-5, 0), Integer(1, 4)),
        ),
        CurveProblem(
            "gradient_boosting_diabetes",
            "boosting",
            "diabetes",
            "rmse",
            _boosting(Integer(-5, 0), Integer(1, 4)),
        ),
        CurveProblem("histogram_boosting_breast_cancer", "boosting", "breast_cancer", "log_loss", _HISTOGRAM),
        CurveProblem("histogram_boosting_diabetes", "boosting", "diabetes", "rmse", _HISTOGRAM),
        CurveProblem("mlp_breast_cancer", "nets", "breast_cancer", "log_loss", _NET),
        CurveProblem("mlp_diabetes", "nets", "diabetes", "rmse", _SMALL_NET),
        CurveProblem("mlp_digits", "nets", "digits", "log_loss", _SMALL_NET),
        CurveProblem("mlp_iris", "nets", "iris", "log_loss", _SMALL_NET),
        CurveProblem("sgd_breast_cancer", "sgd", "breast_cancer", "log_loss", _SGD),
        CurveProblem("sgd_diabetes", "sgd", "diabetes", "rmse", _SGD),
        CurveProblem("sgd_digits", "sgd", "digits", "error", _SGD),
        CurveProblem("sgd_wine", "sgd", "wine", "log_loss", _SGD),
    )
}


def half_of(name: str) -> Half:
    """`tuning`: may be looked at while an optimizer is made; `reported`: only what is published."""
    family = sorted(other for other, each in PROBLEMS.items() if each.family == PROBLEMS[name].family)
    return "reported" if family.index(name) % 2 else "tuning"
