"""Asynchronous successive halving's rule of promotion; called by asha."""

from __future__ import annotations

import numpy as np

from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import Promotion


def highest_promotion(lines: Lines, rungs: int, eta: int) -> Promotion | None:
    """The best trial of the highest rung that is among the first 1/η of the results there and stayed."""
    for rung in range(rungs - 2, -1, -1):
        order = lines.ranked[(lines.rung == rung)[lines.ranked] & ~lines.pending[lines.ranked]]
        first = order[: len(order) // eta]
        free = np.flatnonzero((lines.good & ~lines.promoted)[first])
        if len(free):
            place = int(free[0])
            because = f"number {place + 1} of {len(order)} at its rung, of which one in {eta} goes on"
            return Promotion(int(first[place]), {"rank": place + 1, "of": len(order), "because": because})
    return None
