"""Acquisition terms: what a configuration is worth under what is believed; summed up by algorithms.

Each term scores many rows, higher is better, and gives score and gradient at one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from optimizers.acquisition import log_expected_improvement, log_expected_improvement_slopes
from optimizers.surrogates.outcome import Posterior

Floats = NDArray[np.float64]

_LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)


class Term(Protocol):
    """A part of the acquisition."""

    def score(self, rows: Floats) -> Floats:
        """(m,) scores of (m, D) rows."""
        ...

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        """The score of one (D,) row and its gradient, which is 0 for all but continuous dimensions."""
        ...


@dataclass(frozen=True)
class Sum:
    """Several terms together; scores are logarithms, so that this is a product of worths."""

    terms: Sequence[Term]

    def score(self, rows: Floats) -> Floats:
        return np.asarray(np.sum([term.score(rows) for term in self.terms], axis=0))

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        parts = [term.slopes(row) for term in self.terms]
        return sum(part[0] for part in parts), np.sum([part[1] for part in parts], axis=0)


@dataclass(frozen=True)
class Improvement:
    """The logarithm of the expected improvement on `best`."""

    posterior: Posterior
    best: float

    def score(self, rows: Floats) -> Floats:
        return log_expected_improvement(*self.posterior.predict(rows), self.best)

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        mean, std, by_place, std_by_place = self.posterior.predict_with_slopes(row)
        by_mean, by_std = log_expected_improvement_slopes(np.array(mean), np.array(std), self.best)
        score = float(log_expected_improvement(np.array(mean), np.array(std), self.best))
        return score, np.asarray(by_mean * by_place + by_std * std_by_place)


@dataclass(frozen=True)
class Below:
    """The logarithm of the probability to lie below `limit`: of improvement, or of keeping a constraint."""

    posterior: Posterior
    limit: float

    def score(self, rows: Floats) -> Floats:
        mean, std = self.posterior.predict(rows)
        return np.asarray(log_ndtr((self.limit - mean) / std))

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        mean, std, by_place, std_by_place = self.posterior.predict_with_slopes(row)
        z = (self.limit - mean) / std
        score = float(log_ndtr(z))
        density = np.exp(-0.5 * z * z - _LOG_SQRT_2PI - score)
        return score, np.asarray(-density * (by_place + z * std_by_place) / std)


@dataclass(frozen=True)
class Optimism:
    """The lower confidence bound, `reach` standard deviations below the mean, with its sign turned."""

    posterior: Posterior
    reach: float

    def score(self, rows: Floats) -> Floats:
        mean, std = self.posterior.predict(rows)
        return self.reach * std - mean

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        mean, std, by_place, std_by_place = self.posterior.predict_with_slopes(row)
        return self.reach * std - mean, self.reach * std_by_place - by_place


@dataclass(frozen=True)
class Cheapness:
    """How much less time it is expected to take: −`weight` times the predicted logarithm of seconds."""

    posterior: Posterior
    weight: float

    def score(self, rows: Floats) -> Floats:
        return -self.weight * self._factor * self.posterior.predict(rows)[0]

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        mean, _, by_place, _ = self.posterior.predict_with_slopes(row)
        return -self.weight * self._factor * mean, -self.weight * self._factor * by_place

    @property
    def _factor(self) -> float:
        """Logarithms of seconds in one unit of the model."""
        low, high = self.posterior.own_units(np.array([0.0, 1.0]))
        return float(high - low)
