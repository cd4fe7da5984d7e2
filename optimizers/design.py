"""Space-filling rows from a scrambled Sobol sequence; called by `sobol` and by every initial design."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from optimizers.space import Space

Floats = NDArray[np.float64]

# Stream of random numbers of the sequence, which belongs to the study and not to a trial.
_STREAM = 1_000_003
_FIRST_BLOCK = 64
# Points looked through for feasible ones; beyond them a point is moved to where it is allowed.
_MOST_POINTS = 2**16


class SobolRows:
    """The rows of a sequence by position, without points that break a rule of the space.

    A pure function of space, seed and position: what is kept is only a cache.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space = space
        self._seed = seed
        self._rows = np.empty((0, len(space)))
        self._points = 0

    def row(self, position: int) -> Floats:
        """The (D,) snapped row at a position from 0."""
        while len(self._rows) <= position and (self._points < _MOST_POINTS or self._unbounded):
            self._extend()
        if position < len(self._rows):
            return np.asarray(self._rows[position])
        return np.asarray(self._space.snap_many(self._drawn(position, 1))[0])

    @property
    def _unbounded(self) -> bool:
        return not self._space.constrained

    def _extend(self) -> None:
        count = max(_FIRST_BLOCK, self._points)
        rows = self._space.snap_many(self._drawn(self._points, count), repair=False)
        self._rows = np.vstack([self._rows, rows[self._space.feasible_many(rows)]])
        self._points += count

    def _drawn(self, start: int, count: int) -> Floats:
        generator = np.random.default_rng([self._seed, _STREAM])
        sequence = qmc.Sobol(len(self._space), scramble=True, rng=generator)
        if start:
            sequence.fast_forward(start)
        return np.asarray(sequence.random(count))
