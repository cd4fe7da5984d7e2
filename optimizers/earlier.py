"""What earlier studies taught, as a mean to start from; called by gp, forest and bnn for a warm start.

A Gaussian process of the earlier results predicts, in units of their spread, how good a configuration is. New
results are then explained by a share of that prediction and a model of what is left over. The share is a
regression on the new results, begun at one half: where the earlier study misleads it goes to 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.space import Space
from optimizers.surrogates.outcome import Outcome, Posterior

Floats = NDArray[np.float64]

_MAX_POINTS = 150
_FEWEST_RESULTS = 4
# How many results the first guess of one half is worth.
_FIRST_SHARE, _WORTH = 0.5, 3.0


@dataclass(frozen=True)
class Earlier:
    """A belief about every configuration from earlier studies."""

    posterior: Posterior

    @classmethod
    def of(cls, space: Space, told: Columns) -> Earlier | None:
        """From the results of earlier studies; None when too few have a value."""
        usable = told.ok & ~told.pruned
        if np.count_nonzero(usable) < _FEWEST_RESULTS or not np.ptp(told.value[usable]):
            return None
        outcome = Outcome(space, _MAX_POINTS, growth=2.0)
        return cls(outcome.posterior(told.rows[usable], told.value[usable], np.empty((0, len(space)))))

    def mean(self, rows: Floats) -> Floats:
        """(m,) predictions at (m, D) rows, around 0 and of unit spread."""
        return self.posterior.predict(rows)[0]

    def share(self, rows: Floats, images: Floats) -> float:
        """How much of the predictions to believe after (n,) standardised values at (n, D) rows, 0 to 1."""
        said = self.mean(rows)
        said, seen = said - said.mean(), images - images.mean()
        top = float(said @ seen) + _FIRST_SHARE * _WORTH
        return float(np.clip(top / (float(said @ said) + _WORTH), 0.0, 1.0))
