"""Numeric parameters: Float and Integer, on a linear, logarithmic or distribution's scale. Held by Space."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ParameterError, SpaceError
from optimizers.space.conditions import When
from optimizers.space.distributions import Distribution
from optimizers.space.levels import Lattice, Levels, Listed
from optimizers.space.parameters import UNSET, Kind, Parameter
from optimizers.space.ranges import Range
from optimizers.space.values import finite_number, native, whole_number

Floats = NDArray[np.float64]

MOST_POINTS = 100_000
"""A grid axis with more points than this is better written with a step."""


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Numeric(Parameter):
    """What Float and Integer share: a range, how it maps to the unit interval, and its steps.

    low, high: both included; with a distribution its 0.1 % and 99.9 % quantiles stand in for a missing one.
    log: even in the logarithm.  step: only low, low + step, …
    points: how many values a grid takes, spread evenly over the scale; sampling is not bound to them.
    distribution: what to sample from, truncated to the range.
    prior: a belief about where good values are: the search begins there, and trusts it less and less.
    bounds: least and greatest value there is, also where low or high is left out or is not reached.
    """

    low: float | None
    high: float | None
    log: bool
    step: float | None
    points: int | None
    distribution: Distribution | None
    prior: Distribution | None
    bounds: tuple[float, float] = field(init=False)
    levels: Lattice | None = field(init=False)
    _range: Range = field(init=False)

    def __init__(
        self,
        low: float | None = None,
        high: float | None = None,
        *,
        log: bool = False,
        step: float | None = None,
        points: int | None = None,
        default: float | None = None,
        when: Mapping[str, Any] | None = None,
        distribution: Any = None,
        prior: Any = None,
    ) -> None:
        fields = {
            "low": None if low is None else self._number(low, "low"),
            "high": None if high is None else self._number(high, "high"),
            "log": log,
            "step": None if step is None else self._number(step, "step"),
            "points": None if points is None else whole_number(points, "points", "points"),
            "distribution": None if distribution is None else Distribution.of(distribution, "distribution"),
            "prior": None if prior is None else Distribution.of(prior, "prior"),
            "when": When(when),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        self._resolve()
        self._set_default(UNSET if default is None else default)

    def _resolve(self) -> None:
        if not isinstance(self.log, bool):
            raise SpaceError(f"log is {self.log!r}; give true or false", field="log")
        if self.points is not None and not 1 <= self.points <= MOST_POINTS:
            raise SpaceError(
                f"points {self.points} must be from 1 to {MOST_POINTS}; else use step", field="points"
            )
        resolved = Range(self.low, self.high, self.log, self.step, self.distribution, self._whole)
        resolved.check()
        object.__setattr__(self, "_range", resolved)
        object.__setattr__(self, "levels", resolved.levels)
        object.__setattr__(self, "bounds", tuple(self.value(end) for end in resolved.bounds))
        cells = self.prior_cells()
        if cells is not None and not cells[1].sum() > 0:
            raise SpaceError(
                f"the prior gives no probability to {self.bounds[0]} to {self.bounds[1]}; move it there",
                field="prior",
            )

    @staticmethod
    @abstractmethod
    def _number(value: Any, field: str) -> float:
        """`value` as the type of this parameter's numbers; SpaceError naming `field` otherwise."""

    @property
    def _whole(self) -> bool:
        return False

    @property
    def kind(self) -> Kind:
        return "continuous" if self.levels is None else "integer"

    @cached_property
    def grid_levels(self) -> Levels:
        if self.levels is not None and (self.points is None or self.points >= self.levels.count):
            return self.levels
        if self.points is None:
            raise SpaceError("a grid over a float needs step or points; give one of them", field="points")
        units = np.linspace(0.0, 1.0, self.points) if self.points > 1 else np.array([0.5])
        codes = self.from_unit(units)
        if self.levels is None:
            tidy = np.array([float(f"{code:.12g}") for code in codes])
            codes = np.clip(tidy, *self.bounds)
        return Listed(tuple(float(code) for code in np.unique(codes)))

    def to_unit(self, codes: Floats) -> Floats:
        return self._range.to_unit(codes)

    def from_unit(self, units: Floats) -> Floats:
        return self._range.from_unit(units)

    def prior_cells(self) -> tuple[Floats, Floats] | None:
        return None if self.prior is None else self._range.shares(self.prior)

    def normalise(self, value: Any) -> Any:
        plain = native(value)
        low, high = self.bounds
        number = isinstance(plain, int | float) and not isinstance(plain, bool)
        index = self.levels.index(plain) if number and self.levels is not None else None
        if index is not None and self.levels is not None:
            return self.value(self.levels.code(index))
        if not number or not low <= plain <= high or (self._whole and plain != int(plain)):
            wanted = "whole number" if self._whole else "number"
            raise ParameterError("", plain, f"give a {wanted} from {low} to {high}")
        if self.levels is None:
            return float(plain)
        nearest = self.levels.codes(self.levels.nearest(np.array([float(plain)])))
        near = self.value(float(nearest[0]))
        raise ParameterError(
            "", plain, f"values go in steps of {self.step} from {low}: the nearest is {near}"
        )

    def key(self, value: Any) -> float:
        return float(value)

    def code(self, value: Any) -> float:
        return float(value)

    def value(self, code: float) -> Any:
        return int(code) if self._whole else float(code)

    def to_dict(self) -> dict[str, Any]:
        written: dict[str, Any] = {"type": self.type}
        written |= {name: getattr(self, name) for name in ("low", "high") if getattr(self, name) is not None}
        written |= {"log": True} if self.log else {}
        written |= {
            name: getattr(self, name) for name in ("step", "points") if getattr(self, name) is not None
        }
        beliefs = {"distribution": self.distribution, "prior": self.prior}
        return (
            written
            | self._tail_dict()
            | {key: kept.to_dict() for key, kept in beliefs.items() if kept is not None}
        )


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Float(Numeric):
    """A real number in [low, high]."""

    type: ClassVar[str] = "float"

    @staticmethod
    def _number(value: Any, field: str) -> float:
        return float(finite_number(value, field, field))


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Integer(Numeric):
    """A whole number in [low, high]; numbers of a continuous distribution are rounded."""

    type: ClassVar[str] = "integer"

    @staticmethod
    def _number(value: Any, field: str) -> float:
        return whole_number(value, field, field)

    @property
    def _whole(self) -> bool:
        return True
