"""Histogram gradient boosting for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gradient_boosting import ROUNDS, boosting_arguments, boosting_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.HistGradientBoostingClassifier",
    title="Gradient boosting",
    task="classification",
    family="gradient_boosting",
    summary="Small trees, each of which mends what the ones before got wrong. Often the best on tables.",
    make_space=boosting_space,
    arguments=boosting_arguments,
    missing_values=True,
    resources=(ROUNDS,),
)
