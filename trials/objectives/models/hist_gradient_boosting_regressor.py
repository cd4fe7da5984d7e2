"""Histogram gradient boosting for regression."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gradient_boosting import ROUNDS, boosting_arguments, boosting_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.HistGradientBoostingRegressor",
    title="Gradient boosting",
    task="regression",
    family="gradient_boosting",
    summary="Small trees, each of which mends what the ones before got wrong. Often the best on tables.",
    make_space=boosting_space,
    arguments=boosting_arguments,
    several_targets=False,
    missing_values=True,
    resources=(ROUNDS,),
)
