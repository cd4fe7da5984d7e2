"""Elastic net, a linear model that leaves columns out."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def elastic_net_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "alpha": Float(1e-4, 1e3, log=True, default=1.0),
            "l1_ratio": Float(0.0, 1.0, default=0.5),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.linear_model.ElasticNet",
    title="Elastic net",
    task="regression",
    family="sparse_linear",
    summary="A linear model between ridge and lasso: small weights, and none for columns that say little.",
    make_space=elastic_net_space,
    scaled=True,
)
