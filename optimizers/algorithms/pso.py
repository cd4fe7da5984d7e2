"""Particle swarm: particles fly on, drawn to their own best place and to their neighbours'."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.model_based import Proposal, Situation, ranked
from optimizers.population import Population, PopulationOptions, slots
from optimizers.variation import filled

Floats = NDArray[np.float64]

_NEIGHBOURS = (-2, -1, 1, 2)


class PSO(Population):
    """Standard particle swarm 2007/2011 (Clerc): inertia 0.721, attraction 1.193 to each of two places.

    Trial `number` is the next step of particle `number % population`. Its velocity is the step between its
    last two trials, which the rows of told and pending ones give back: nothing else is remembered. Categories
    have no velocity and are copied from one of the attracting places.

    create("pso", space, seed=0, population=16)
    """

    name = "pso"
    title = "Particle swarm"
    summary = "Particles fly between their own best and their neighbours' best: numeric spaces, many workers."
    largest, part = 30, 1 / 12

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        inertia: float = field(
            default=0.721,
            metadata={"help": "Share of its velocity that a particle keeps.", "min": 0.0, "max": 1.0},
        )
        attraction: float = field(
            default=1.193,
            metadata={"help": "Pull towards the own and the neighbours' best.", "min": 0.0, "max": 3.0},
        )

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        order = ranked(told)
        best = slots(told, order, self.size)
        member = situation.number % self.size
        own = best[member]
        if own < 0:
            return self.initial(situation.number)
        near = [own, *(best[(member + away) % self.size] for away in _NEIGHBOURS)]
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.arange(len(order))
        local = min((place for place in near if place >= 0), key=lambda place: int(rank[place]))
        trail = np.flatnonzero(told.numbers % self.size == member)[-2:]
        now, before, home, goal = filled(told.rows[[trail[-1], trail[0], own, local]], rng)
        pull = self.options.attraction * rng.random((2, len(now)))
        velocity = self.options.inertia * (now - before) + pull[0] * (home - now)
        if local != own:
            velocity = velocity + pull[1] * (goal - now)
        if len(trail) < 2 or local == own:
            velocity = velocity + 0.1 * rng.standard_normal(len(now))
        place = now + velocity
        place = np.where(place < 0.0, -0.5 * place, np.where(place > 1.0, 1.0 - 0.5 * (place - 1.0), place))
        row = self.space.snap_many(
            self._with_categories(np.clip(place, 0.0, 1.0), now, home, goal, rng)[None]
        )[0]
        return Proposal(row, {"mode": "fly", "particle": int(member)})

    def _with_categories(
        self, place: Floats, now: Floats, home: Floats, goal: Floats, rng: np.random.Generator
    ) -> Floats:
        categorical = np.array([dimension.kind == "categorical" for dimension in self.space.dimensions])
        drawn = rng.random(len(place))
        copied = np.where(drawn < 0.45, goal, np.where(drawn < 0.75, home, now))
        copied = np.where(drawn > 1.0 - 0.5 / len(place), rng.random(len(place)), copied)
        return np.where(categorical, copied, place)
