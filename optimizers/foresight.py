"""How well each model has foretold new results, and what it believes of the old ones; called by `auto`.

The results by number are cut into stretches. Before each a model sees only what came earlier and says in
which order the stretch will come out; what counts is how many pairs it puts right. That is a function of the
results alone: what is kept is keyed by their content, and a miss computes the same again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizers.algorithms.gp import GP
from optimizers.algorithms.tpe import TPE
from optimizers.columns import Columns
from optimizers.model_based import Situation
from optimizers.surrogates.fit_chain import ladder

Floats = NDArray[np.float64]
Foretold = Callable[[Situation, Floats], Floats]
"""What a model that knows a situation says of (m, D) rows, (m,): the lower the better."""

_FIRST, _GROWTH = 8, 1.25
# How much a stretch counts against the one after it, and how many pairs the doubt at the start is worth.
_FADING, _DOUBT = 0.8, 12.0


class SmoothModel(GP):
    """The Gaussian process, asked for what it believes as well as for what to try."""

    def foretell(self, situation: Situation, rows: Floats) -> Floats:
        told = situation.told
        return self._objective.posterior(told.rows, told.value, situation.pending).predict(rows)[0]

    def smoothed(self, told: Columns) -> tuple[Floats, float]:
        """(n,) values of results, all with a value, without noise; and the noise's share of variance."""
        posterior = self._objective.posterior(told.rows, told.value, told.rows[:0])
        learned = posterior.model.hyperparameters
        values = posterior.own_units(posterior.predict(told.rows)[0])
        return values, learned.noise / (learned.noise + learned.amplitude)


class Density(TPE):
    """The Parzen estimator, asked how it ranks configurations as well as for what to try."""

    def foretell(self, situation: Situation, rows: Floats) -> Floats:
        good_rows, bad_rows = self._split(situation)
        good = self._estimator(good_rows, np.ones(len(good_rows)))
        bad = self._estimator(bad_rows, np.ones(len(bad_rows)))
        return bad.log_density(rows) - good.log_density(rows)


@dataclass(frozen=True)
class Foresight:
    """Scores models by their order of results they had not seen."""

    models: dict[str, Foretold]
    _known: dict[bytes, dict[str, Floats]]

    @classmethod
    def of(cls, models: dict[str, Foretold]) -> Foresight:
        return cls(models, {})

    def shares(self, situation: Situation) -> dict[str, float]:
        """Of each model the share of pairs it put right, ½ is chance, late stretches counting more."""
        told = situation.told.take(np.flatnonzero(situation.told.ok & ~situation.told.pruned))
        pairs = {name: np.array([0.5, 1.0]) * _DOUBT for name in self.models}
        cuts = [length for length in ladder(len(told), _GROWTH) if length >= _FIRST]
        for start, end in pairwise(cuts):
            for name, found in self._stretch(situation, told, start, end).items():
                pairs[name] = _FADING * pairs[name] + found
        return {name: float(right / of) for name, (right, of) in pairs.items()}

    def _stretch(self, situation: Situation, told: Columns, start: int, end: int) -> dict[str, Floats]:
        key = hashlib.blake2b(told.rows[:end].tobytes() + told.value[:end].tobytes(), digest_size=16).digest()
        if key not in self._known:
            before = replace(situation, told=told.take(np.arange(start)), pending=told.rows[:0])
            rows, values = told.rows[start:end], told.value[start:end]
            limit = float(np.median(told.value[:start]))
            self._known[key] = {
                name: _in_order(foretold(before, rows), values, limit)
                for name, foretold in self.models.items()
            }
        return self._known[key]


def _in_order(foretold: Floats, values: Floats, limit: float) -> Floats:
    """Pairs put right and all pairs of (n,) values that differ, at least one of them below the limit."""
    first, second = np.triu_indices(len(values), 1)
    counts = (values[first] != values[second]) & (np.minimum(values[first], values[second]) <= limit)
    right = np.sign(foretold[first] - foretold[second]) * np.sign(values[first] - values[second])
    return np.array([0.5 * (right[counts] + 1.0).sum(), float(np.count_nonzero(counts))])
