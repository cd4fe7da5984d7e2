"""Random forest for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._random_forest import TREES, forest_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.RandomForestRegressor",
    title="Random forest",
    task="regression",
    family="random_forest",
    summary="The mean of many trees on random parts of the data. Good as it comes, hard to spoil.",
    make_space=lambda dataset: forest_space(dataset, (), root_of_columns=False),
    missing_values=True,
    resources=(TREES,),
)
