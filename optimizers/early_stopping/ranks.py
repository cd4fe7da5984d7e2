"""Rules that compare a trial with the others at the same step by rank: `median` and `percentile`."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

from optimizers.early_stopping.base import Curve, Reason, Rule


class RankRule(Rule):
    """Stops what is worse than an order statistic of the complete trials: only ranks count."""

    fits = ("folds", "steps")

    @property
    @abstractmethod
    def percentile(self) -> float:
        """How many percent of the trials are good enough."""

    @property
    @abstractmethod
    def bound_in_words(self) -> str:
        """What a trial must not be worse than."""

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        levels = sorted(self.levels_at(finished, float(own.steps[-1])))
        if len(levels) < self.options.warmup_trials:
            return None
        # The order statistic that errs on the side of going on.
        bound = levels[min(math.ceil(len(levels) * self.percentile / 100), len(levels) - 1)]
        level = float(own.levels(self.horizon.kind)[-1])
        if level <= bound:
            return None
        return Reason(
            f"After {self.after(own)} its value {{level}} was worse than {self.bound_in_words} of "
            f"{len(levels)} complete trials at that point ({{bound}})",
            {"level": level, "bound": bound},
        )
