"""Lasso, a linear model that leaves columns out."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec

MODEL = ModelSpec(
    estimator="sklearn.linear_model.Lasso",
    title="Lasso",
    task="regression",
    family="sparse_linear",
    summary="A linear model without weights for columns that say little; columns are standardised.",
    make_space=lambda dataset: Space({"alpha": Float(1e-4, 1e3, log=True, default=1.0)}),
    scaled=True,
)
