"""PB2: population-based training that chooses new parameters by a model instead of at random."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.candidates import mutate
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.population import PopulationOptions, Populations, Step
from optimizers.fidelity.vary import varied
from optimizers.fidelity.widened import Widened, widened
from optimizers.space import Params
from optimizers.surrogates.outcome import Outcome

Floats = NDArray[np.float64]

_FEWEST = 6
_MAX_POINTS = 150
_RANDOM, _NEAR = 300, 100
# Standard deviations of optimism.
_REACH = 1.5


class PB2(Populations):
    """Parker-Holder et al. (2020), arXiv 2002.02518: a bandit over a Gaussian process that varies with time.

    The model predicts how much a step improves, from the parameters and how far training has come; steps that
    are being trained are taken to come out as predicted. Categories are part of the model too.

    create("pb2", space, seed=0, min_fidelity=1, max_fidelity=50, population=8)
    """

    name = "pb2"
    title = "Population-based bandits (PB2)"
    summary = "Population-based training that learns which parameters improve most: small populations."

    Options: ClassVar[type[Any]] = PopulationOptions

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        wide = Widened.of(self.space.dimensions, "time")
        self._gain = Outcome(wide, _MAX_POINTS, growth=1.25)

    def explored(self, lines: Lines, step: Step, rng: np.random.Generator) -> tuple[Params, dict[str, Any]]:
        rows, losses = self._steps_taken(lines)
        source = lines.params(step.source)
        if len(rows) < _FEWEST or not np.ptp(losses):
            return varied(self.space, source, 0.25, rng), {"explored_by": "chance: too few steps for a model"}
        now = (lines.rung[step.position] + 1) / len(self.ladder)
        pending = self.space.encode_many([each.params for each in lines.waiting])
        times = lines.rung[lines.pending] / len(self.ladder)
        posterior = self._gain.posterior(rows, losses, widened(pending, times))
        near = mutate(self.space, np.repeat(self.space.encode(source)[None], _NEAR, axis=0), rng)
        candidates = np.vstack([self.space.sample_many(rng, _RANDOM), near])
        mean, std = posterior.predict(widened(candidates, now))
        best = int(np.argmin(mean - _REACH * std))
        gain = -float(posterior.own_units(mean[best : best + 1])[0])
        return self.space.decode(candidates[best]), {"explored_by": "model", "expected_gain": gain}

    def _steps_taken(self, lines: Lines) -> tuple[Floats, Floats]:
        """(n, D + 1) parameters and time of steps, and (n,) by how much each changed the value."""
        told = lines.told
        place = np.minimum(np.searchsorted(told.numbers, told.sources), max(len(told) - 1, 0))
        there = (told.sources >= 0) & (told.numbers[place] == told.sources)
        taken = np.flatnonzero(there & told.ok & ~told.pruned & told.ok[place] & ~told.pruned[place])
        # As they are: a scale that depends on later steps would have every fit made again.
        change = told.value[taken] - told.value[place[taken]]
        rung = self.ladder.rungs(told.fidelity[taken])
        return widened(told.rows[taken], rung / len(self.ladder)), change
