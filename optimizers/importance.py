"""Which parameters matter, and how far to trust the answer; called by the pages' insights and by analysis.

A forest is fitted to the results, and each parameter's own effect is read from it: how much the
prediction varies when that parameter alone is redrawn, with everything that does not depend on it
held fixed and everything that exists only under it averaged out. So a parent is not credited with
what its children do, and a child counts only where it is active.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Result
from optimizers.space import Space
from optimizers.surrogates.forest import Forest, cross_validated_r2

Array = NDArray[np.float64]

_MOST_RESULTS = 2000
_FEWEST_RESULTS = 4
_GROUPS, _TREES_PER_GROUP = 8, 4
_ROWS, _REDRAWS, _AVERAGED = 256, 8, 8
_INTERVAL = (10.0, 90.0)


@dataclass(frozen=True)
class Importance:
    """Each parameter's share of the explained variation, in the space's order."""

    names: tuple[str, ...]
    share: tuple[float, ...]
    """Adds up to 1, or all 0 where nothing is explained."""
    low: tuple[float, ...]
    """Lower end of the 80 % interval, from forests of other bootstrap samples."""
    high: tuple[float, ...]
    r2: float
    """Cross-validated R² of the forest: the shares mean little when it is low."""
    n: int
    """How many results it was computed from."""


def importance(space: Space, results: Sequence[Result], *, seed: int = 0) -> Importance:
    """The importance of each parameter of `space` for the values of `results`.

    Failed and pruned results and those outside the space are left out; above 2,000 a random sample is
    used. Fewer than 4 results, constant values, or a forest that predicts no better than the mean give
    shares of 0.
    """
    rows, values = _usable(space, results)
    count = len(values)
    if count > _MOST_RESULTS:
        kept = np.random.default_rng(seed).choice(count, _MOST_RESULTS, replace=False)
        rows, values = rows[kept], values[kept]
    values = _tamed(values)
    if count < _FEWEST_RESULTS or not np.ptp(values):
        return _nothing(space, 0.0, count)
    r2 = cross_validated_r2(rows, values, seed=seed, trees=16)
    forest = Forest.fit(rows, values, seed=seed, trees=_GROUPS * _TREES_PER_GROUP)
    effects = _effects(space, forest, seed)
    if r2 <= 0.0 or effects[0].sum() <= 0.0:
        return _nothing(space, r2, count)
    shares = effects / np.maximum(effects.sum(axis=1, keepdims=True), 1e-300)
    low, high = np.percentile(shares, _INTERVAL, axis=0)
    share = shares[0]
    low, high = np.minimum(low, share), np.maximum(high, share)
    return Importance(space.names, _floats(share), _floats(low), _floats(high), float(r2), count)


def _nothing(space: Space, r2: float, count: int) -> Importance:
    zeros = (0.0,) * len(space.names)
    return Importance(space.names, zeros, zeros, zeros, float(r2), count)


def _usable(space: Space, results: Sequence[Result]) -> tuple[Array, Array]:
    params, values = [], []
    for result in results:
        fitted = space.adapt(result.params)
        if result.value is not None and not result.pruned and fitted is not None:
            params.append(fitted)
            values.append(result.value)
    return space.encode_many(params), np.array(values, dtype=float)


def _tamed(values: Array) -> Array:
    """Values in units of the largest, far outliers on the bad side drawn in: one must not explain all."""
    if not len(values):
        return values
    scaled = values / (np.max(np.abs(values)) or 1.0)
    low, high = np.percentile(scaled, [25.0, 75.0])
    fence = high + 3.0 * (high - low)
    return np.minimum(scaled, fence) if high > low else scaled


def _effects(space: Space, forest: Forest, seed: int) -> Array:
    """(1 + groups, D) variances: first those of the whole forest, then of each group of its trees."""
    rng = np.random.default_rng(seed)
    rows = space.sample_many(rng, _ROWS)
    return np.stack([_effect(space, forest, rows, index, rng) for index in range(rows.shape[1])], axis=1)


def _effect(space: Space, forest: Forest, rows: Array, index: int, rng: np.random.Generator) -> Array:
    """The (1 + groups,) mean variance from redrawing one parameter, over all rows; 0 where it is inactive."""
    active = rows[~np.isnan(rows[:, index])]
    below = _descendants(space, index)
    averaged = _AVERAGED if below else 1
    if not len(active):
        return np.zeros(1 + _GROUPS)
    # Axes: row, redrawn value, redrawn descendants, dimension.
    redrawn = np.tile(active[:, None, None, :], (1, _REDRAWS, averaged, 1))
    redrawn[..., index] = rng.random((len(active), _REDRAWS, 1))
    if below:
        redrawn[..., below] = rng.random((len(active), 1, averaged, len(below)))
    each = forest.predict_each(space.snap_many(redrawn.reshape(-1, rows.shape[1])))
    grouped = each.reshape(_GROUPS, _TREES_PER_GROUP, -1).mean(axis=1)
    said = np.vstack([each.mean(axis=0), grouped]).reshape(1 + _GROUPS, *redrawn.shape[:3])
    between = said.mean(axis=3).var(axis=2, ddof=1)
    if averaged > 1:
        # What is left of the descendants' own variation in a mean over a few draws.
        between = between - said.var(axis=3, ddof=1).mean(axis=2) / averaged
    return np.asarray(np.maximum(between.sum(axis=1) / len(rows), 0.0))


def _descendants(space: Space, index: int) -> list[int]:
    """Indices of the dimensions that exist only under conditions on this one, directly or further down."""
    names = list(space.names)
    found = {names[index]}
    for name in space.order:
        if found & set(space.parameters[name].when or {}):
            found.add(name)
    return [names.index(name) for name in names if name in found and name != names[index]]


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
