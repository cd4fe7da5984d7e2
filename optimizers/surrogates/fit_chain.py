"""Hyperparameters fitted on fixed prefixes of the results, a function of the results alone; called by `gp`.

A prefix is the first k results by number, for k from a fixed ladder. Each fit starts from the one
before it. What is kept is keyed by the content of the prefix: a miss computes the same chain again
and finds the same answer.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.surrogates.gaussian_process import Hyperparameters

Fit = Callable[[int, Hyperparameters | None], Hyperparameters]
"""Fits the first k results, starting from the previous fit."""

_FIRST = 3
_GROWTH = 1.1
_KEPT = 512
# With many results a fit changes little and takes long, and a process that starts anew repeats all of them.
_MANY, _LATE_GROWTH = 100, 1.25


def ladder(count: int, growth: float = _GROWTH) -> list[int]:
    """The prefix lengths up to `count` at which hyperparameters are fitted."""
    lengths = []
    length = _FIRST
    while length <= count:
        lengths.append(length)
        length = max(length + 1, int(length * (growth if length < _MANY else max(growth, _LATE_GROWTH))))
    return lengths


class FitChain:
    """Remembers fits by the content of their prefix."""

    def __init__(self, growth: float = _GROWTH) -> None:
        self._growth = growth
        self._fits: OrderedDict[bytes, Hyperparameters] = OrderedDict()

    def latest(self, columns: Sequence[NDArray[Any]], fit: Fit) -> Hyperparameters | None:
        """The fit of the longest prefix on the ladder; None while there are too few results.

        `columns` are arrays of equal length, by ascending number: all that `fit` may depend on.
        """
        lengths = ladder(len(columns[0]), self._growth)
        keys = [_digest(columns, length) for length in reversed(lengths)]
        known = next((place for place, key in enumerate(keys) if key in self._fits), len(keys))
        found = self._fits[keys[known]] if known < len(keys) else None
        for place in range(known - 1, -1, -1):
            found = fit(lengths[-1 - place], found)
            self._keep(keys[place], found)
        return found

    def _keep(self, key: bytes, found: Hyperparameters) -> None:
        self._fits[key] = found
        while len(self._fits) > _KEPT:
            self._fits.popitem(last=False)


def _digest(columns: Sequence[NDArray[Any]], length: int) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for column in columns:
        digest.update(np.ascontiguousarray(column[:length]).tobytes())
    return digest.digest()
