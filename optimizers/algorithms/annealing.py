"""Simulated annealing: walks to neighbours, and uphill too while it is hot."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.model_based import ModelBased, Proposal, Situation, ranked
from optimizers.variation import filled

Floats = NDArray[np.float64]

_STREAM = 1_000_033
_BUDGET = 100.0
_TRIES = 4


class Annealing(ModelBased):
    """Metropolis walks with a temperature that falls over the budget; ranks stand in for values.

    The walk is replayed from the results in the order of their numbers: each is accepted or not by a random
    number that belongs to it. So there is no state, and several workers share one walk. Steps shrink as it
    cools; now and then it returns to the best place.

    create("annealing", space, seed=0, start_temperature=0.3)
    """

    name = "annealing"
    title = "Simulated annealing"
    summary = "Walks from neighbour to neighbour and cools down: rugged or discrete spaces, simple to follow."

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={"help": "Trials spread evenly before the walk; empty: by the space.", "min": 1},
        )
        start_temperature: float = field(
            default=0.3,
            metadata={
                "help": "How much worse a step may be at first, as a share of all results.",
                "min": 0.01,
                "max": 2.0,
            },
        )
        end_temperature: float = field(
            default=0.01,
            metadata={"help": "The same at the end of the budget.", "min": 0.0001, "max": 1.0},
        )
        step: float = field(
            default=0.3,
            metadata={"help": "Length of the first steps, as a share of a range.", "min": 0.01, "max": 1.0},
        )

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        order = ranked(told)
        here = self._walked(told, order)
        back = rng.random() < 0.1
        if back:
            here = int(order[0])
        warmth = self._temperature(np.array([situation.number]))[0] / self.options.start_temperature
        row = told.rows[here]
        for _ in range(_TRIES):
            row = self._neighbour(told.rows[here], self.options.step * max(warmth, 0.05) ** 0.5, rng)
            if not situation.seen.mask(row[None])[0]:
                break
        info = {"mode": "walk", "from": int(told.numbers[here]), "back_to_best": bool(back)}
        return Proposal(row, info | {"temperature": round(float(warmth), 6)})

    def _walked(self, told: Columns, order: NDArray[np.intp]) -> int:
        """Where the walk stands: the position of its last accepted result."""
        rank = np.empty(len(order))
        rank[order] = np.arange(len(order)) / len(order)
        chance = np.random.default_rng([self.seed, _STREAM]).random(int(told.numbers[-1]) + 1)
        allowed = (-np.log(chance[told.numbers]) * self._temperature(told.numbers)).tolist()
        first = told.numbers < self.startup
        # The walk begins at the best of the design.
        here = int(order[np.argmax(first[order])]) if first.any() else int(order[0])
        height = float(rank[here])
        ranks = rank.tolist()
        for place in np.flatnonzero(~first).tolist():
            if ranks[place] - height <= allowed[place]:
                here, height = place, ranks[place]
        return here

    def _temperature(self, numbers: NDArray[np.int64]) -> Floats:
        first, last = self.options.start_temperature, self.options.end_temperature
        share = np.minimum(numbers / (self.budget or _BUDGET), 1.0)
        return np.asarray(first * (last / first) ** share)

    def _neighbour(self, row: Floats, step: float, rng: np.random.Generator) -> Floats:
        active = np.flatnonzero(~np.isnan(row))
        # One to three parameters at a time: in many dimensions a step in all of them rarely gains.
        moved = rng.choice(active, size=min(len(active), 1 + int(rng.integers(3))), replace=False)
        near = filled(row[None], rng)[0]
        for column in moved:
            dimension = self.space.dimensions[column]
            if dimension.kind == "categorical":
                near[column] = rng.random()
                continue
            length = step * rng.standard_normal()
            if dimension.cardinality is not None:
                length = np.copysign(max(abs(length), 1.0 / dimension.cardinality), length)
            folded = abs(near[column] + length) % 2.0
            near[column] = 2.0 - folded if folded > 1.0 else folded
        return np.asarray(self.space.snap_many(near[None])[0])
