"""PED-ANOVA: how the best results are distributed, against all (arXiv 2304.10255). Called by importance.

Needs no surrogate and time linear in the results, so it suits pages that follow a running study. It asks what
matters for reaching the best results, where fANOVA asks what matters on the whole range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from optimizers.space import Dimension, Space

Array = NDArray[np.float64]

TOP_SHARE = 0.1
_FEWEST_TOP = 5
_CELLS = 32
_RESAMPLES = 24
_BY_CHANCE = 12


def divergences(space: Space, rows: Array, values: Array, seed: int) -> Array:
    """(1 + resamples, D): first of all results, then of bootstrap samples; see `_divergence`.

    What as many results chosen at random would show on average is taken off.
    """
    rng = np.random.default_rng(seed)
    top = max(_FEWEST_TOP, round(TOP_SHARE * len(values)))
    order = np.argsort(values, kind="stable")
    marks = [_marks(rows[:, index], dimension) for index, dimension in enumerate(space.dimensions)]
    chance = np.mean(
        [_all(marks, rng.permutation(len(values))[:top], None) for _ in range(_BY_CHANCE)], axis=0
    )
    found = [_all(marks, order[:top], None)]
    for _ in range(_RESAMPLES):
        drawn = rng.integers(len(values), size=len(values))
        best = drawn[np.argsort(values[drawn], kind="stable")[:top]]
        found.append(_all(marks, best, drawn))
    return np.asarray(np.maximum(np.array(found) - chance, 0.0))


def _all(marks: list[Array], best: NDArray[np.intp], everything: NDArray[np.intp] | None) -> Array:
    return np.array([_divergence(mark, best, everything) for mark in marks])


def _divergence(marks: Array, best: NDArray[np.intp], everything: NDArray[np.intp] | None) -> float:
    """Pearson divergence of the best results' density from all results', over the cells of one parameter.

    Only results in which it is active count, and the divergence counts for their share of the best.
    """
    whole = marks if everything is None else marks[everything]
    top = marks[best]
    active_whole, active_top = whole.sum(axis=1) > 0, top.sum(axis=1) > 0
    if active_top.sum() < 2 or not active_whole.any():
        return 0.0
    p, q = top[active_top].mean(axis=0), whole[active_whole].mean(axis=0)
    q = np.maximum(q, 1e-3 / len(q))
    return float(active_top.mean() * ((p / q - 1.0) ** 2 * q).sum())


def _marks(column: Array, dimension: Dimension) -> Array:
    """(n, cells) the share of each result's kernel in each cell; all 0 where the parameter is inactive."""
    active = ~np.isnan(column)
    cells = min(dimension.cardinality or _CELLS, _CELLS)
    marks = np.zeros((len(column), cells))
    if dimension.kind == "categorical":
        count = int(dimension.cardinality or 1)
        cells = count
        codes = np.minimum((column[active] * count).astype(np.intp), count - 1)
        marks = np.zeros((len(column), count))
        marks[np.flatnonzero(active), codes] = 1.0
        return marks
    width = max(0.5 / cells, 0.9 * 0.29 * max(int(active.sum()) * TOP_SHARE, 1.0) ** -0.2)
    edges = np.linspace(0.0, 1.0, cells + 1)
    below = ndtr((edges - column[active, None]) / width)
    shares = np.diff(below, axis=1)
    marks[active] = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    return marks
