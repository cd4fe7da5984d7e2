"""One parameter's axis in parallel coordinates: where trials cross it, and how far it reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers.errors import OptimizerError
from optimizers.space import Float, Integer, Parameter

Line = tuple[int, float, Mapping[str, Any]]


@dataclass(frozen=True)
class Axis:
    """A parameter's axis; places on it are units from 0 to 1, as the space scales it."""

    name: str
    parameter: Parameter

    def places(self, lines: Sequence[Line]) -> list[float | None]:
        """Where each line crosses it; None where it is inactive or has a choice of an earlier space."""
        codes = np.array([code_of(self.parameter, self.name, params) for _, _, params in lines])
        known = ~np.isnan(codes)
        units = np.full(len(codes), np.nan)
        units[known] = np.clip(self.parameter.to_unit(codes[known]), 0.0, 1.0)
        return [None if np.isnan(unit) else float(unit) for unit in units]

    @property
    def choices(self) -> tuple[Any, ...]:
        return tuple(getattr(self.parameter, "choices", ()))


def axis_of(name: str, parameter: Parameter, lines: Sequence[Line]) -> Axis:
    """Return the axis, wide enough for numbers that an earlier space allowed."""
    bounds = getattr(parameter, "bounds", None)
    codes = [code_of(parameter, name, params) for _, _, params in lines]
    ends = [code for code in codes if np.isfinite(code)]
    if bounds is None or not ends or (bounds[0] <= min(ends) and max(ends) <= bounds[1]):
        return Axis(name, parameter)
    low, high = min(bounds[0], *ends), max(bounds[1], *ends)
    log = bool(getattr(parameter, "log", False)) and low > 0
    if parameter.type == "integer" and low == int(low) and high == int(high):
        return Axis(name, Integer(int(low), int(high), log=log))
    return Axis(name, Float(low, high, log=log))


def strays(name: str, parameter: Parameter, params: Mapping[str, Any]) -> bool:
    """Whether a trial has a value that the parameter no longer takes."""
    if name not in params:
        return False
    code, bounds = code_of(parameter, name, params), getattr(parameter, "bounds", None)
    return bool(np.isnan(code) or (bounds is not None and not bounds[0] <= code <= bounds[1]))


def code_of(parameter: Parameter, name: str, params: Mapping[str, Any]) -> float:
    """The value's code; NaN where the trial has none, or one that the parameter cannot take."""
    try:
        return parameter.code(params[name])
    except (KeyError, OptimizerError, TypeError, ValueError):
        return float("nan")
