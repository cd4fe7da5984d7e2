"""Huber regression, a linear model that outliers do not pull."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def huber_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "epsilon": Float(1.0, 5.0, log=True, default=1.35),
            "alpha": Float(1e-6, 1e2, log=True, default=1e-4),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.linear_model.HuberRegressor",
    title="Huber regression",
    task="regression",
    family="robust_linear",
    summary="A linear model that outliers hardly pull; columns are standardised.",
    make_space=huber_space,
    scaled=True,
    several_targets=False,
)
