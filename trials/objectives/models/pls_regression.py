"""Partial least squares regression."""

from optimizers import Integer, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo

MOST_COMPONENTS = 30


def components_space(dataset: DatasetInfo | None) -> Space:
    most = MOST_COMPONENTS if dataset is None else min(MOST_COMPONENTS, dataset.columns)
    return Space({"n_components": Integer(1, most, default=min(2, most))})


MODEL = ModelSpec(
    estimator="sklearn.cross_decomposition.PLSRegression",
    title="Partial least squares",
    task="regression",
    family="partial_least_squares",
    summary="A linear model on a few directions that say most about the target. For columns much alike.",
    make_space=components_space,
)
