"""The space of nearest neighbours, for both tasks."""

from __future__ import annotations

from optimizers import Categorical, Integer, Space
from trials.objectives.datasets import DatasetInfo

MOST_NEIGHBOURS, USUAL_NEIGHBOURS = 50, 5


def neighbours_space(dataset: DatasetInfo | None) -> Space:
    """How many neighbours, no more than a fold of a small data set has, and how they are weighed."""
    most = MOST_NEIGHBOURS if dataset is None else min(MOST_NEIGHBOURS, dataset.rows // 3)
    return Space(
        {
            "n_neighbors": Integer(1, max(most, USUAL_NEIGHBOURS), log=True, default=USUAL_NEIGHBOURS),
            "weights": Categorical(["uniform", "distance"], default="uniform"),
            "p": Categorical([1, 2], ordered=True, default=2),
        }
    )
