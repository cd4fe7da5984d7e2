"""Random search: each trial drawn from the space on its own; the yardstick for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from optimizers.base import Optimizer, Suggestion
from optimizers.belief import Belief

REDRAWS = 20


class Random(Optimizer):
    """Draws from the ranges and distributions of the space; in a finite one no configuration twice.

    Where parameters have a prior, the first trials are drawn from it, later ones less and less.

    create("random", space, seed=0).ask(1).params
    """

    name = "random"
    title = "Random search"
    summary = (
        "Draws each trial on its own from the ranges: simple, parallel, hard to beat with few parameters."
    )
    learns = False

    @cached_property
    def _belief(self) -> Belief | None:
        return Belief.of(self.space, self.budget)

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        seen = self.seen(pending)
        belief = self._belief if self._belief is not None and self._belief.draws(number) else None
        info = {"mode": "random"} | ({"from": "the prior"} if belief else {})
        for _ in range(REDRAWS):
            params = self.space.decode(belief.sample(rng, 1)[0]) if belief else self.space.sample(rng)
            if params not in seen:
                return Suggestion(number, params, info=info)
        # Nearly used up: drawing again would take ever longer, the ones that are left can be counted.
        return Suggestion(number, seen.draw_other(rng) or params, info=info)
