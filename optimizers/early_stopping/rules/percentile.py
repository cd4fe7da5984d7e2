"""Percentile: a trial goes on while it is among the best share of the others at its step."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizers.early_stopping.base import Warmup
from optimizers.early_stopping.ranks import RankRule


class Percentile(RankRule):
    """Stricter than the median below 50 %, more patient above."""

    name = "percentile"
    title = "Best share of the others"
    summary = "Stops a trial that is not among the best so many percent at its step."

    @dataclass(frozen=True)
    class Options(Warmup):
        percentile: float = field(
            default=25.0,
            metadata={"help": "How many percent of the trials count as good.", "min": 1, "max": 99},
        )

    @property
    def percentile(self) -> float:
        return float(self.options.percentile)

    @property
    def bound_in_words(self) -> str:
        return f"the best {self.percentile:g} %"
