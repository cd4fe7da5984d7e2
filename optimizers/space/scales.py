"""Scales: how a range maps to the unit interval: evenly, by logarithm or by quantiles. Used by Numeric."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizers.space.distributions import Distribution

Floats = NDArray[np.float64]


class Scale(Protocol):
    """A monotone map of [low, high] onto [0, 1] and back; neither direction clips."""

    def to_unit(self, numbers: Floats) -> Floats: ...

    def from_unit(self, units: Floats) -> Floats: ...


@dataclass(frozen=True)
class Linear:
    low: float
    high: float

    def to_unit(self, numbers: Floats) -> Floats:
        return (numbers - self.low) / (self.high - self.low)

    def from_unit(self, units: Floats) -> Floats:
        return self.low + units * (self.high - self.low)


@dataclass(frozen=True)
class Logarithmic:
    low: float
    high: float

    def to_unit(self, numbers: Floats) -> Floats:
        low = np.log(self.low)
        return np.asarray((np.log(numbers) - low) / (np.log(self.high) - low))

    def from_unit(self, units: Floats) -> Floats:
        low = np.log(self.low)
        return np.asarray(np.exp(low + units * (np.log(self.high) - low)))


@dataclass(frozen=True)
class Quantiles:
    """By probability: the distribution truncated to [low, high] becomes uniform on the unit interval."""

    distribution: Distribution
    low: float
    high: float

    @cached_property
    def _ends(self) -> tuple[bool, float, float]:
        # Far in the upper tail the cdf rounds to 1, the survival function keeps its digits.
        ends = np.array([self.low, self.high])
        below = self.distribution.cdf(ends)
        upper = bool(below[0] > 0.5)
        first, last = self.distribution.sf(ends) if upper else below
        return upper, float(first), float(last)

    @property
    def mass(self) -> float:
        """Share of the distribution's probability in (low, high]."""
        _, first, last = self._ends
        return abs(last - first)

    def to_unit(self, numbers: Floats) -> Floats:
        upper, first, last = self._ends
        shares = self.distribution.sf(numbers) if upper else self.distribution.cdf(numbers)
        return np.asarray((shares - first) / (last - first))

    def from_unit(self, units: Floats) -> Floats:
        upper, first, last = self._ends
        shares = first + units * (last - first)
        return self.distribution.isf(shares) if upper else self.distribution.ppf(shares)
