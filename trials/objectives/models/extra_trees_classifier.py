"""Extremely randomised trees for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._random_forest import TREES, forest_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.ExtraTreesClassifier",
    title="Extra trees",
    task="classification",
    family="extra_trees",
    summary="A forest whose trees also split at random. Quicker than a random forest, often as good.",
    make_space=lambda dataset: forest_space(
        dataset, ("gini", "entropy"), root_of_columns=True, bootstrap=False
    ),
    missing_values=True,
    resources=(TREES,),
)
