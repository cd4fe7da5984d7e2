"""Turns objective values of any size and shape into well-behaved ones, and back; called by the algorithms.

The good half keeps its shape, the bad half is replaced by normal quantiles of its ranks (Vizier's
half-rank warping), so that a few awful values cannot flatten the differences that matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]

_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True)
class OutputWarp:
    """A strictly increasing map between objective values and model values of unit spread."""

    knots: Array
    """Distinct objective values divided by `scale`, ascending."""
    images: Array
    """Their model values, ascending."""
    scale: float

    @classmethod
    def fit(cls, values: Array) -> "OutputWarp":
        """The map for (n,) finite values, n ≥ 1, of any magnitude; constant values map to 0."""
        # Dividing by the largest magnitude first keeps 1e300 and 1e-300 clear of overflow.
        scale = float(np.max(np.abs(values))) or 1.0
        knots, counts = np.unique(values / scale, return_counts=True)
        if len(knots) == 1:
            return cls(knots, np.zeros(1), scale)
        return cls(knots, _standardised(_half_rank(knots, counts), counts), scale)

    @classmethod
    def scaling(cls, values: Array) -> "OutputWarp":
        """The map that only divides (n,) finite values, so that 0 stays 0 and their mean square is 1."""
        scale = float(np.max(np.abs(values))) or 1.0
        knots = np.unique(values / scale)
        spread = float(np.sqrt(np.mean((values / scale) ** 2))) or 1.0
        return cls(knots, knots / spread, scale)

    def forward(self, values: Array) -> Array:
        """Model values of the values that the map was fitted to."""
        return np.asarray(np.interp(values / self.scale, self.knots, self.images))

    def inverse(self, images: Array, *, above: bool = False) -> Array:
        """Objective values of model values; below the best, and `above` the worst if asked for, the slope of
        the good half goes on.
        """
        if len(self.knots) == 1:
            return np.full(np.shape(images), self.knots[0] * self.scale)
        inside = np.interp(images, self.images, self.knots)
        beyond = np.minimum(images - self.images[0], 0.0)
        if above:
            beyond = beyond + np.maximum(images - self.images[-1], 0.0)
        with np.errstate(over="ignore"):
            return np.asarray(
                np.clip((inside + beyond * self._good_slope()) * self.scale, -_LARGEST, _LARGEST)
            )

    @property
    def good_unit(self) -> float:
        """How far objective values of the good half are apart whose model values are 1 apart."""
        return self._good_slope() * self.scale if len(self.knots) > 1 else 1.0

    def _good_slope(self) -> float:
        middle = len(self.knots) // 2 or 1
        rise = self.images[middle] - self.images[0]
        return float((self.knots[middle] - self.knots[0]) / rise)


def _half_rank(knots: Array, counts: NDArray[np.intp]) -> Array:
    """Values in units of the good half's spread, with the bad half at normal quantiles of its ranks."""
    ranks = (np.cumsum(counts) - 0.5 * counts) / counts.sum()
    middle = int(np.searchsorted(ranks, 0.5))
    good = knots[: middle + 1]
    centre = float(good[-1])
    below = centre - good[:-1]
    spread = float(np.sqrt(np.average(below**2, weights=counts[:middle]))) if middle else 0.0
    images = ndtri(ranks) - ndtri(ranks[middle])
    if spread > 0.0:
        images[:middle] = -below / spread
    return np.asarray(images)


def _standardised(images: Array, counts: NDArray[np.intp]) -> Array:
    mean = np.average(images, weights=counts)
    spread = np.sqrt(np.average((images - mean) ** 2, weights=counts))
    return np.asarray((images - mean) / spread)
