"""Permutation importance and mean decrease of impurity of a forest. Called by importance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizers.importances.fanova import GROUPS, TREES_PER_GROUP, grown
from optimizers.space import Space
from optimizers.surrogates.forest import Forest

Array = NDArray[np.float64]

_FOLDS, _TREES, _SHUFFLES = 5, 16, 4


def permuted(space: Space, rows: Array, values: Array, seed: int) -> Array:
    """(1 + folds, D): how much larger the squared error of held-out results is with a parameter shuffled.

    First over all results, then for each fold. Values are shuffled among the results in which the parameter
    is active, so that none appears where it cannot be.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(values))
    sums, counts = [], []
    for part in np.array_split(order, min(_FOLDS, len(values))):
        rest = np.setdiff1d(order, part)
        forest = Forest.fit(rows[rest], values[rest], seed=seed, trees=_TREES)
        errors = _squared(forest, rows[part], values[part])
        lost = [
            _lost(forest, rows[part], values[part], errors, column, rng) for column in range(rows.shape[1])
        ]
        sums.append(lost)
        counts.append(len(part))
    each = np.array(sums)
    whole = each.sum(axis=0) / sum(counts)
    return np.asarray(np.maximum(np.vstack([whole, each / np.array(counts)[:, None]]), 0.0))


def _lost(
    forest: Forest, rows: Array, values: Array, errors: Array, column: int, rng: np.random.Generator
) -> float:
    active = np.flatnonzero(~np.isnan(rows[:, column]))
    if len(active) < 2:
        return 0.0
    total = 0.0
    for _ in range(_SHUFFLES):
        shuffled = rows.copy()
        shuffled[active, column] = rows[rng.permutation(active), column]
        total += float((_squared(forest, shuffled, values) - errors).sum())
    return total / _SHUFFLES


def _squared(forest: Forest, rows: Array, values: Array) -> Array:
    return np.asarray((forest.predict(rows)[0] - values) ** 2)


def impurity(space: Space, rows: Array, values: Array, seed: int) -> Array:
    """(1 + groups, D): how much splits on each parameter lower the variance, of the forest and of its groups.

    Favours parameters with many values; quick, and known from scikit-learn.
    """
    forest = grown(rows, values, seed)
    each = np.array([tree.feature_importances_ for tree in forest.trees])
    return np.vstack([each.mean(axis=0), each.reshape(GROUPS, TREES_PER_GROUP, -1).mean(axis=1)])
