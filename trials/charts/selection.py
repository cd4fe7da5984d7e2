"""Which trials a chart draws: those that improved, and a fixed number of the others in a long study.

Pure; called by the charts' row and data steps.
"""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

from .base import StudyFacts

#: Above this many trials a chart shows a selection.
SUMMARISE_ABOVE = 2000
#: About how many dots are drawn once it does.
DOTS = 1000
#: How many marks of any other sort are drawn at most then: as many as there is width for.
MARKS = 500

T = TypeVar("T")


def improvements(points: Iterable[tuple[int, float]], facts: StudyFacts) -> list[tuple[int, float]]:
    """Return each (number, value) that was better than all before it; the last one is the best."""
    found: list[tuple[int, float]] = []
    for number, value in points:
        if facts.better(value, than=found[-1][1] if found else None):
            found.append((number, value))
    return found


def stride(count: int) -> int:
    """Return how many to skip to: a power of two, so that a growing study keeps the dots already shown."""
    return 1 << math.ceil(math.log2(max(1.0, count / DOTS)))


def at_resolution(marks: Sequence[T]) -> list[T]:
    """Return about 500 of the marks at most, always with the first and the last."""
    step = math.ceil(len(marks) / MARKS)
    return list(marks) if step <= 1 else [*marks[:-1:step], marks[-1]]
