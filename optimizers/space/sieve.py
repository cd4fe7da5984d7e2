"""Sieve: an enumeration without the configurations that break a rule. Used for constrained spaces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizers.space.enumeration import Enumeration
from optimizers.space.rules import Rules

Floats = NDArray[np.float64]

MOST_COUNTED = 300_000
"""Every configuration is looked at once, so there must not be too many."""

_BATCH = 65_536


class Sieve(Enumeration):
    """The configurations of an enumeration that keep the rules, numbered anew in the same order."""

    def __init__(self, points: Enumeration, rules: Rules) -> None:
        self._points = points
        self._rules = rules

    @cached_property
    def _kept(self) -> NDArray[np.int64]:
        """Indexes of the kept ones among all."""
        kept = []
        for start in range(0, self._points.size, _BATCH):
            indexes = np.arange(start, min(start + _BATCH, self._points.size), dtype=np.int64)
            kept.append(indexes[self._rules.holds(self._points.at_many(indexes))])
        return np.concatenate(kept)

    @cached_property
    def size(self) -> int:  # type: ignore[override]
        return len(self._kept)

    def at(self, index: int) -> list[float]:
        if not 0 <= index < self.size:
            raise IndexError(f"configuration {index} of {self.size}")
        return self._points.at(int(self._kept[index]))

    def at_many(self, indexes: NDArray[np.int64]) -> Floats:
        return self._points.at_many(self._kept[indexes])

    def index(self, codes: Sequence[float]) -> int | None:
        among_all = self._points.index(codes)
        if among_all is None:
            return None
        place = int(np.searchsorted(self._kept, among_all))
        return place if place < self.size and self._kept[place] == among_all else None
