"""Threshold: stops a trial that is worse than a value that a person names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizers.early_stopping.base import Curve, Reason, Rule, Warmup
from optimizers.errors import OptionError


class Threshold(Rule):
    """For trainings that diverge, and where it is known what is hopeless."""

    name = "threshold"
    title = "Worse than a value"
    summary = "Stops a trial that is worse than a value that you name."
    fits = ("folds", "steps")

    @dataclass(frozen=True)
    class Options(Warmup):
        warmup_trials: int = field(
            default=1,
            metadata={"help": "As many trials finish before any is stopped.", "min": 1, "max": 10_000},
        )
        threshold: float | None = field(
            default=None,
            # A value of the objective: whoever makes the rule for a study that maximises turns its sign.
            metadata={"help": "A trial that is worse than this value is stopped.", "value": True},
        )

        def __post_init__(self) -> None:
            if self.threshold is None:
                raise OptionError(
                    "threshold is missing: name the value that a trial must not be worse than",
                    option="threshold",
                )

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        level, bound = float(own.levels(self.horizon.kind)[-1]), float(self.options.threshold)
        if level <= bound:
            return None
        return Reason(
            f"After {self.after(own)} its value {{level}} was worse than the threshold {{bound}}",
            {"level": level, "bound": bound},
        )
