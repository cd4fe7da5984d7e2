"""Random forest for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._random_forest import TREES, forest_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.RandomForestClassifier",
    title="Random forest",
    task="classification",
    family="random_forest",
    summary="Many trees on random parts of the data vote. Good as it comes, hard to spoil.",
    make_space=lambda dataset: forest_space(dataset, ("gini", "entropy"), root_of_columns=True),
    missing_values=True,
    resources=(TREES,),
)
