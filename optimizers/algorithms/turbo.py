"""Trust-region Bayesian optimization: a local Gaussian process in a box that grows and shrinks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.algorithms.gp import best_believed
from optimizers.columns import Columns
from optimizers.model_based import ModelBased, Proposal, Situation, ranked
from optimizers.side_models import SideModels
from optimizers.surrogate_search import completed, explained
from optimizers.surrogates.outcome import Outcome, Posterior
from optimizers.terms import Sum
from optimizers.variation import filled

Floats = NDArray[np.float64]

_CANDIDATES = 300
_CHANGED = 20.0
_FIRST, _LARGEST, _SMALLEST = 0.8, 1.6, 0.5**7
_SUCCESSES = 3
_WORTHWHILE = 1e-3


@dataclass(frozen=True)
class Region:
    """The present trust region."""

    start: int
    """Position of the first result that belongs to it."""
    side: float
    restarts: int


class TuRBO(ModelBased):
    """TuRBO-1 (Eriksson, arXiv 1910.01739): Thompson samples inside a box around the best.

    The box's sides follow the lengthscales; it doubles after three improvements in a row, halves after
    several failures, and starts anew elsewhere once it is tiny. All of that is counted from the results in
    the order of their numbers.

    create("turbo", space, seed=0, budget=500)
    """

    name = "turbo"
    title = "Trust regions (TuRBO)"
    summary = "Local Gaussian processes in a box that follows success: many parameters, budgets of hundreds."

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={
                "help": "Trials spread evenly before each region; empty: by the space and the budget.",
                "min": 1,
            },
        )
        max_points: int = field(
            default=200, metadata={"help": "Most results that enter the model.", "min": 20, "max": 2000}
        )
        failures: int | None = field(
            default=None,
            metadata={"help": "Failures in a row that halve the box; empty: by parameters.", "min": 1},
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._objective = Outcome(self.space, self.options.max_points)
        self._side = SideModels(self.space)

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        region = self._region(told)
        own = np.arange(len(told)) >= region.start
        usable = own & told.ok
        if own.sum() + len(situation.pending) < self.startup or np.count_nonzero(usable) < 2:
            return self.initial(situation.number)
        values = completed(told.value[usable], told.pruned[usable])
        sides, lost = self._side.feasibility(told, situation.pending)
        posterior = self._objective.posterior(told.rows[usable], values, situation.pending, lost)
        order = ranked(told)
        centre = filled(told.rows[order[own[order]][0]][None], rng)[0]
        rows = self._inside(centre, region.side, posterior, rng)
        fresh = ~situation.seen.mask(rows)
        rows = rows[fresh] if fresh.any() else rows
        scores = -posterior.draw(rows, rng)
        sides += self.believed(told)
        if sides:
            scores = scores + Sum(sides).score(rows)
        row = rows[int(np.argmax(scores))]
        info = explained(posterior, posterior.warp, best_believed(posterior, situation), row)
        info |= {"acquisition_name": "Thompson sample", "side": round(region.side, 6)}
        return Proposal(row, info | {"restarts": region.restarts})

    def _region(self, told: Columns) -> Region:
        """What the results, in the order of their numbers, have made of the box."""
        rank = np.empty(len(told), dtype=np.intp)
        rank[ranked(told)] = np.arange(len(told))
        usable, value = told.ok.tolist(), told.value.tolist()
        patience = self.options.failures or max(4, len(self.space), self.parallelism)
        start, side, restarts, best, streak = 0, _FIRST, 0, -1, 0
        for place in range(len(told)):
            if best < 0 or rank[place] < rank[best]:
                gain = best < 0 or not usable[best] or not usable[place]
                gain = gain or value[place] < value[best] - _WORTHWHILE * abs(value[best])
                best = place
            else:
                gain = False
            if place - start < self.startup:
                continue
            streak = max(streak, 0) + 1 if gain else min(streak, 0) - 1
            if streak >= _SUCCESSES:
                side, streak = min(2.0 * side, _LARGEST), 0
            elif -streak >= patience:
                side, streak = 0.5 * side, 0
            if side < _SMALLEST:
                start, side, restarts, best, streak = place + 1, _FIRST, restarts + 1, -1, 0
        return Region(start, side, restarts)

    def _inside(self, centre: Floats, side: float, posterior: Posterior, rng: np.random.Generator) -> Floats:
        """Candidates in the box around the centre that differ from it in some parameters."""
        lengths = np.array(posterior.model.hyperparameters.lengthscales)
        shape = np.exp(np.log(lengths) - np.log(lengths).mean())
        half = 0.5 * np.clip(side * shape, 0.02 * side, 1.0)
        size = len(centre)
        moved = np.clip(centre + half * rng.uniform(-1.0, 1.0, (_CANDIDATES, size)), 0.0, 1.0)
        for column, dimension in enumerate(self.space.dimensions):
            if dimension.kind == "categorical":
                moved[:, column] = rng.random(_CANDIDATES)
            elif dimension.cardinality:
                # A box smaller than a step still reaches the next value.
                step = rng.choice([-1.0, 0.0, 1.0], _CANDIDATES) / dimension.cardinality
                near = np.clip(centre[column] + step, 0.0, 1.0)
                moved[:, column] = np.where(
                    half[column] < 1.0 / dimension.cardinality, near, moved[:, column]
                )
        chosen = rng.random((_CANDIDATES, size)) < min(1.0, max(_CHANGED, 1.0) / size * min(1.0, side + 0.3))
        chosen[np.arange(_CANDIDATES), rng.integers(size, size=_CANDIDATES)] = True
        return self.space.snap_many(np.where(chosen, moved, centre))
