"""fANOVA: effects of single parameters and of pairs, by redrawing them under a forest. Called by importance.

A parameter's effect is how much the prediction varies when it alone is redrawn, with everything that does
not depend on it held fixed and everything that exists only under it averaged out. So a parent is not credited
with what its children do, and a child counts only where it is active.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Space
from optimizers.surrogates.forest import Forest

Array = NDArray[np.float64]

GROUPS, TREES_PER_GROUP = 8, 4
"""Intervals come from groups of trees, each with bootstrap samples of its own."""

_ROWS, _REDRAWS, _AVERAGED = 256, 8, 8
_PAIR_ROWS, _PAIR_VALUES = 48, 7


def grown(rows: Array, values: Array, seed: int) -> Forest:
    return Forest.fit(rows, values, seed=seed, trees=GROUPS * TREES_PER_GROUP)


def effects(space: Space, rows: Array, values: Array, seed: int) -> Array:
    """(1 + groups, D) variances: first those of the whole forest, then of each group of its trees."""
    forest = grown(rows, values, seed)
    rng = np.random.default_rng(seed)
    drawn = space.sample_many(rng, _ROWS)
    return np.stack([_effect(space, forest, drawn, index, rng) for index in range(len(space))], axis=1)


def _effect(space: Space, forest: Forest, rows: Array, index: int, rng: np.random.Generator) -> Array:
    """The (1 + groups,) mean variance from redrawing one parameter, over all rows; 0 where it is inactive."""
    active = rows[~np.isnan(rows[:, index])]
    below = descendants(space, index)
    averaged = _AVERAGED if below else 1
    if not len(active):
        return np.zeros(1 + GROUPS)
    # Axes: row, redrawn value, redrawn descendants, dimension.
    redrawn = np.tile(active[:, None, None, :], (1, _REDRAWS, averaged, 1))
    redrawn[..., index] = rng.random((len(active), _REDRAWS, 1))
    if below:
        redrawn[..., below] = rng.random((len(active), 1, averaged, len(below)))
    said = _by_group(forest, space, redrawn)
    between = said.mean(axis=3).var(axis=2, ddof=1)
    if averaged > 1:
        # What is left of the descendants' own variation in a mean over a few draws.
        between = between - said.var(axis=3, ddof=1).mean(axis=2) / averaged
    return np.asarray(np.maximum(between.sum(axis=1) / len(rows), 0.0))


def pair_effects(
    space: Space, rows: Array, values: Array, chosen: list[int], seed: int
) -> dict[tuple[int, int], Array]:
    """For pairs of chosen columns the (1 + groups,) share of variance that only both together explain.

    Left out are pairs of which one exists only under the other. The variance is that of the prediction over
    the space.
    """
    forest = grown(rows, values, seed)
    rng = np.random.default_rng(seed)
    drawn = space.sample_many(rng, _ROWS)
    total = np.maximum(_by_group(forest, space, drawn).var(axis=1), 1e-300)
    found = {}
    for one, other in combinations(chosen, 2):
        if other in descendants(space, one) or one in descendants(space, other):
            continue
        both = drawn[~np.isnan(drawn[:, one]) & ~np.isnan(drawn[:, other])]
        if len(both):
            share = len(both) / len(drawn)
            found[one, other] = share * _pair(space, forest, both[:_PAIR_ROWS], one, other, rng) / total
    return found


def _pair(space: Space, forest: Forest, rows: Array, one: int, other: int, rng: np.random.Generator) -> Array:
    """(1 + groups,) variance of the mean prediction over both parameters that neither alone explains."""
    grid = (np.arange(_PAIR_VALUES) + rng.random()) / _PAIR_VALUES
    # Axes: value of one, value of the other, row, dimension.
    placed = np.tile(rows[None, None], (_PAIR_VALUES, _PAIR_VALUES, 1, 1))
    placed[..., one] = grid[:, None, None]
    placed[..., other] = grid[None, :, None]
    below = descendants(space, one) + descendants(space, other)
    if below:
        placed[..., below] = rng.random((len(rows), len(below)))
    means = _by_group(forest, space, placed).mean(axis=3)
    centred = means - means.mean(axis=(1, 2), keepdims=True)
    only_both = centred - centred.mean(axis=2, keepdims=True) - centred.mean(axis=1, keepdims=True)
    return np.asarray((only_both**2).mean(axis=(1, 2)))


def _by_group(forest: Forest, space: Space, rows: Array) -> Array:
    """(1 + groups, …) predictions of (…, D) rows: of the whole forest, and of each group of trees."""
    each = forest.predict_each(space.snap_many(rows.reshape(-1, rows.shape[-1]), repair=False))
    grouped = each.reshape(GROUPS, TREES_PER_GROUP, -1).mean(axis=1)
    return np.vstack([each.mean(axis=0), grouped]).reshape(1 + GROUPS, *rows.shape[:-1])


def descendants(space: Space, index: int) -> list[int]:
    """Indices of the dimensions that exist only under conditions on this one, directly or further down."""
    names = list(space.names)
    found = {names[index]}
    for name in space.order:
        if found & set(space.parameters[name].when or {}):
            found.add(name)
    return [names.index(name) for name in names if name in found and name != names[index]]
