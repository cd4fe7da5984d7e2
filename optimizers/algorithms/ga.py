"""Genetic algorithm: children of the best configurations so far, crossed and mutated."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizers.model_based import Proposal, Situation, ranked
from optimizers.population import Population, PopulationOptions
from optimizers.variation import first_new, offspring

_CHILDREN = 8


class GA(Population):
    """Steady-state genetic algorithm: parents are the best results there are, chosen by tournament.

    Each ask breeds one child at once from whatever has been told, so no worker waits for a generation.

    create("ga", space, seed=0, population=20)
    """

    name = "ga"
    title = "Genetic algorithm"
    summary = "Crosses and mutates the best so far: robust on rugged, mixed and conditional spaces."

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        crossover: float = field(
            default=0.7,
            metadata={"help": "Share of children with two parents.", "min": 0.0, "max": 1.0},
        )
        rivals: int = field(
            default=3,
            metadata={"help": "Results compared to choose a parent; more is greedier.", "min": 1, "max": 20},
        )

    def propose(self, situation: Situation) -> Proposal:
        told = situation.told
        parents = told.rows[ranked(told)[: self.size]]
        children = offspring(
            self.space, parents, self.options.rivals, self.options.crossover, situation.rng, _CHILDREN
        )
        return Proposal(first_new(children, situation.seen), {"mode": "evolve", "parents": len(parents)})
