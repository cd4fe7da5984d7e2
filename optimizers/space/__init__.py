"""Search spaces: parameters, conditions between them, and the Space that samples, checks and counts them."""

from optimizers.space.distributions import Distribution
from optimizers.space.enumeration import Enumeration
from optimizers.space.numeric import Float, Integer, Numeric
from optimizers.space.parameters import Boolean, Categorical, Parameter
from optimizers.space.space import Dimension, Params, Space

__all__ = [
    "Boolean",
    "Categorical",
    "Dimension",
    "Distribution",
    "Enumeration",
    "Float",
    "Integer",
    "Numeric",
    "Parameter",
    "Params",
    "Space",
]
