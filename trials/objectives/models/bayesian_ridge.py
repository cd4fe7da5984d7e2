"""Bayesian ridge regression."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def bayesian_ridge_space(dataset: DatasetInfo | None) -> Space:
    belief = Float(1e-9, 1e3, log=True, default=1e-6)
    return Space({"alpha_1": belief, "alpha_2": belief, "lambda_1": belief, "lambda_2": belief})


MODEL = ModelSpec(
    estimator="sklearn.linear_model.BayesianRidge",
    title="Bayesian ridge regression",
    task="regression",
    family="bayesian_linear",
    summary="Ridge regression that finds its own penalty from the data; columns are standardised.",
    make_space=bayesian_ridge_space,
    scaled=True,
    several_targets=False,
)
