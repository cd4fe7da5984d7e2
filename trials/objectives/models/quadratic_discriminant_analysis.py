"""Quadratic discriminant analysis."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._zeros import zeroed

#: Less does not count as more than nothing where columns say the same.
NOTHING = 1e-4

MODEL = ModelSpec(
    estimator="sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
    title="Quadratic discriminant analysis",
    task="classification",
    family="quadratic_discriminant",
    summary="One bell curve for each class, each of its own shape. Needs more rows in a class than columns.",
    make_space=lambda dataset: Space({"reg_param": Float(NOTHING, 1.0, log=True, default=NOTHING)}),
    arguments=zeroed(reg_param=NOTHING),
)
