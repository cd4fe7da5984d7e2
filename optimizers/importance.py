"""Which parameters matter, and how far to trust the answer; called by the pages' insights and by analysis.

Four ways, each with an interval: `fanova` (effects over the whole space, the default), `ped_anova` (what
matters for the best results; quick), `permutation` (what predictions of results not seen need) and `mdi`
(where the trees split). `interactions` tells which pairs work only together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Result
from optimizers.importances import by_forest, fanova, ped_anova
from optimizers.space import Space
from optimizers.surrogates.forest import cross_validated_r2

Array = NDArray[np.float64]
Method = Literal["fanova", "ped_anova", "permutation", "mdi"]

METHODS: dict[str, Callable[[Space, Array, Array, int], Array]] = {
    "fanova": fanova.effects,
    "ped_anova": ped_anova.divergences,
    "permutation": by_forest.permuted,
    "mdi": by_forest.impurity,
}
"""Each gives (1 + k, D) amounts: the whole's, and those of k parts for the interval."""

_MOST_RESULTS = 2000
_FEWEST_RESULTS = 4
_INTERVAL = (10.0, 90.0)
_MOST_PAIRED = 6


@dataclass(frozen=True)
class Importance:
    """Each parameter's share of what is explained, in the space's order."""

    names: tuple[str, ...]
    share: tuple[float, ...]
    """Adds up to 1, or all 0 where nothing is explained."""
    low: tuple[float, ...]
    """Lower end of the 80 % interval, from other bootstrap samples or folds."""
    high: tuple[float, ...]
    r2: float
    """Cross-validated R² of a forest on these results: the shares mean little when it is low."""
    n: int
    """How many results it was computed from."""
    method: str = "fanova"


@dataclass(frozen=True)
class Interaction:
    """The share of all variation that two parameters explain only together, with its 80 % interval."""

    names: tuple[str, str]
    share: float
    low: float
    high: float


def importance(
    space: Space, results: Sequence[Result], *, seed: int = 0, method: Method = "fanova"
) -> Importance:
    """The importance of each parameter of `space` for the values of `results`, which are minimised.

    Failed and pruned results and those outside the space are left out; above 2,000 a random sample is
    used. Fewer than 4 results, constant values, or a forest that predicts no better than the mean give
    shares of 0. ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; choose one of {', '.join(METHODS)}")
    rows, values, count = _prepared(space, results, seed)
    if count < _FEWEST_RESULTS or not np.ptp(values):
        return _nothing(space, 0.0, count, method)
    r2 = cross_validated_r2(rows, values, seed=seed, trees=16)
    amounts = METHODS[method](space, rows, values, seed)
    if r2 <= 0.0 or amounts[0].sum() <= 0.0:
        return _nothing(space, r2, count, method)
    shares = amounts / np.maximum(amounts.sum(axis=1, keepdims=True), 1e-300)
    low, high = np.percentile(shares[1:], _INTERVAL, axis=0)
    share = shares[0]
    low, high = np.minimum(low, share), np.maximum(high, share)
    return Importance(space.names, _floats(share), _floats(low), _floats(high), float(r2), count, method)


def interactions(space: Space, results: Sequence[Result], *, seed: int = 0) -> tuple[Interaction, ...]:
    """Pairs of the six most important parameters by what only both together explain, strongest first.

    Empty where nothing is explained; see `importance`.
    """
    found = importance(space, results, seed=seed)
    if not any(found.share):
        return ()
    rows, values, _ = _prepared(space, results, seed)
    chosen = sorted(np.argsort(-np.array(found.share), kind="stable")[:_MOST_PAIRED].tolist())
    pairs = []
    for (one, other), shares in fanova.pair_effects(space, rows, values, chosen, seed).items():
        low, high = np.percentile(shares[1:], _INTERVAL)
        share = float(shares[0])
        names = (space.names[one], space.names[other])
        pairs.append(Interaction(names, share, min(float(low), share), max(float(high), share)))
    return tuple(sorted(pairs, key=lambda pair: -pair.share))


def _nothing(space: Space, r2: float, count: int, method: str) -> Importance:
    zeros = (0.0,) * len(space.names)
    return Importance(space.names, zeros, zeros, zeros, float(r2), count, method)


def _prepared(space: Space, results: Sequence[Result], seed: int) -> tuple[Array, Array, int]:
    """Rows and tamed values of at most 2,000 usable results, and how many there are."""
    rows, values = _usable(space, results)
    count = len(values)
    if count > _MOST_RESULTS:
        kept = np.random.default_rng(seed).choice(count, _MOST_RESULTS, replace=False)
        rows, values = rows[kept], values[kept]
    return rows, _tamed(values), count


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


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
