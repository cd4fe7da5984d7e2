"""Levels: the countable values of a parameter, by position. Used by parameters and Enumeration.

Levels speak in codes: the value itself for a number, the position among the choices for a category.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lattice:
    """`base, base + step, …` up to `top`: `count` evenly spaced codes, never stored one by one."""

    base: float
    step: float
    count: int
    top: float

    @classmethod
    def between(cls, base: float, top: float, step: float) -> Lattice:
        """All steps from `base` that do not pass `top`, give or take a rounding error."""
        return cls(base, step, math.floor((top - base) / step + 1e-9) + 1, top)

    @property
    def last(self) -> float:
        return self.code(self.count - 1)

    @cached_property
    def _decimals(self) -> int | None:
        """Decimals that tell the steps apart without the noise of adding them: 0.1 + 2 * 0.1 is 0.3."""
        if self.base.is_integer() and self.step.is_integer():
            return None
        digits = 14 - math.ceil(math.log10(max(abs(self.base), abs(self.top))))
        short = (
            0 <= digits < 300
            and round(self.base, digits) == self.base
            and round(self.step, digits) == self.step
        )
        return digits if short else None

    def code(self, index: int) -> float:
        return float(self.codes(np.array([index], dtype=np.float64))[0])

    def codes(self, indexes: Floats) -> Floats:
        """Codes at `indexes` (whole numbers as floats)."""
        raw = self.base + indexes * self.step
        return np.clip(raw if self._decimals is None else np.round(raw, self._decimals), self.base, self.top)

    def nearest(self, numbers: Floats) -> Floats:
        """Indexes (whole numbers as floats) of the levels closest to `numbers`, clipped to the ends."""
        return np.clip(np.rint((numbers - self.base) / self.step), 0, self.count - 1)

    def index(self, code: float) -> int | None:
        """Position of `code`, or None when it is not a level (up to a millionth of a step)."""
        if not self.base - self.step < code < self.top + self.step:
            return None
        position = (code - self.base) / self.step
        index = round(position)
        return index if 0 <= index < self.count and abs(position - index) <= 1e-6 else None

    def first_at_least(self, bound: float) -> int:
        """Position of the first code ≥ `bound`; `count` when there is none."""
        index = int(min(max((bound - self.base) / self.step, 0), self.count))
        while index > 0 and self.code(index - 1) >= bound:
            index -= 1
        while index < self.count and self.code(index) < bound:
            index += 1
        return index


@dataclass(frozen=True)
class Listed:
    """Explicit ascending codes."""

    listed: tuple[float, ...]

    @property
    def count(self) -> int:
        return len(self.listed)

    def code(self, index: int) -> float:
        return self.listed[index]

    def index(self, code: float) -> int | None:
        index = bisect_left(self.listed, code)
        return index if index < len(self.listed) and self.listed[index] == code else None

    def first_at_least(self, bound: float) -> int:
        return bisect_left(self.listed, bound)


Levels = Lattice | Listed
