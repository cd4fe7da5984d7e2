"""BOHB: Hyperband's brackets, begun with what a density model of the results suggests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.algorithms.tpe import TPE
from optimizers.fidelity.brackets import BracketSearch
from optimizers.fidelity.search import LadderOptions
from optimizers.model_based import Proposal, Situation


class BOHB(BracketSearch):
    """Falkner et al. (2018), arXiv 1807.01774, with the densities of our `tpe`.

    The model is that of the highest rung with enough results, so it moves on to full trainings by itself.

    create("bohb", space, seed=0, min_fidelity=1, max_fidelity=81, explore=0.33)
    """

    name = "bohb"
    title = "BOHB"
    summary = "Hyperband whose brackets begin with what a density model of results suggests."

    @dataclass(frozen=True)
    class Options(LadderOptions):
        explore: float = field(
            default=1 / 3,
            metadata={"help": "Share of the lines that begin at random.", "min": 0.0, "max": 1.0},
        )
        good_share: float = field(
            default=0.15,
            metadata={"help": "Share of a rung's results that count as good.", "min": 0.01, "max": 0.5},
        )
        candidates: int = field(
            default=64,
            metadata={"help": "Configurations that are compared for each start.", "min": 1, "max": 4096},
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        options = TPE.Options(
            startup=1, explore=0.0, good_share=self.options.good_share, candidates=self.options.candidates
        )
        self._model = TPE(self.space, seed=self.seed, history=self.history, options=options)

    def propose(self, situation: Situation) -> Proposal:
        if situation.rng.random() < self.options.explore:
            return self.drawn(situation.seen, situation.rng)
        told = situation.told
        rungs = self.ladder.rungs(told.fidelity)
        enough = len(self.space) + 3
        for rung in range(len(self.ladder) - 1, -1, -1):
            here = rungs == rung
            if np.count_nonzero(here & told.ok & ~told.pruned) < enough:
                continue
            known = told.take(np.flatnonzero(here | ~told.ok))
            proposal = self._model.propose(
                Situation(situation.number, known, situation.pending, situation.seen, situation.rng)
            )
            return Proposal(proposal.row, proposal.info | {"model_rung": rung})
        return self.drawn(situation.seen, situation.rng)
