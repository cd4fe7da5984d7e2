"""NSGA-II: a genetic algorithm for several objectives, which keeps a whole front of compromises."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizers.model_based import Proposal, Situation
from optimizers.pareto import ranked_by_fronts
from optimizers.population import Population, PopulationOptions
from optimizers.variation import first_new, offspring

_CHILDREN = 8


class NSGA2(Population):
    """NSGA-II (Deb 2002), steady state: parents come from the first fronts, lonely ones first.

    Each ask breeds one child from whatever has been told, so no worker waits for a generation. Results that
    break outcome constraints rank behind all that keep them.

    create("nsga2", space, seed=0, objectives=2)
    """

    name = "nsga2"
    title = "NSGA-II"
    summary = "Evolves a front of compromises between two to four objectives; any space, many trials."
    most_objectives = 4

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        crossover: float = field(
            default=0.9,
            metadata={"help": "Share of children with two parents.", "min": 0.0, "max": 1.0},
        )

    def propose(self, situation: Situation) -> Proposal:
        told = situation.told
        parents = told.rows[ranked_by_fronts(told, self.size)[: self.size]]
        children = offspring(self.space, parents, 2, self.options.crossover, situation.rng, _CHILDREN)
        return Proposal(first_new(children, situation.seen), {"mode": "evolve", "parents": len(parents)})
