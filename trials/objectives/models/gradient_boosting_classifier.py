"""Gradient boosting over exact splits, for classification."""

from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._classic_boosting import ROUNDS, classic_boosting_space

MODEL = ModelSpec(
    estimator="sklearn.ensemble.GradientBoostingClassifier",
    title="Gradient boosting with exact splits",
    task="classification",
    family="classic_gradient_boosting",
    summary="Small trees that mend what the ones before got wrong, at every possible split. For small data.",
    make_space=lambda dataset: classic_boosting_space(),
    resources=(ROUNDS,),
)
