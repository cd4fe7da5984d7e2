"""The space of random forests, for both tasks."""

from __future__ import annotations

import math

from optimizers import Boolean, Categorical, Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.preparation import prepared_columns
from trials.objectives.resources import trees

#: No tree of the usual data sets grows deeper, so that this stands for scikit-learn's "no limit".
DEEPEST = 50
#: Trees that are added later may be grown by other rules.
TREES = trees(100, "max_depth", "min_samples_split", "min_samples_leaf", "max_features", "criterion")


def forest_space(
    dataset: DatasetInfo | None, criteria: tuple[str, ...], root_of_columns: bool, bootstrap: bool = True
) -> Space:
    """The space of a forest that by default looks at all columns in a split, or at the square root of their
    number, and whose trees by default see rows drawn for each of them (`bootstrap`), or all.
    """
    parameters = {
        "n_estimators": Integer(10, 500, log=True, default=100),
        "max_depth": Integer(2, DEEPEST, log=True, default=DEEPEST),
        "min_samples_split": Integer(2, 20, log=True, default=2),
        "min_samples_leaf": Integer(1, 20, log=True, default=1),
        "max_features": share_of_columns(dataset) if root_of_columns else Float(0.05, 1.0, default=1.0),
        "bootstrap": Boolean(default=bootstrap),
    }
    if criteria:
        parameters["criterion"] = Categorical(criteria, default=criteria[0])
    return Space(parameters)


def share_of_columns(dataset: DatasetInfo | None) -> Float:
    """The share of the columns that a split looks at; its default gives the square root of their number as
    the model gets them: each category is one.
    """
    if dataset is None:
        return Float(0.05, 1.0)
    columns = prepared_columns(dataset)
    # Half a column more, since scikit-learn rounds down.
    share = min(1.0, (math.isqrt(columns) + 0.5) / columns)
    return Float(min(0.05, share), 1.0, default=share)
