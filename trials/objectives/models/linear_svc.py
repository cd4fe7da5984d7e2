"""Linear support vector machine for classification."""

from optimizers import Categorical, Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def linear_svc_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "C": Float(1e-4, 1e2, log=True, default=1.0),
            "loss": Categorical(["squared_hinge", "hinge"], default="squared_hinge"),
            "class_weight": Categorical(["none", "balanced"], default="none"),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.svm.LinearSVC",
    title="Linear support vector machine",
    task="classification",
    family="linear_support_vector_machine",
    summary="The widest margin between classes, in straight lines. For many rows; columns are standardised.",
    make_space=linear_svc_space,
    scaled=True,
    probabilities=False,
)
