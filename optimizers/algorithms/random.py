"""Random search: each trial drawn from the space on its own; the yardstick for everything else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizers.base import Optimizer, Suggestion

REDRAWS = 20


class Random(Optimizer):
    """Draws from the ranges and distributions of the space; in a finite one no configuration twice.

    create("random", space, seed=0).ask(1).params
    """

    name = "random"
    title = "Random search"
    summary = (
        "Draws each trial on its own from the ranges: simple, parallel, hard to beat with few parameters."
    )
    learns = False

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        seen = self.seen(pending)
        info = {"mode": "random"}
        for _ in range(REDRAWS):
            params = self.space.sample(rng)
            if params not in seen:
                return Suggestion(number, params, info=info)
        # Nearly used up: drawing again would take ever longer, the ones that are left can be counted.
        return Suggestion(number, seen.draw_other(rng) or params, info=info)
