"""Wilcoxon: stops a trial whose folds are significantly worse than the best trial's same folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.early_stopping.base import Curve, Floats, Horizon, Reason, Rule, Warmup, whose
from optimizers.early_stopping.paired import chance_to_lead, paired, spread_of
from optimizers.errors import OptionError

#: Up to so many pairs the distribution is exact; beyond, the normal one is as good.
_EXACT_PAIRS = 50


class Wilcoxon(Rule):
    """The signed-rank test (Wilcoxon 1945) of the paired folds of a trial and of the best complete one.

    Three folds that are all worse have p = 0.125, four 0.063: it is for eight folds or more. Ranks do not see
    by how much folds are worse, so a trial is stopped only if a bound on its mean over all folds agrees:
    hardly any is stopped then that would have been the best (docs/benchmarks.md).
    """

    name = "wilcoxon"
    title = "Paired folds (Wilcoxon)"
    summary = "Stops a trial whose folds are significantly worse than the best trial's. For 8 folds or more."
    fits = ("folds",)

    @dataclass(frozen=True)
    class Options(Warmup):
        warmup_trials: int = field(
            default=1,
            metadata={"help": "As many trials finish before any is stopped.", "min": 1, "max": 10_000},
        )
        p: float = field(
            default=0.25,
            metadata={
                "help": "Stop below this probability that it only looks worse.",
                "min": 1e-6,
                "max": 0.5,
            },
        )
        chance: float = field(
            default=0.02,
            metadata={
                "help": "And below this probability that its other folds bring it back to the best.",
                "min": 1e-6,
                "max": 1.0,
            },
        )

    def __init__(self, horizon: Horizon, options: Any = None) -> None:
        super().__init__(horizon, options)
        if horizon.total and 0.5 ** (horizon.total - 1) >= self.options.p:
            raise OptionError(
                f"wilcoxon could stop no trial of {horizon.total:g} folds: fewer cannot be worse at "
                f"p < {self.options.p:g}; choose race, or more folds",
                option="name",
            )

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        best = self.best(finished)
        differences = paired(own, best)
        if len(differences) < 2 or differences.mean() <= 0:
            return None
        p = worse_by_chance(differences)
        if p >= self.options.p:
            return None
        if total and chance_to_lead(differences, total, spread_of(finished, best)) > self.options.chance:
            return None
        level = float(own.values[np.isin(own.steps, best.steps)].mean())
        return Reason(
            f"Worse than {whose(best)}, the best, on {np.count_nonzero(differences > 0)} of "
            f"{len(differences)} folds (p = {p:.2g}): its mean was {{level}} instead of {{best}}",
            {"level": level, "best": level - float(differences.mean())},
        )


def worse_by_chance(differences: Floats) -> float:
    """The probability of so large a signed-rank sum if both were equally good; zeros count for neither."""
    differences = differences[np.isfinite(differences)]
    size = np.abs(differences)
    order = np.sort(size)
    # Doubled mean ranks, so that ties stay whole numbers.
    ranks = np.searchsorted(order, size, side="left") + np.searchsorted(order, size, side="right") + 1
    signed = ranks[differences != 0]
    observed = int(ranks[differences > 0].sum())
    if len(signed) == 0:
        return 1.0
    if len(signed) > _EXACT_PAIRS:
        spread = math.sqrt(float((signed.astype(float) ** 2).sum())) / 2
        return 0.5 * math.erfc((observed - 1 - signed.sum() / 2) / spread / math.sqrt(2))
    ways = np.zeros(int(signed.sum()) + 1)
    ways[0] = 1.0
    for rank in signed.tolist():
        moved = np.zeros_like(ways)
        moved[rank:] = ways[: len(ways) - rank]
        ways = (ways + moved) / 2
    return float(ways[observed:].sum())
