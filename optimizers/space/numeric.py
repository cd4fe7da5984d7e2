"""Numeric parameters: Float and Integer, on a linear, logarithmic or distribution's scale. Held by Space."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ParameterError, SpaceError
from optimizers.space.conditions import When
from optimizers.space.distributions import TAIL, Distribution
from optimizers.space.levels import Lattice, Levels, Listed
from optimizers.space.parameters import UNSET, Kind, Parameter
from optimizers.space.scales import Linear, Logarithmic, Quantiles, Scale
from optimizers.space.values import LARGEST_INTEGER, finite_number, native, whole_number

Floats = NDArray[np.float64]

MOST_POINTS = 100_000
"""A grid axis with more points than this is better written with a step."""


@dataclass(frozen=True, init=False, eq=False)
class Numeric(Parameter):
    """What Float and Integer share: a range, how it maps to the unit interval, and its steps.

    low, high: both included; with a distribution its 0.1 % and 99.9 % quantiles stand in for a missing one.
    log: even in the logarithm.  step: only low, low + step, …  points: how many values a grid takes, spread
    evenly over the scale; sampling is not bound to them.  distribution: what to sample from, truncated to
    the range. prior: a belief about where good values are, kept but not sampled from. bounds: the resolved
    range, where low or high is left out or the distribution is narrower. With steps, each value has its
    fair share of the unit interval and is encoded as the middle of it.
    """

    low: float | None
    high: float | None
    log: bool
    step: float | None
    points: int | None
    distribution: Distribution | None
    prior: Distribution | None
    bounds: tuple[float, float]

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
        self._check_fields()
        low, high = self._resolved_bounds()
        object.__setattr__(self, "bounds", (self.value(low), self.value(high)))
        self._check_range()
        self._set_default(UNSET if default is None else default)

    @staticmethod
    @abstractmethod
    def _number(value: Any, field: str) -> float:
        """`value` as the type of this parameter's numbers; SpaceError naming `field` otherwise."""

    @property
    def _whole(self) -> bool:
        return False

    def _check_fields(self) -> None:
        if not isinstance(self.log, bool):
            raise SpaceError(f"log is {self.log!r}; give true or false", field="log")
        if self.log and self.distribution is not None:
            raise SpaceError(
                f"log and the distribution {self.distribution.name} exclude each other; leave one out",
                field="log",
            )
        if self.step is not None and self.step <= 0:
            raise SpaceError(f"step {self.step} must be above 0", field="step")
        if self.points is not None and not 1 <= self.points <= MOST_POINTS:
            raise SpaceError(
                f"points {self.points} must be from 1 to {MOST_POINTS}; else use step", field="points"
            )
        for field in ("low", "high"):
            if getattr(self, field) is None and self.distribution is None:
                raise SpaceError(
                    f"{field} is missing; give a number, or a distribution that has it", field=field
                )
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise SpaceError(
                f"low {self.low} must be below high {self.high}; swap or widen them", field="low"
            )

    def _resolved_bounds(self) -> tuple[float, float]:
        """The range with what the distribution says put in."""
        if self.distribution is None:
            assert self.low is not None
            assert self.high is not None
            return self.low, self.high
        support = self.distribution.support()
        ends = [self.distribution.quantile(share) for share in (TAIL, 1 - TAIL)]
        rounded = [
            float(np.rint(end)) if self._whole and math.isfinite(end) else end for end in (*support, *ends)
        ]
        low = rounded[2] if self.low is None else max(self.low, rounded[0])
        high = rounded[3] if self.high is None else min(self.high, rounded[1])
        if self.distribution.discrete and not self._whole:
            # A discrete distribution sits on loc + whole numbers, wherever the range begins.
            low = (
                self.distribution.loc + math.ceil(low - self.distribution.loc) if math.isfinite(low) else low
            )
        for field, end in (("low", low), ("high", high)):
            if not math.isfinite(end):
                raise SpaceError(
                    f"{field}: {self.distribution.name} has no finite quantile there; give {field}",
                    field=field,
                )
        return low, high

    def _check_range(self) -> None:
        low, high = self.bounds
        lattice = self.levels
        if low > high or (low == high and lattice is None):
            raise SpaceError(
                f"nothing lies between low {low} and high {high} within the distribution; widen them",
                field="low",
            )
        if self.log and low <= 0:
            raise SpaceError(f"log needs low above 0, and low is {low}; raise low or drop log", field="low")
        if not math.isfinite(high - low):
            raise SpaceError(
                f"the range from {low} to {high} is too wide for a float; narrow it", field="high"
            )
        if self.step is not None and self.step > high - low > 0:
            raise SpaceError(
                f"step {self.step} is larger than the range from {low} to {high}; lower it", field="step"
            )
        if isinstance(lattice, Lattice) and (lattice.count > LARGEST_INTEGER or low + lattice.step == low):
            raise SpaceError(f"step {lattice.step} is too fine for {low} to {high}; raise it", field="step")
        if isinstance(self._scale, Quantiles) and not self._scale.mass > 0:
            raise SpaceError(
                f"the distribution gives no probability to {low} to {high}; move low and high",
                field="distribution",
            )

    @property
    def kind(self) -> Kind:
        return "continuous" if self.levels is None else "integer"

    @cached_property
    def levels(self) -> Lattice | None:
        low, high = self.bounds
        step = self.step or (
            1.0 if self._whole or (self.distribution and self.distribution.discrete) else None
        )
        if step is None or not low <= high or not math.isfinite((high - low) / step):
            return None
        return Lattice.between(float(low), float(high), float(step))

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

    @cached_property
    def _scale(self) -> Scale:
        low, high = self.bounds
        if isinstance(self.levels, Lattice):
            half = self.levels.step / 2
            high = self.levels.last + half
            low = max(low - half, low / 2) if self.log else low - half
        if self.distribution is not None:
            return Quantiles(self.distribution, low, high)
        return Logarithmic(low, high) if self.log else Linear(low, high)

    def to_unit(self, codes: Floats) -> Floats:
        if self.levels is None:
            return np.clip(self._scale.to_unit(codes), 0.0, 1.0)
        half = self.levels.step / 2
        below = codes - half
        if self.log:
            below = np.maximum(below, self.bounds[0] / 2)
        middle = (self._scale.to_unit(below) + self._scale.to_unit(codes + half)) / 2
        return np.clip(middle, 0.0, 1.0)

    def from_unit(self, units: Floats) -> Floats:
        numbers = np.clip(self._scale.from_unit(np.clip(units, 0.0, 1.0)), *self.bounds)
        return numbers if self.levels is None else self.levels.codes(self.levels.nearest(numbers))

    def normalise(self, value: Any) -> Any:
        plain = native(value)
        low, high = self.bounds
        refused = ParameterError(
            "", plain, f"give a {'whole number' if self._whole else 'number'} from {low} to {high}"
        )
        if isinstance(plain, bool) or not isinstance(plain, int | float) or not low <= plain <= high:
            raise refused
        if self._whole and plain != int(plain):
            raise refused
        if self.levels is None:
            return float(plain)
        index = self.levels.index(float(plain))
        if index is None:
            near = self.value(float(self.levels.codes(self.levels.nearest(np.array([float(plain)])))[0]))
            raise ParameterError(
                "", plain, f"values go in steps of {self.step or 1} from {low}: the nearest is {near}"
            )
        return self.value(self.levels.code(index))

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


@dataclass(frozen=True, init=False, eq=False)
class Float(Numeric):
    """A real number in [low, high]."""

    type: ClassVar[str] = "float"

    @staticmethod
    def _number(value: Any, field: str) -> float:
        return float(finite_number(value, field, field))


@dataclass(frozen=True, init=False, eq=False)
class Integer(Numeric):
    """A whole number in [low, high]; numbers of a continuous distribution are rounded."""

    type: ClassVar[str] = "integer"

    @staticmethod
    def _number(value: Any, field: str) -> float:
        return whole_number(value, field, field)

    @property
    def _whole(self) -> bool:
        return True
