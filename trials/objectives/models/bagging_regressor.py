"""Bagged decision trees for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._bagging import TREES, bagging_space
from trials.objectives.models._boosted_trees import EXTRA, of_trees

MODEL = ModelSpec(
    estimator="sklearn.ensemble.BaggingRegressor",
    title="Bagged trees",
    task="regression",
    family="bagging",
    summary="Trees that each see some rows and some columns; their mean is steadier than any of them.",
    make_space=bagging_space,
    arguments=of_trees("DecisionTreeRegressor"),
    extra=EXTRA,
    missing_values=True,
    resources=(TREES,),
)
