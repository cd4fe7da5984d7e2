"""What population methods share: the first generation, sizes that suit the budget; called by algorithms.

None of them waits: the population is made of the results that are there, and who is asked for follows from
the trial's number, so that any number of workers is kept busy and an ask stays a pure function.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.model_based import ModelBased

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PopulationOptions:
    """Options of every population method."""

    population: int | None = field(
        default=None,
        metadata={"help": "Members of the population; empty: by the budget.", "min": 4, "max": 1000},
    )


class Population(ModelBased):
    """The first `size` trials spread evenly, then children of what is there."""

    Options = PopulationOptions
    smallest, largest, part = 8, 40, 1 / 6

    @property
    def size(self) -> int:
        """Members of the population: a part of the budget within limits, or what was asked for."""
        asked = self.options.population
        if asked is not None:
            return int(asked)
        wanted = self.largest // 2 if self.budget is None else self.budget * self.part
        return int(np.clip(wanted, self.smallest, self.largest))

    @property
    def startup(self) -> int:
        return self.size


def slots(told: Columns, order: NDArray[np.intp], size: int) -> list[int]:
    """For each of `size` members the position of its best result, -1 without one.

    A trial belongs to the member `number % size`; `order` are positions from best to worst.
    """
    best = [-1] * size
    members = (told.numbers[order] % size).tolist()
    for position, member in zip(reversed(order.tolist()), reversed(members), strict=True):
        best[member] = position
    return best
