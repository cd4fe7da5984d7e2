"""A forest that says how sure it is, fitted fast to few results; called by the `forest` algorithm.

Mean and variance are those of SMAC's forest: over the trees, plus what varies inside their leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Outside the unit interval, so that one split tells active from inactive.
_INACTIVE = -1.0
_LEAST_VARIANCE = 1e-6


@dataclass(frozen=True)
class RegressionForest:
    """Trees on bootstrap samples; each knows the mean and variance of its leaves."""

    trees: tuple[Any, ...]
    codes: NDArray[np.intp]
    """Columns of categories, split one against the rest by their indicator columns."""
    choices: tuple[int, ...]

    @classmethod
    def fit(
        cls,
        rows: Array,
        values: Array,
        choices: tuple[int, ...],
        *,
        trees: int,
        min_leaf: int,
        rng: np.random.Generator,
    ) -> RegressionForest:
        """For (n, D) unit rows, NaN where inactive, and (n,) values; `choices` is 0 for each number."""
        # Imported here: it takes a second, and a form that lists the methods does without.
        from sklearn.tree import DecisionTreeRegressor

        codes = np.flatnonzero(choices)
        features = _features(rows, codes, choices)
        grown = []
        for seed in rng.integers(2**31, size=trees):
            tree = DecisionTreeRegressor(
                min_samples_leaf=min_leaf, splitter="random", max_features=0.8, random_state=int(seed)
            )
            counts = np.bincount(rng.integers(len(values), size=len(values)), minlength=len(values))
            kept = counts > 0
            tree.fit(features[kept], values[kept], sample_weight=counts[kept], check_input=False)
            grown.append(tree)
        return cls(tuple(grown), codes, choices)

    def predict(self, rows: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (m,) at (m, D) rows."""
        features = _features(rows, self.codes, self.choices)
        means, inside = [], []
        for tree in self.trees:
            leaves = tree.tree_.apply(features)
            means.append(tree.tree_.value[leaves, 0, 0])
            inside.append(tree.tree_.impurity[leaves])
        each = np.array(means)
        variance = each.var(axis=0) + np.mean(inside, axis=0)
        return each.mean(axis=0), np.sqrt(np.maximum(variance, _LEAST_VARIANCE))


def _features(rows: Array, codes: NDArray[np.intp], choices: tuple[int, ...]) -> NDArray[np.float32]:
    """Columns as they are, and an indicator for each category: their order means nothing."""
    filled = np.where(np.isnan(rows), _INACTIVE, rows)
    parts = [np.delete(filled, codes, axis=1)]
    for column in codes:
        code = np.floor(filled[:, column] * choices[column])
        parts.append((code[:, None] == np.arange(choices[column])).astype(np.float64))
    return np.ascontiguousarray(np.hstack(parts), dtype=np.float32)
