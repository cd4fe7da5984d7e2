"""Race: stops a trial once its remaining folds can hardly bring it back to the best; for few folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizers.early_stopping.base import Curve, Reason, Rule, Warmup, whose
from optimizers.early_stopping.paired import chance_to_lead, paired, percent, spread_of


class Race(Rule):
    """A bound on the mean of all folds, from those done (Maron & Moore 1994; here with Student's t).

    The difference to the best over all folds is the mean of the differences so far, give or take a spread
    that is known from other trials too (see `paired`), so that one fold can be enough.
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
        differences, usual = paired(own, best), spread_of(finished, best)
        if not len(differences) or usual is None or total <= len(differences):
            return None
        mean, chance = float(differences.mean()), chance_to_lead(differences, total, usual)
        if mean <= 0 or chance >= self.options.p:
            return None
        left = int(total - len(differences))
        return Reason(
            f"After {self.after(own)} its mean was {{level}} where {whose(best)}, the best, had {{best}}: "
            f"the {left} left would bring it back with a probability of {percent(chance)} only",
            {"level": float(own.means[-1]), "best": float(own.means[-1]) - mean},
        )
