"""Encoded rows as points whose distances mean what a kernel needs; called by `outcome`.

A numeric dimension is one column in [0, 1]; a category is one-hot, so that two different categories
are at squared distance 1 (Hamming). A dimension that does not apply lies at a fixed place of its
own: a numeric one in the middle of its range, a category equally far from all others. Where both
points lack the dimension their distance is 0, where one does it is a fixed one. Every such distance
is that of an embedding, so any kernel over it stays positive definite.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Dimension

Array = NDArray[np.float64]

# The place of an inactive numeric dimension.
_MIDDLE = 0.5


@dataclass(frozen=True)
class FeatureMap:
    """Turns (n, D) unit rows with NaN for inactive dimensions into (n, Q) features."""

    dimensions: tuple[Dimension, ...]
    owner: NDArray[np.intp]
    """(Q,) index of the dimension that each feature column belongs to."""
    free: NDArray[np.bool_]
    """(Q,) whether a column may be moved continuously."""

    @classmethod
    def of(cls, dimensions: Sequence[Dimension]) -> "FeatureMap":
        """The map for a space's dimension table."""
        owner = [index for index, dim in enumerate(dimensions) for _ in range(_width(dim))]
        free = [dimensions[index].kind == "continuous" for index in owner]
        return cls(tuple(dimensions), np.array(owner, dtype=np.intp), np.array(free, dtype=bool))

    def __call__(self, rows: Array) -> Array:
        """The (n, Q) features of (n, D) rows."""
        return np.hstack([_columns(rows[:, index], dim) for index, dim in enumerate(self.dimensions)])


def _width(dimension: Dimension) -> int:
    return int(dimension.cardinality or 1) if dimension.kind == "categorical" else 1


def _columns(values: Array, dimension: Dimension) -> Array:
    if dimension.kind != "categorical":
        return np.where(np.isnan(values), _MIDDLE, values)[:, None]
    choices = int(dimension.cardinality or 1)
    codes = np.floor(np.nan_to_num(values, nan=-1.0) * choices)
    # 1/√2, so that two different choices are at distance 1.
    return np.asarray((codes[:, None] == np.arange(choices)) * np.sqrt(0.5))
