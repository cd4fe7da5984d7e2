"""Two trials on the same folds: by how much one is worse, and whether the folds left can make up for it.

Called by the rules for folds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtr

from optimizers.early_stopping.base import Curve, Floats

#: How many folds of a trial's own the spread that others show between folds is worth.
_PRIOR_FOLDS = 3.0


def paired(own: Curve, best: Curve) -> Floats:
    """Differences on the folds that both have done, positive where `own` is worse."""
    _, mine, theirs = np.intersect1d(own.steps, best.steps, return_indices=True)
    return np.asarray(own.values[mine] - best.values[theirs])


def spread_of(finished: Sequence[Curve], best: Curve) -> float | None:
    """The usual variance of the differences between a complete trial and the best; None without any."""
    others = [paired(other, best) for other in finished if other is not best]
    variances = [float(each.var(ddof=1)) for each in others if len(each) > 1]
    return float(np.median(variances)) if variances else None


def chance_to_lead(differences: Floats, total: float, usual: float | None) -> float:
    """The probability that the mean over all `total` folds is not above 0, from the (k,) known ones.

    The mean so far, give or take s·√((K − k)/(K·k)) with Student's t. The spread s is that of the differences
    and, worth some folds more, the `usual` variance, where one is known; so one fold can be enough.
    """
    done = len(differences)
    prior = 0.0 if usual is None else _PRIOR_FOLDS
    freedom = prior + done - 1
    if freedom <= 0 or total <= done:
        return 1.0
    mean = float(differences.mean())
    variance = (prior * (usual or 0.0) + float(((differences - mean) ** 2).sum())) / freedom
    spread = math.sqrt(variance * (total - done) / (total * done))
    if spread == 0:
        return float(mean <= 0)
    return float(stdtr(freedom, -mean / spread))


def percent(chance: float) -> str:
    """A small probability in words."""
    return "under 0.1 %" if chance < 0.001 else f"{100 * chance:.1f} %"
