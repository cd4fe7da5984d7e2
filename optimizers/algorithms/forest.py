"""Random forest surrogate, after SMAC: trees need no smoothness, so categories and plateaus do no harm."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.fidelity.in_parts import InParts
from optimizers.surrogate_search import Data, Surrogate, SurrogateOptions, SurrogateSearch
from optimizers.surrogates.regression_forest import RegressionForest

Floats = NDArray[np.float64]


class ForestSearch(InParts, SurrogateSearch):
    """Log expected improvement under a forest (Hutter 2011; SMAC3), searched at random and near the best.

    Every few trials are random, so that a wrong forest cannot mislead for long.

    create("forest", space, seed=0, explore=0.1)
    """

    name = "forest"
    title = "Random forest"
    summary = "Models the objective with trees (as SMAC does): many categories, conditions and plateaus."

    @dataclass(frozen=True)
    class Options(SurrogateOptions):
        trees: int = field(default=16, metadata={"help": "Trees of the forest.", "min": 2, "max": 500})
        min_leaf: int = field(
            default=1, metadata={"help": "Fewest results in a leaf; more is smoother.", "min": 1, "max": 50}
        )

    def fitted(self, data: Data, pending: Floats, rng: np.random.Generator) -> Surrogate:
        forest = self._grown(data.rows, data.images, rng)
        if not len(pending):
            return forest
        believed = np.append(data.images, forest.predict(pending)[0])
        return self._grown(np.vstack([data.rows, pending]), believed, rng)

    def _grown(self, rows: Floats, values: Floats, rng: np.random.Generator) -> RegressionForest:
        choices = tuple(
            int(dimension.cardinality or 0) if dimension.kind == "categorical" else 0
            for dimension in self.space.dimensions
        )
        return RegressionForest.fit(
            rows, values, choices, trees=self.options.trees, min_leaf=self.options.min_leaf, rng=rng
        )
