"""Rows with a column more than the space has, for what depends on more than parameters; for surrogates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Dimension

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Widened:
    """The dimension table of a space and one continuous column behind it, as an `Outcome` wants it."""

    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(cls, dimensions: tuple[Dimension, ...], name: str) -> Widened:
        return cls((*dimensions, Dimension(name, "continuous", None)))

    def __len__(self) -> int:
        return len(self.dimensions)


def widened(rows: Floats, column: Floats | float) -> Floats:
    """(n, D + 1) rows: (n, D) ones with a column behind, its values from 0 to 1."""
    return np.column_stack([rows, np.broadcast_to(column, len(rows))])
