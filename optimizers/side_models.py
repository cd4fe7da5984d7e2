"""What else is learned from trials than the objective: constraints, failures, time. Called by algorithms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.space import Space
from optimizers.surrogates.outcome import Outcome
from optimizers.terms import Below, Cheapness, Term

Floats = NDArray[np.float64]

_MAX_POINTS = 150
_FEWEST = 4
_MOST_LOST = 60
# How much the results grow between two fits: these models need less care than the objective's.
_GROWTH = 1.4


class SideModels:
    """The chance to keep each outcome constraint, the chance not to fail, and the expected time."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._limits: list[Outcome] = []
        self._success = _outcome(space)
        self._seconds = _outcome(space)

    def feasibility(self, told: Columns, pending: Floats) -> tuple[list[Term], Floats]:
        """The log probability of each constraint, and of success where there were failures.

        Also the (k, D) rows of failures that lie where failures are to be expected, the newest at most: the
        objective's model should find nothing to gain there. Others may have failed by chance.
        """
        terms: list[Term] = []
        for column, limits in enumerate(told.constraints.T):
            if len(self._limits) <= column:
                self._limits.append(_outcome(self._space))
            known = ~np.isnan(limits)
            if np.count_nonzero(known) >= 2:
                values = tamed(limits[known])
                terms.append(Below(self._limits[column].posterior(told.rows[known], values, pending), 0.0))
        failed = ~told.ok
        if failed.any() and not failed.all() and len(told) >= _FEWEST:
            outcomes = np.where(failed, 1.0, -1.0)
            success = Below(self._success.posterior(told.rows, outcomes, pending), 0.0)
            rows = told.rows[failed][-_MOST_LOST:]
            return [*terms, success], rows[success.posterior.predict(rows)[0] > 0.0]
        return terms, np.empty((0, len(self._space)))

    def cheapness(self, told: Columns, pending: Floats, weight: float) -> list[Term]:
        """The expected time, where trials took a time that is known."""
        known = told.seconds > 0.0
        if weight <= 0.0 or np.count_nonzero(known) < _FEWEST:
            return []
        times = np.log(told.seconds[known])
        centre = float(np.median(times))
        posterior = self._seconds.posterior(told.rows[known], times - centre, pending)
        return [Cheapness(posterior, weight)]


def _outcome(space: Space) -> Outcome:
    return Outcome(space, _MAX_POINTS, warped=False, growth=_GROWTH)


def tamed(limits: Floats) -> Floats:
    """(n,) constraint values, far ones drawn in: how badly a limit is missed matters less than where."""
    spread = float(np.median(np.abs(limits))) or 1.0
    return np.asarray(np.clip(limits, -3.0 * spread, 3.0 * spread))
