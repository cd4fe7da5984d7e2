"""Linear discriminant analysis."""

from optimizers import Categorical, Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def discriminant_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "solver": Categorical(["svd", "lsqr"], default="svd"),
            "shrinkage": Float(0.0, 1.0, default=0.0, when={"solver": "lsqr"}),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
    title="Linear discriminant analysis",
    task="classification",
    family="linear_discriminant",
    summary="One bell curve for each class, all of one shape, so that straight lines part them. Fast.",
    make_space=discriminant_space,
)
