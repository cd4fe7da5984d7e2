"""A random forest over encoded rows, the surrogate that needs no smoothness; called by importance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeRegressor

Array = NDArray[np.float64]

# Outside the unit interval, so that one split tells active from inactive.
_INACTIVE = -1.0


@dataclass(frozen=True)
class Forest:
    """Trees fitted to bootstrap samples, each split free to use any dimension."""

    trees: tuple[DecisionTreeRegressor, ...]

    @classmethod
    def fit(cls, rows: Array, values: Array, *, seed: int, trees: int = 32, min_leaf: int = 2) -> Forest:
        """A forest for (n, D) unit rows, NaN where inactive, and (n,) finite values."""
        from sklearn.ensemble import RandomForestRegressor  # takes a second: not for those who need no forest

        model = RandomForestRegressor(
            n_estimators=trees, min_samples_leaf=min_leaf, max_features=1.0, n_jobs=1, random_state=seed
        )
        model.fit(_filled(rows), values)
        return cls(tuple(model.estimators_))

    def predict_each(self, rows: Array) -> Array:
        """What each tree says, (T, m), of (m, D) rows."""
        filled = _filled(rows)
        return np.stack([tree.predict(filled, check_input=False) for tree in self.trees])

    def predict(self, rows: Array) -> tuple[Array, Array]:
        """Mean over the trees (m,) and their standard deviation (m,)."""
        each = self.predict_each(rows)
        return each.mean(axis=0), each.std(axis=0)


def cross_validated_r2(rows: Array, values: Array, *, seed: int, folds: int = 5, trees: int = 32) -> float:
    """The share of variance that a forest explains in rows it has not seen; below 0: worse than the mean.

    Pools the held-out predictions of all folds. Constant values give 0.
    """
    spread = float(np.sum((values - values.mean()) ** 2))
    if spread == 0.0:
        return 0.0
    held_out = np.empty_like(values)
    for part in _parts(len(values), folds, seed):
        rest = np.setdiff1d(np.arange(len(values)), part)
        forest = Forest.fit(rows[rest], values[rest], seed=seed, trees=trees)
        held_out[part] = forest.predict(rows[part])[0]
    return 1.0 - float(np.sum((values - held_out) ** 2)) / spread


def _parts(count: int, folds: int, seed: int) -> Sequence[NDArray[np.intp]]:
    order = np.random.default_rng(seed).permutation(count)
    return [part for part in np.array_split(order, min(folds, count)) if len(part)]


def _filled(rows: Array) -> NDArray[np.float32]:
    # The trees' own type, so that single trees can be asked without converting again.
    return np.where(np.isnan(rows), _INACTIVE, rows).astype(np.float32)
