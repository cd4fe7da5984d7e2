"""Median: a trial goes on while it is in the better half at its step."""

from __future__ import annotations

from optimizers.early_stopping.ranks import RankRule


class Median(RankRule):
    """The median stopping rule (Golovin 2017, Google Vizier), on the best so far."""

    name = "median"
    title = "Median of the others"
    summary = "Stops a trial that is worse than half of the others at its step."
    percentile = 50.0
    bound_in_words = "the median"
