"""Crossover, mutation and selection of rows; called by the population methods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizers.candidates import mutate
from optimizers.seen import Seen
from optimizers.space import Space

Floats = NDArray[np.float64]


def filled(rows: Floats, rng: np.random.Generator) -> Floats:
    """(n, D) rows with random values where a dimension is inactive."""
    return np.where(np.isnan(rows), rng.random(rows.shape), rows)


def crossed(mothers: Floats, fathers: Floats, swap: float, rng: np.random.Generator) -> Floats:
    """(n, D) children that take each dimension from the father with probability `swap`.

    Where only one parent has the dimension, its value is kept.
    """
    swapped = rng.random(mothers.shape) < swap
    children = np.where(swapped, fathers, mothers)
    return np.where(np.isnan(children), np.where(np.isnan(mothers), fathers, mothers), children)


def blended(mothers: Floats, fathers: Floats, space: Space, rng: np.random.Generator) -> Floats:
    """(n, D) children between their parents, or a little beyond (BLX-α); categories come from one of them."""
    share = rng.uniform(-0.25, 1.25, mothers.shape)
    between = np.clip(mothers + share * (fathers - mothers), 0.0, 1.0)
    either = crossed(mothers, fathers, 0.5, rng)
    categorical = np.array([dimension.kind == "categorical" for dimension in space.dimensions])
    return np.where(categorical | np.isnan(between), either, between)


def tournament(count: int, size: int, rivals: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """(count,) positions among `size` ranked ones, each the best of `rivals` drawn."""
    return np.asarray(rng.integers(size, size=(count, rivals)).min(axis=1))


def offspring(
    space: Space, parents: Floats, rivals: int, crossover: float, rng: np.random.Generator, count: int
) -> Floats:
    """(count, D) children of (n, D) ranked parents: crossed or cloned, then mostly mutated."""
    mothers = parents[tournament(count, len(parents), rivals, rng)]
    fathers = parents[tournament(count, len(parents), rivals, rng)]
    numeric = rng.random((count, 1)) < 0.5
    mixed = np.where(numeric, blended(mothers, fathers, space, rng), crossed(mothers, fathers, 0.5, rng))
    crossing = rng.random((count, 1)) < crossover
    children = space.snap_many(np.where(crossing, mixed, mothers))
    # A clone that is not mutated would be wasted.
    mutated = ~crossing[:, 0] | (rng.random(count) < 0.7)
    return np.where(mutated[:, None], mutate(space, children, rng), children)


def first_new(rows: Floats, seen: Seen) -> Floats:
    """The first of (n, D) rows that was not tried; the first of all when all were."""
    return np.asarray(rows[int(np.argmin(seen.mask(rows)))])
