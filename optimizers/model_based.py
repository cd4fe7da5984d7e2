"""What optimizers with a model share: initial design, random exploration, saying why; called by algorithms.

An algorithm derives from `ModelBased` and writes `propose`, which sees a `Situation` only, so that
another optimizer (`auto`) can ask it too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Optimizer, Suggestion
from optimizers.columns import Columns
from optimizers.design import SobolRows
from optimizers.errors import OptionError
from optimizers.seen import Seen
from optimizers.space import Space

Floats = NDArray[np.float64]

# Fewer results with a value than this tell a model nothing.
FEWEST_RESULTS = 2


@dataclass(frozen=True)
class Situation:
    """All that a proposal may depend on besides the space and the options."""

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
    """Starts with a small space-filling design, then proposes from a model; some trials stay random."""

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        if self.objectives > 1:
            raise OptionError(
                f"{self.name} optimizes one objective and objectives is {self.objectives}; choose one metric",
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
        told = self.told
        if number < self.startup or np.count_nonzero(told.ok) < FEWEST_RESULTS:
            proposal = Proposal(self._design.row(number), {"mode": "initial"})
        elif rng.random() < self.options.explore:
            proposal = Proposal(self.space.sample_many(rng, 1)[0], {"mode": "random"})
        else:
            proposal = self.propose(Situation(told, self.pending_rows(pending), self.seen(pending), rng))
        info = proposal.info | nearest(self.space, proposal.row, told)
        return Suggestion(number, self.space.decode(proposal.row), info=info)


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
    """Positions of results, best first: complete by value, then pruned (furthest first), then failed."""
    stage = np.where(~told.ok, 2, np.where(told.pruned, 1, 0))
    reached = np.where(told.pruned, -np.nan_to_num(told.fidelity, nan=0.0), 0.0)
    value = np.where(told.ok, told.value, np.inf)
    return np.lexsort((told.numbers, value, reached, stage))
