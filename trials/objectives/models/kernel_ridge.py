"""Kernel ridge regression."""

from optimizers import Categorical, Float, Integer, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo


def kernel_ridge_space(dataset: DatasetInfo | None) -> Space:
    """scikit-learn's own gamma is 1 / columns, which is the default where they are known."""
    own = None if dataset is None else 1 / dataset.columns
    curved = {"kernel": ["rbf", "laplacian", "poly"]}
    return Space(
        {
            "kernel": Categorical(["linear", "rbf", "laplacian", "poly"], default="linear"),
            "alpha": Float(1e-4, 1e2, log=True, default=1.0),
            "gamma": Float(min(1e-4, own or 1e-4), 10.0, log=True, default=own, when=curved),
            "degree": Integer(2, 4, default=3, when={"kernel": "poly"}),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.kernel_ridge.KernelRidge",
    title="Kernel ridge regression",
    task="regression",
    family="kernel_ridge",
    summary="Ridge regression bent by a kernel. For up to 5,000 rows; columns and target are standardised.",
    make_space=kernel_ridge_space,
    scaled=True,
    target_scaled=True,
)
