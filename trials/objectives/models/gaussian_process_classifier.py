"""Gaussian process for classification."""

from optimizers import Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gaussian_process import EXTRA, kernel_arguments, kernel_parameters

MODEL = ModelSpec(
    estimator="sklearn.gaussian_process.GaussianProcessClassifier",
    title="Gaussian process",
    task="classification",
    family="gaussian_process",
    summary="Rows that are alike belong together, with sound probabilities. For up to 1,000 rows; "
    "columns are standardised.",
    make_space=lambda dataset: Space(kernel_parameters()),
    arguments=kernel_arguments,
    extra=EXTRA,
    scaled=True,
)
