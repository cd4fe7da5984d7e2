"""Naive Bayes over bell curves."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec

MODEL = ModelSpec(
    estimator="sklearn.naive_bayes.GaussianNB",
    title="Naive Bayes",
    task="classification",
    family="naive_bayes",
    summary="Takes columns as independent bell curves. Instant, and a good thing to compare others with.",
    make_space=lambda dataset: Space({"var_smoothing": Float(1e-12, 1.0, log=True, default=1e-9)}),
)
