"""Powers and products of columns before a linear model, as the parameter `degree`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from trials.objectives.datasets import DatasetInfo
from trials.objectives.recipe import Call

EXTRA = ("degree", "interaction_only")
MOST_TERMS = 2_000
USUAL_HIGHEST, HIGHEST = 3, 8


def highest_degree(dataset: DatasetInfo | None) -> int:
    """The highest degree, from 2 to 8, whose polynomial of all columns has no more than 2,000 terms."""
    if dataset is None:
        return USUAL_HIGHEST
    fitting = [degree for degree in range(2, HIGHEST + 1) if _terms(dataset.columns, degree) <= MOST_TERMS]
    return max(fitting, default=2)


def polynomial_steps(params: Mapping[str, Any]) -> list[Call]:
    """The columns' polynomial, where there is a degree above 1; without a constant, which the model has."""
    degree = params.get("degree", 1)
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise ValueError(f"degree must be a whole number from 1 on, not {degree!r}")
    if degree == 1:
        return []
    keywords = {
        "degree": degree,
        "interaction_only": params.get("interaction_only", False),
        "include_bias": False,
    }
    return [Call("sklearn.preprocessing.PolynomialFeatures", keywords=keywords)]


def without_polynomial(params: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of `params` for the model itself."""
    return {name: value for name, value in params.items() if name not in EXTRA}


def _terms(columns: int, degree: int) -> int:
    return math.comb(columns + degree, degree)
