"""The problems every optimizer is measured on, in two halves. Called by the runner and the report."""

from __future__ import annotations

from functools import cache

from benchmarks.optimizers.problems.apart import APART
from benchmarks.optimizers.problems.base import (
    FAMILIES,
    MAIN_FAMILIES,
    EvaluationFailed,
    Half,
    Problem,
    split,
)
from benchmarks.optimizers.problems.conditional import CONDITIONAL
from benchmarks.optimizers.problems.flat import FLAT
from benchmarks.optimizers.problems.functions import CONTINUOUS

__all__ = [
    "CORE",
    "FAMILIES",
    "MAIN_FAMILIES",
    "EvaluationFailed",
    "Half",
    "Problem",
    "all_problems",
    "half_of",
]

#: Of the reported half, for peers that need seconds for one ask; three seeds.
CORE = (
    "gradient_boosting_diabetes",
    "logistic_digits",
    "svm_diabetes",
    "families_breast_cancer",
    "families_digits",
    "svm_kernels_breast_cancer",
    "hartmann_6",
    "styblinski_tang_8",
)


@cache
def all_problems() -> dict[str, Problem]:
    """Every problem by name."""
    return {problem.name: problem for problem in (*FLAT, *CONDITIONAL, *CONTINUOUS, *APART)}


@cache
def _halves() -> dict[str, Half]:
    return split(list(all_problems().values()))


def half_of(name: str) -> Half:
    """`tuning`: may be looked at while an optimizer is made; `reported`: only what is published."""
    return _halves()[name]
