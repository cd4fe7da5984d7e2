"""Hyperparameter optimization as a pure library: search spaces, and optimizers to ask and tell.

from optimizers import Float, Space, create, minimize
outcome = minimize(lambda params: params["x"] ** 2, Space({"x": Float(-1, 1)}), trials=30)
"""

from optimizers.base import Optimizer, Result, Suggestion
from optimizers.errors import (
    OptimizerError,
    OptionError,
    ParameterError,
    SpaceError,
    SpaceExhausted,
    UnknownOptimizer,
)
from optimizers.minimize import Outcome, minimize
from optimizers.registry import available, create
from optimizers.space import Boolean, Categorical, Float, Integer, Space

__all__ = [
    "Boolean",
    "Categorical",
    "Float",
    "Integer",
    "Optimizer",
    "OptimizerError",
    "OptionError",
    "Outcome",
    "ParameterError",
    "Result",
    "Space",
    "SpaceError",
    "SpaceExhausted",
    "Suggestion",
    "UnknownOptimizer",
    "available",
    "create",
    "minimize",
]
