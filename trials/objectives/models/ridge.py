"""Ridge, the linear model for regression."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._polynomial import EXTRA, polynomial_steps, without_polynomial

MODEL = ModelSpec(
    estimator="sklearn.linear_model.Ridge",
    title="Ridge regression",
    task="regression",
    family="linear",
    summary="One weight for each column, kept small. Fast and easy to explain; columns are standardised.",
    make_space=lambda dataset: Space({"alpha": Float(1e-3, 1e4, log=True, default=1.0)}),
    arguments=without_polynomial,
    steps=polynomial_steps,
    extra=EXTRA,
    scaled=True,
)
