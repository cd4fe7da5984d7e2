"""What optimizers that learn share: initial design, random exploration, saying why; called by algorithms.

An algorithm derives from `ModelBased` and writes `propose`, which sees a `Situation` only, so that
another optimizer (`auto`) can ask it too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Optimizer, Suggestion
from optimizers.belief import Belief, Believed
from optimizers.columns import Columns
from optimizers.design import SobolRows
from optimizers.errors import OptionError
from optimizers.seen import Seen
from optimizers.space import Space

Floats = NDArray[np.float64]

# Fewer results with a value than this tell a model nothing.
FEWEST_RESULTS = 2
# Configurations of earlier studies that are tried at once.
MOST_LEADERS = 3
# Candidates drawn from a belief while it counts at least so much.
_FROM_BELIEF, _LEAST_WEIGHT = 100, 0.05


@dataclass(frozen=True)
class Situation:
    """All that a proposal may depend on besides the space and the options."""

    number: int
    told: Columns
    pending: Floats
    """(m, D) rows that are being evaluated."""
    seen: Seen
    rng: np.random.Generator


@dataclass(frozen=True)
class Proposal:
    """A (D,) row, and for people why it was chosen."""

    row: Floats
    info: dict[str, Any] = field(default_factory=dict)


class ModelBased(Optimizer):
    """Starts with a small space-filling design, then proposes from a model; some trials stay random.

    The best configurations of earlier studies (`history`) come first in the design, after the default; where
    parameters have a prior, most of the design is drawn from it.
    """

    most_objectives: ClassVar[int] = 1

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        if self.objectives > self.most_objectives:
            words = (
                "one objective" if self.most_objectives == 1 else f"up to {self.most_objectives} objectives"
            )
            raise OptionError(
                f"{self.name} optimizes {words} and objectives is {self.objectives}; choose "
                + ("one metric, or nsga2, parego or ehvi" if self.most_objectives == 1 else "fewer metrics"),
                option="objectives",
            )
        self._design = SobolRows(self.space, self.seed)

    @abstractmethod
    def propose(self, situation: Situation) -> Proposal:
        """The row that the model wants to see next; at least `FEWEST_RESULTS` results have a value."""

    @property
    def startup(self) -> int:
        """How many trials belong to the initial design, the default configuration included."""
        asked = self.options.startup
        return int(asked) if asked is not None else default_startup(self.space, self.budget)

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        situation = Situation(number, self.told, self.pending_rows(pending), self.seen(pending), rng)
        proposal = self.proposed(number, situation)
        info = proposal.info | nearest(self.space, proposal.row, self.told)
        return Suggestion(number, self.space.decode(proposal.row), info=info)

    def proposed(self, place: int, situation: Situation) -> Proposal:
        """The row at a place of the search: of the initial design, a random one, or the model's."""
        if place < self.startup or np.count_nonzero(situation.told.ok) < FEWEST_RESULTS:
            return self.initial(place)
        if situation.rng.random() < getattr(self.options, "explore", 0.0):
            return Proposal(self.space.sample_many(situation.rng, 1)[0], {"mode": "random"})
        return self.propose(situation)

    def initial(self, number: int) -> Proposal:
        """The row of the initial design for a number."""
        place = number - (self.space.default() is not None)
        if 0 <= place < len(self._leaders):
            return Proposal(self._leaders[place], {"mode": "initial", "from": "an earlier study"})
        row = self._design.row(number)
        if self.belief is None or not self.belief.draws(number):
            return Proposal(row, {"mode": "initial"})
        even = np.where(np.isnan(row), self.rng(number, stream=2).random(len(row)), row)
        return Proposal(self.belief.shaped(even[None])[0], {"mode": "initial", "from": "the prior"})

    @cached_property
    def belief(self) -> Belief | None:
        """Where a person believes good values to be; None where no parameter has a prior."""
        return Belief.of(self.space, self.budget)

    def believed(self, told: Columns) -> list[Believed]:
        """The belief as a term to add to an acquisition; none without a prior."""
        return [] if self.belief is None else [Believed(self.belief, self.belief.weight(len(told)))]

    def from_belief(self, told: Columns, rng: np.random.Generator) -> Floats:
        """(m, D) candidates drawn from the belief while it counts; m is 0 without one."""
        if self.belief is None or self.belief.weight(len(told)) < _LEAST_WEIGHT:
            return np.empty((0, len(self.space)))
        return self.belief.sample(rng, _FROM_BELIEF)

    @cached_property
    def earlier(self) -> Columns:
        """The results of earlier studies that have a value, as columns numbered by their order."""
        usable = [replace(result, number=place) for place, result in enumerate(self.history)]
        objectives = {1 if result.values is None else len(result.values) for result in usable}
        fits = objectives <= {self.objectives}
        return Columns.of(self.space, usable if fits else [], self.objectives)

    @cached_property
    def _leaders(self) -> list[Floats]:
        """Rows of the best results of earlier studies, each unlike the others; at most half of the design."""
        found: list[Floats] = []
        for place in ranked(self.earlier) if len(self.earlier) else ():
            row = self.earlier.rows[place]
            if len(found) >= min(MOST_LEADERS, self.startup // 2) or not self.earlier.ok[place]:
                break
            if all(np.nanmax(np.abs(np.nan_to_num(row - other, nan=1.0))) > 0.1 for other in found):
                found.append(row)
        return found


def default_startup(space: Space, budget: float | None) -> int:
    """A few trials more than there are dimensions, but no more than 10 and a quarter of the budget."""
    size = min(max(4, len(space) + 2), 10)
    return size if budget is None else max(2, min(size, int(budget // 4)))


def nearest(space: Space, row: Floats, told: Columns) -> dict[str, Any]:
    """The number of the result most like a row, and its distance from 0 (the same) to 1, as info."""
    if not len(told):
        return {}
    squared = np.zeros(len(told))
    for index, dimension in enumerate(space.dimensions):
        squared += _apart(told.rows[:, index], row[index], dimension.kind == "categorical") ** 2
    place = int(np.argmin(squared))
    distance = float(np.sqrt(squared[place] / len(space)))
    return {"nearest": int(told.numbers[place]), "nearest_distance": round(distance, 6)}


def _apart(column: Floats, value: float, categorical: bool) -> Floats:
    if np.isnan(value):
        return np.where(np.isnan(column), 0.0, 1.0)
    distance = np.abs(column - value)
    if categorical:
        return np.where(distance < 1e-9, 0.0, 1.0)
    return np.where(np.isnan(column), 1.0, distance)


def ranked(told: Columns) -> NDArray[np.intp]:
    """Positions of results, best first.

    Complete ones by value, then pruned ones (furthest first), then those that break an outcome constraint
    (least first), then failed ones.
    """
    stage = np.where(~told.ok, 3, np.where(told.violation > 0.0, 2, np.where(told.pruned, 1, 0)))
    reached = np.where(stage == 1, -np.nan_to_num(told.fidelity, nan=0.0), 0.0)
    broken = np.where(stage == 2, told.violation, 0.0)
    value = np.where(told.ok, told.value, np.inf)
    return np.lexsort((told.numbers, value, reached, broken, stage))
