"""Patience: stops a trial that no longer improves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizers.early_stopping.base import Curve, Reason, Rule, Warmup


class Patience(Rule):
    """Early stopping as in training a network; what leads all others goes on nevertheless."""

    name = "patience"
    title = "No more progress"
    summary = "Stops a trial that has not improved for so many steps, unless it leads."
    fits = ("steps",)

    @dataclass(frozen=True)
    class Options(Warmup):
        warmup_trials: int = field(
            default=1,
            metadata={"help": "As many trials finish before any is stopped.", "min": 1, "max": 10_000},
        )
        patience: int = field(
            default=5, metadata={"help": "How many steps without an improvement.", "min": 1, "max": 10**9}
        )
        min_delta: float = field(
            default=0.0, metadata={"help": "A smaller improvement is none.", "min": 0.0, "max": 1e300}
        )

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        since = _last_improvement(own, self.options.min_delta)
        waited = float(own.steps[-1] - own.steps[since])
        if waited < self.options.patience:
            return None
        return Reason(
            f"At {self.after(own)} it had not improved for {waited:g} steps: its best {{level}} is from step "
            f"{own.steps[since]:g}, and others were better",
            {"level": float(own.least[-1])},
        )


def _last_improvement(own: Curve, min_delta: float) -> int:
    """The place of the last value that was better by more than `min_delta` than the best it beat."""
    last, best = 0, float(own.values[0])
    for place in np.flatnonzero(np.diff(own.least) < 0) + 1:
        if best - own.values[place] > min_delta:
            last, best = int(place), float(own.values[place])
    return last
