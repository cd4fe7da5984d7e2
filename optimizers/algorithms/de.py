"""Differential evolution: each member moves by the differences between others."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.model_based import Proposal, Situation, ranked
from optimizers.population import Population, PopulationOptions, slots
from optimizers.variation import filled

Floats = NDArray[np.float64]

_BEST_SHARE = 0.2
_TRIES = 4


class DE(Population):
    """current-to-pbest/1/bin (Zhang & Sanderson 2009, JADE) with F and CR drawn anew for each trial.

    Trial `number` challenges member `number % population`, which is the best result among that member's
    trials: greedy selection without any state. Asynchronous, since others count as they are.

    create("de", space, seed=0, population=20)
    """

    name = "de"
    title = "Differential evolution"
    summary = "Moves members by each other's differences: strong on numeric spaces with a budget of hundreds."

    part = 1 / 12

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        scale: float = field(
            default=0.6,
            metadata={"help": "Mean length of the steps (F); each trial varies it.", "min": 0.1, "max": 2.0},
        )
        crossover: float = field(
            default=0.7,
            metadata={"help": "Mean share of parameters that change (CR).", "min": 0.0, "max": 1.0},
        )

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        order = ranked(told)
        members = [position for position in slots(told, order, self.size) if position >= 0]
        target = slots(told, order, self.size)[situation.number % self.size]
        target = target if target >= 0 else int(order[rng.integers(min(len(order), self.size))])
        elite = order[: max(2, round(_BEST_SHARE * self.size))]
        row = told.rows[target]
        for _ in range(_TRIES):
            best = told.rows[rng.choice(elite)]
            one, other = told.rows[rng.choice(members)], told.rows[rng.choice(members)]
            row = self._child(told.rows[target], best, one, other, rng)
            if not situation.seen.mask(row[None])[0]:
                break
        info = {"mode": "evolve", "member": int(situation.number % self.size)}
        return Proposal(row, info | {"target": int(told.numbers[target])})

    def _child(
        self, target: Floats, best: Floats, one: Floats, other: Floats, rng: np.random.Generator
    ) -> Floats:
        scale = np.clip(self.options.scale + 0.2 * rng.standard_cauchy(), 0.1, 1.0)
        crossover = np.clip(self.options.crossover + 0.2 * rng.standard_normal(), 0.0, 1.0)
        start, goal, plus, minus = filled(np.vstack([target, best, one, other]), rng)
        moved = start + scale * (goal - start) + scale * (plus - minus)
        # Halfway to the bound that was passed: the bound itself would gather members.
        moved = np.where(moved < 0.0, 0.5 * start, np.where(moved > 1.0, 0.5 * (1.0 + start), moved))
        categorical = np.array([dimension.kind == "categorical" for dimension in self.space.dimensions])
        moved = np.where(categorical, np.where(rng.random(len(goal)) < 0.5, goal, plus), moved)
        changed = rng.random(len(start)) < crossover
        changed[rng.integers(len(start))] = True
        return np.asarray(self.space.snap_many(np.where(changed, moved, start)[None])[0])
