"""Gaussian process for regression."""

from optimizers import Float, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.models._gaussian_process import EXTRA, kernel_arguments, kernel_parameters

MODEL = ModelSpec(
    estimator="sklearn.gaussian_process.GaussianProcessRegressor",
    title="Gaussian process",
    task="regression",
    family="gaussian_process",
    summary="A smooth curve through the data, where `alpha` says how noisy they are. For up to 2,000 rows; "
    "columns and target are standardised.",
    make_space=lambda dataset: Space(
        {**kernel_parameters(), "alpha": Float(1e-10, 1.0, log=True, default=1e-10)}
    ),
    arguments=kernel_arguments,
    extra=EXTRA,
    scaled=True,
    target_scaled=True,
)
