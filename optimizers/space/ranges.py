"""Range: what low, high, log, step and distribution mean together: which values, which units. For Numeric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import SpaceError
from optimizers.space.distributions import TAIL, Distribution
from optimizers.space.levels import Lattice
from optimizers.space.scales import Linear, Logarithmic, Quantiles, Scale
from optimizers.space.values import LARGEST_INTEGER

Floats = NDArray[np.float64]

# Cells in which a belief over a continuous range is kept.
_CELLS = 512
_MOST_CELLS = 1000


@dataclass(frozen=True)
class Range:
    """The arguments of a numeric parameter as given, `whole` for integers; `check` before anything else.

    With steps, each value has its fair share of the unit interval and is encoded as the middle of it.
    """

    low: float | None
    high: float | None
    log: bool
    step: float | None
    distribution: Distribution | None
    whole: bool

    def check(self) -> None:
        """Raises SpaceError with the field at fault, the value and the remedy."""
        self._check_given()
        self._check_ends()
        if isinstance(self._scale, Quantiles) and not self._scale.mass > 0:
            low, high = self.bounds
            raise SpaceError(
                f"the distribution gives no probability to {low} to {high}; move low and high",
                field="distribution",
            )

    def _check_given(self) -> None:
        if self.log and self.distribution is not None:
            family = self.distribution.name
            raise SpaceError(
                f"log and the distribution {family} exclude each other; leave one out", field="log"
            )
        if self.step is not None and self.step <= 0:
            raise SpaceError(f"step {self.step} must be above 0", field="step")
        for field, end in (("low", self.low), ("high", self.high)):
            if end is None and self.distribution is None:
                raise SpaceError(f"{field} is missing; give a number, or a distribution", field=field)
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise SpaceError(
                f"low {self.low} must be below high {self.high}; swap or widen them", field="low"
            )

    def _check_ends(self) -> None:
        low, high = self._ends
        step = self._any_step
        for field, end in (("low", low), ("high", high)):
            if not math.isfinite(end):
                raise SpaceError(f"{field}: the distribution has no end there; give {field}", field=field)
        if low > high or (low == high and step is None):
            raise SpaceError(
                f"nothing of the distribution lies between low {low} and high {high}; widen them", field="low"
            )
        if self.log and low <= 0:
            raise SpaceError(f"log needs low above 0, and low is {low}; raise low or drop log", field="low")
        if not math.isfinite(high - low):
            raise SpaceError(f"{low} to {high} is too wide for a float; narrow it", field="high")
        if self.step is not None and self.step * (1 - 1e-9) > high - low > 0:
            raise SpaceError(
                f"step {step} is larger than the range from {low} to {high}; lower it", field="step"
            )
        if step and ((high - low) / step > LARGEST_INTEGER or low + step == low or high - step == high):
            raise SpaceError(f"step {step} is too fine for {low} to {high}; raise it", field="step")

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """low and high, narrowed by the distribution and taken from it where they are missing."""
        if self.distribution is None:
            assert self.low is not None
            assert self.high is not None
            return self.low, self.high
        least, most = (self._rounded(end) for end in self.distribution.support())
        first, last = (self._rounded(self.distribution.quantile(share)) for share in (TAIL, 1 - TAIL))
        low = first if self.low is None else max(self.low, least)
        high = last if self.high is None else min(self.high, most)
        if self.distribution.discrete and not self.whole and math.isfinite(low):
            # A discrete distribution sits on loc + whole numbers, wherever the range begins.
            low = self.distribution.loc + math.ceil(low - self.distribution.loc)
        return low, high

    def _rounded(self, end: float) -> float:
        return float(np.rint(end)) if self.whole else end

    @property
    def _any_step(self) -> float | None:
        if self.step is not None:
            return self.step
        return 1.0 if self.whole or (self.distribution is not None and self.distribution.discrete) else None

    @cached_property
    def levels(self) -> Lattice | None:
        """Every value there is; None for a continuous range."""
        low, high = self._ends
        return (
            None
            if self._any_step is None
            else Lattice.between(float(low), float(high), float(self._any_step))
        )

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value there is."""
        return self._ends if self.levels is None else (self.levels.base, self.levels.last)

    @cached_property
    def _scale(self) -> Scale:
        low, high = self.bounds
        if self.levels is not None:
            low, high = self._lower_edge(low), high + self.levels.step / 2
        if self.distribution is not None:
            return Quantiles(self.distribution, low, high)
        return Logarithmic(low, high) if self.log else Linear(low, high)

    def _lower_edge(self, code: float) -> float:
        """Where the share of a value with steps begins; a logarithm must not reach 0."""
        assert self.levels is not None
        edge = code - self.levels.step / 2
        return max(edge, self.bounds[0] / 2) if self.log else edge

    def shares(self, belief: Distribution) -> tuple[Floats, Floats]:
        """(k + 1,) units from 0 to 1, and a distribution's probability (k,) between them.

        A value with steps is a cell of its own, unless there are more than a thousand.
        """
        if self.levels is None or self.levels.count > _MOST_CELLS:
            units = np.linspace(0.0, 1.0, _CELLS + 1)
            ends = self._scale.from_unit(units)
        else:
            codes = self.levels.codes(np.arange(self.levels.count, dtype=np.float64))
            ends = np.append(codes - self.levels.step / 2, codes[-1] + self.levels.step / 2)
            inner = np.maximum(ends, self._lower_edge(self.bounds[0])) if self.log else ends
            units = np.clip(self._scale.to_unit(inner), 0.0, 1.0)
        below, above = belief.cdf(ends), belief.sf(ends)
        # Far in the upper tail only the survival function keeps its digits.
        shares = np.where(below[:-1] > 0.5, above[:-1] - above[1:], below[1:] - below[:-1])
        return units, np.maximum(np.nan_to_num(shares), 0.0)

    def to_unit(self, codes: Floats) -> Floats:
        if self.levels is None:
            return np.clip(self._scale.to_unit(codes), 0.0, 1.0)
        below = codes - self.levels.step / 2
        if self.log:
            below = np.maximum(below, self._lower_edge(self.bounds[0]))
        above = codes + self.levels.step / 2
        return np.clip((self._scale.to_unit(below) + self._scale.to_unit(above)) / 2, 0.0, 1.0)

    def from_unit(self, units: Floats) -> Floats:
        numbers = np.clip(self._scale.from_unit(np.clip(units, 0.0, 1.0)), *self.bounds)
        return numbers if self.levels is None else self.levels.codes(self.levels.nearest(numbers))
