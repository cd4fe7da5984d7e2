"""Ant colony optimization: samples around an archive of the best, categories by pheromone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.model_based import Proposal, Situation, ranked
from optimizers.population import Population, PopulationOptions
from optimizers.variation import first_new

Floats = NDArray[np.float64]

_ANTS = 8


class ACO(Population):
    """ACO_R (Socha & Dorigo 2008) for numbers, its mixed form (Liao 2014) for categories.

    An archive of the best results; each ant follows one of them, better ones more often, and draws each
    number around it with the archive's mean distance. A category has the weight of those in the archive that
    hold it, shared among them, and a little more while nobody in the archive does.

    create("aco", space, seed=0, population=20)
    """

    name = "aco"
    title = "Ant colony"
    summary = "Draws around an archive of good results: mixed spaces, medium budgets, many workers."
    largest = 30

    @dataclass(frozen=True)
    class Options(PopulationOptions):
        locality: float = field(
            default=0.15,
            metadata={
                "help": "How strongly ants prefer the very best; less is greedier.",
                "min": 0.01,
                "max": 2.0,
            },
        )
        width: float = field(
            default=0.85,
            metadata={"help": "Width of the draws around a good result (ξ).", "min": 0.05, "max": 2.0},
        )

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        archive = told.rows[ranked(told)[: self.size]]
        weights = self._weights(len(archive))
        guides = rng.choice(len(archive), size=_ANTS, p=weights)
        ants = np.column_stack(
            [
                self._category(archive[:, column], weights, int(dimension.cardinality or 1), rng)
                if dimension.kind == "categorical"
                else self._number(archive[:, column], weights, guides, rng)
                for column, dimension in enumerate(self.space.dimensions)
            ]
        )
        row = first_new(self.space.snap_many(ants), situation.seen)
        return Proposal(row, {"mode": "evolve", "archive": len(archive)})

    def _weights(self, count: int) -> Floats:
        spread = max(self.options.locality * self.size, 0.5)
        weights = np.exp(-0.5 * (np.arange(count) / spread) ** 2)
        return np.asarray(weights / weights.sum())

    def _number(
        self, column: Floats, weights: Floats, guides: NDArray[np.intp], rng: np.random.Generator
    ) -> Floats:
        held = np.flatnonzero(~np.isnan(column))
        if not len(held):
            return rng.random(_ANTS)
        # A guide without the dimension is replaced by one that has it.
        others = held[rng.choice(len(held), size=_ANTS, p=weights[held] / weights[held].sum())]
        centres = column[np.where(np.isnan(column[guides]), others, guides)]
        apart = np.abs(centres[:, None] - column[held]).sum(axis=1) / max(len(held) - 1, 1)
        drawn = centres + np.maximum(self.options.width * apart, 1e-3) * rng.standard_normal(_ANTS)
        folded = np.abs(drawn) % 2.0
        return np.asarray(np.where(folded > 1.0, 2.0 - folded, folded))

    def _category(self, column: Floats, weights: Floats, choices: int, rng: np.random.Generator) -> Floats:
        held = ~np.isnan(column)
        codes = np.minimum((column[held] * choices).astype(np.intp), choices - 1)
        counts = np.bincount(codes, minlength=choices)
        pheromone = np.bincount(codes, weights=weights[held], minlength=choices) / np.maximum(counts, 1)
        unused = int(np.count_nonzero(counts == 0))
        pheromone = pheromone + self.options.locality / max(unused, 1) * (counts == 0) + 0.02 / choices
        drawn = rng.choice(choices, size=_ANTS, p=pheromone / pheromone.sum())
        return np.asarray((drawn + 0.5) / choices)
