"""Logistic regression, the linear model for classification."""

from optimizers import Categorical, Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def logistic_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "C": Float(1e-4, 1e4, log=True, default=1.0),
            "class_weight": Categorical(["none", "balanced"], default="none"),
            "solver": Categorical(["lbfgs", "saga"], default="lbfgs"),
            "l1_ratio": Float(0.0, 1.0, default=0.0, when={"solver": "saga"}),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.linear_model.LogisticRegression",
    title="Logistic regression",
    task="classification",
    family="linear",
    summary="One weight for each column. Fast and easy to explain; columns are standardised.",
    make_space=logistic_space,
    scaled=True,
)
