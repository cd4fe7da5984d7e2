"""The space of a single decision tree, for both tasks."""

from __future__ import annotations

from optimizers import Categorical, Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._random_forest import DEEPEST
from trials.objectives.models._zeros import zeroed

NO_PRUNING = 1e-6
tree_arguments = zeroed(ccp_alpha=NO_PRUNING)


def tree_space(dataset: DatasetInfo | None, criteria: tuple[str, ...] = ()) -> Space:
    """Where a tree stops to grow, and how far it is cut back afterwards."""
    criterion = {"criterion": Categorical(criteria, default=criteria[0])} if criteria else {}
    return Space(
        {
            "max_depth": Integer(1, DEEPEST, log=True, default=DEEPEST),
            "min_samples_split": Integer(2, 50, log=True, default=2),
            "min_samples_leaf": Integer(1, 50, log=True, default=1),
            "max_features": Float(0.1, 1.0, default=1.0),
            "ccp_alpha": Float(NO_PRUNING, 0.1, log=True, default=NO_PRUNING),
            **criterion,
        }
    )
