"""What a problem is: a space, something to evaluate on it, and how its answers count. For the runner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from optimizers import Space

Params = dict[str, Any]
Family = Literal["real flat", "real conditional", "continuous", "noisy", "failing", "two objectives"]
Half = Literal["tuning", "reported"]

#: The families whose mean is the overall score; the others are reported apart.
MAIN_FAMILIES: tuple[Family, ...] = ("real flat", "real conditional", "continuous")
FAMILIES: tuple[Family, ...] = (*MAIN_FAMILIES, "noisy", "failing", "two objectives")


class EvaluationFailed(Exception):
    """The training of these parameters fails, every time."""


@dataclass(frozen=True)
class Problem:
    """Something to minimise.

    name: unique, also its file of results' key.  evaluate(params, draw): the value, or one value per
    objective; `draw` counts evaluations from the seed on and matters to noisy problems only; raises
    EvaluationFailed.  truth: the value without noise (None: evaluate is exact).  optimum: the least value
    there is, where it is known.  reference: of the hypervolume, for several objectives.
    version: raised when the problem changes, so that stored results no longer count.
    """

    name: str
    family: Family
    space: Space
    evaluate: Callable[[Params, int], float | tuple[float, ...]]
    truth: Callable[[Params], float] | None = None
    optimum: float | None = None
    reference: tuple[float, ...] = ()
    version: int = 1

    @property
    def objectives(self) -> int:
        return max(len(self.reference), 1)


def split(problems: list[Problem]) -> dict[str, Half]:
    """The half of each problem: within a family, sorted by name, every other one is for tuning."""
    halves: dict[str, Half] = {}
    for family in FAMILIES:
        names = sorted(problem.name for problem in problems if problem.family == family)
        halves.update({name: "reported" if place % 2 else "tuning" for place, name in enumerate(names)})
    return halves
