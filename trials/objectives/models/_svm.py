"""The space of support vector machines, for both tasks."""

from __future__ import annotations

from optimizers import Categorical, Float, Integer
from optimizers.space import Parameter
from trials.objectives.datasets import DatasetInfo


def kernel_parameters(dataset: DatasetInfo | None) -> dict[str, Parameter]:
    """The kernel and what only some kernels have.

    On standardised columns scikit-learn's gamma="scale" is 1 / columns, which is the default where they
    are known.
    """
    scale = None if dataset is None else 1 / dataset.columns
    return {
        "kernel": Categorical(["linear", "rbf", "poly", "sigmoid"], default="rbf"),
        "C": Float(1e-3, 1e3, log=True, default=1.0),
        "gamma": Float(
            min(1e-4, scale or 1e-4),
            10.0,
            log=True,
            default=scale,
            when={"kernel": ["rbf", "poly", "sigmoid"]},
        ),
        "degree": Integer(2, 5, default=3, when={"kernel": "poly"}),
    }
