"""Linear regression on a polynomial of the columns."""

from optimizers import Boolean, Integer, Space
from trials.objectives.catalogue import ModelSpec
from trials.objectives.datasets import DatasetInfo
from trials.objectives.models._polynomial import (
    EXTRA,
    highest_degree,
    polynomial_steps,
    without_polynomial,
)


def polynomial_space(dataset: DatasetInfo | None) -> Space:
    return Space(
        {
            "degree": Integer(1, highest_degree(dataset), default=1),
            "interaction_only": Boolean(default=False, when={"degree": {"min": 2}}),
        }
    )


MODEL = ModelSpec(
    estimator="sklearn.linear_model.LinearRegression",
    title="Polynomial regression",
    task="regression",
    family="polynomial",
    summary="A straight line, or with a higher degree a curve. Fast and easy to explain; "
    "columns are standardised.",
    make_space=polynomial_space,
    arguments=without_polynomial,
    steps=polynomial_steps,
    extra=EXTRA,
    scaled=True,
)
