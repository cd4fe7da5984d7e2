"""DEHB: Hyperband's brackets, begun with children of the best results of the same rung."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.fidelity.brackets import BracketSearch
from optimizers.fidelity.search import LadderOptions, Start
from optimizers.model_based import Proposal, Situation, ranked
from optimizers.variation import filled

Floats = NDArray[np.float64]

# Differential evolution takes three others for a child; with fewer in the population it draws at random.
_FEWEST = 4
_TRIES = 4


class DEHB(BracketSearch):
    """After Awad et al. (2021), arXiv 2105.09821: rand/1/bin between the best results of a rung.

    A population is the best results that there are at a rung, filled up from the rungs below. The first
    bracket is random. Unlike the paper's, what is promoted keeps its parameters, and so its checkpoint.

    create("dehb", space, seed=0, min_fidelity=1, max_fidelity=81)
    """

    name = "dehb"
    title = "DEHB"
    summary = (
        "Hyperband whose brackets begin with differences between the best so far: many numeric parameters."
    )

    @dataclass(frozen=True)
    class Options(LadderOptions):
        scale: float = field(
            default=0.5, metadata={"help": "Length of the steps (F).", "min": 0.05, "max": 2.0}
        )
        crossover: float = field(
            default=0.5, metadata={"help": "Share of parameters that change (CR).", "min": 0.0, "max": 1.0}
        )
        population: int = field(
            default=10, metadata={"help": "Members of each rung's population.", "min": 4, "max": 1000}
        )

    def start(self, situation: Situation, step: Start) -> Proposal:
        told = situation.told
        members = self._members(told, step.rung)
        if step.info["bracket"] == 0 or len(members) < _FEWEST:
            return self.drawn(situation.seen, situation.rng)
        rows = told.rows[members]
        for _ in range(_TRIES):
            target, *others = situation.rng.permutation(len(rows))[:_FEWEST]
            row = self._child(rows[target], rows[others], situation.rng)
            if not situation.seen.mask(row[None])[0]:
                break
        return Proposal(row, {"mode": "evolve", "target": int(told.numbers[members[target]])})

    def _members(self, told: Columns, rung: int) -> NDArray[np.intp]:
        """Positions of the best of a rung, and where those are too few of the rungs below."""
        rungs = self.ladder.rungs(told.fidelity)
        order = ranked(told)
        order = order[(told.ok & ~told.pruned)[order]]
        found = [position for here in range(rung, -1, -1) for position in order[rungs[order] == here]]
        _, first = np.unique(told.rows[found], axis=0, return_index=True)
        distinct = np.array(found, dtype=np.intp)[np.sort(first)]
        return distinct[: self.options.population]

    def _child(self, target: Floats, others: Floats, rng: np.random.Generator) -> Floats:
        start, base, plus, minus = filled(np.vstack([target, others]), rng)
        moved = base + self.options.scale * (plus - minus)
        # What leaves the range is drawn anew, as in the paper.
        moved = np.where((moved < 0.0) | (moved > 1.0), rng.random(len(moved)), moved)
        categorical = np.array([dimension.kind == "categorical" for dimension in self.space.dimensions])
        moved = np.where(categorical, np.where(rng.random(len(moved)) < 0.5, base, plus), moved)
        changed = rng.random(len(start)) < self.options.crossover
        changed[rng.integers(len(start))] = True
        return np.asarray(self.space.snap_many(np.where(changed, moved, start)[None])[0])
