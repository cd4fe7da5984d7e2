"""Asynchronous successive halving: whoever is in the top third of its rung goes on, at once."""

from __future__ import annotations

import numpy as np

from optimizers.fidelity.halving import highest_promotion
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import FidelitySearch, Promotion, Start


class ASHA(FidelitySearch):
    """ASHA (Li et al. 2020, arXiv 1810.05934): one ladder, promotions decided by what is there.

    Looks from the highest rung down for a trial in the best 1/η of the results of its rung that has not been
    promoted; where there is none, a random configuration begins at the lowest rung.

    create("asha", space, seed=0, min_fidelity=1, max_fidelity=81, eta=3)
    """

    name = "asha"
    title = "Successive halving (ASHA)"
    summary = (
        "Promotes whoever is in the top third of its rung, without waiting: many workers, long trainings."
    )

    def step(self, lines: Lines, used_up: bool, rng: np.random.Generator) -> Promotion | Start:
        return highest_promotion(lines, len(self.ladder), self.ladder.eta) or Start(
            0, {"because": "no trial is in the best part of its rung that has not gone on"}
        )
