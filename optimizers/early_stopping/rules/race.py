"""Race: stops a trial once its remaining folds can hardly bring it back to the best; for few folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtr

from optimizers.early_stopping.base import Curve, Floats, Reason, Rule, Warmup, whose

#: How many folds of a trial's own the spread that others show between folds is worth.
_PRIOR_FOLDS = 3.0


class Race(Rule):
    """A bound on the mean of all folds, from those done (Maron & Moore 1994; here with Student's t).

    With k of K folds done, the difference to the best over all folds is the mean d of the differences so far,
    give or take s·√((K − k)/(K·k)). The spread s comes from the trial's own differences and, worth some folds
    more, from how much those of complete trials to the best spread; so one fold can be enough.
    """

    name = "race"
    title = "Race of few folds"
    summary = "Stops a trial that its remaining folds can hardly bring back to the best. For 2 folds or more."
    fits = ("folds",)

    @dataclass(frozen=True)
    class Options(Warmup):
        p: float = field(
            default=0.05,
            metadata={"help": "Stop below this probability to end up best.", "min": 1e-6, "max": 0.5},
        )

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        best = self.best(finished)
        differences = _paired(own, best)
        done, spreads = len(differences), [_paired(other, best) for other in finished if other is not best]
        variances = [float(each.var(ddof=1)) for each in spreads if len(each) > 1]
        if not done or not variances or total <= done:
            return None
        mean = float(differences.mean())
        freedom = _PRIOR_FOLDS + done - 1
        own_part = float(((differences - mean) ** 2).sum())
        variance = (_PRIOR_FOLDS * float(np.median(variances)) + own_part) / freedom
        spread = math.sqrt(variance * (total - done) / (total * done))
        chance = 0.0 if spread == 0 else float(stdtr(freedom, -mean / spread))
        if mean <= 0 or chance >= self.options.p:
            return None
        return Reason(
            f"After {self.after(own)} its mean was {{level}} where {whose(best)}, the best, had {{best}}: "
            f"the {int(total - done)} left would bring it back with a probability of {_percent(chance)} only",
            {"level": float(own.means[-1]), "best": float(own.means[-1]) - mean},
        )


def _paired(own: Curve, best: Curve) -> Floats:
    """Differences on the folds that both have done, positive where `own` is worse."""
    _, mine, theirs = np.intersect1d(own.steps, best.steps, return_indices=True)
    return np.asarray(own.values[mine] - best.values[theirs])


def _percent(chance: float) -> str:
    return "under 0.1 %" if chance < 0.001 else f"{100 * chance:.1f} %"
