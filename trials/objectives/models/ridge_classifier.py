"""Ridge regression used as a classifier."""

from optimizers import Categorical, Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def ridge_classifier_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "alpha": Float(1e-3, 1e4, log=True, default=1.0),
            "class_weight": Categorical(["none", "balanced"], default="none"),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.linear_model.RidgeClassifier",
    title="Ridge classifier",
    task="classification",
    family="linear",
    summary="Linear regression onto the classes, with small weights. Very fast; columns are standardised.",
    make_space=ridge_classifier_space,
    scaled=True,
    probabilities=False,
)
