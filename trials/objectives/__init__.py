"""What a trial evaluates: models on data sets, functions, trainings elsewhere. Knows no Django."""

from trials.objectives.base import (
    Context,
    Evaluation,
    Fidelity,
    FoldScore,
    NonFiniteScore,
    Objective,
    ObjectiveError,
    parse,
)

__all__ = [
    "Context",
    "Evaluation",
    "Fidelity",
    "FoldScore",
    "NonFiniteScore",
    "Objective",
    "ObjectiveError",
    "parse",
]
