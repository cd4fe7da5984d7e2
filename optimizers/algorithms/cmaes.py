"""CMA-ES: a normal distribution that learns where to move, how far, and in which directions to stretch."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.covariance import Constants, State
from optimizers.model_based import ModelBased, Proposal, Situation, ranked

Floats = NDArray[np.float64]

_STREAM = 1_000_037
_KEPT = 4096
_TRIES = 6


class CMAES(ModelBased):
    """Covariance matrix adaptation (Hansen, arXiv 1604.00772) with margins for steps, shares for categories.

    After an even design the trials come in generations, by their number. A generation is drawn from the state
    that the results of earlier ones give, as many of them as there are: nobody waits, late results still
    count. The state is replayed from the results in the order of their numbers. A distribution that has
    collapsed starts anew elsewhere.

    create("cmaes", space, seed=0, step=0.2)
    """

    name = "cmaes"
    title = "CMA-ES"
    summary = "Learns scales and directions of numeric parameters: the choice for hundreds of cheap trials."

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={
                "help": "Trials spread evenly before the first generation; empty: by the space.",
                "min": 1,
            },
        )
        generation: int | None = field(
            default=None,
            metadata={
                "help": "Trials in a generation; empty: by parameters and workers.",
                "min": 4,
                "max": 500,
            },
        )
        step: float = field(
            default=0.2,
            metadata={"help": "First step length, as a share of a range.", "min": 0.01, "max": 1.0},
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._states: OrderedDict[bytes, State] = OrderedDict()
        numeric = sum(dimension.kind != "categorical" for dimension in self.space.dimensions)
        size = self.options.generation or max(4 + int(3 * np.log(max(numeric, 1))), self.parallelism)
        self._constants = Constants(max(numeric, 1), int(size))

    def propose(self, situation: Situation) -> Proposal:
        size = self._constants.generation
        generation = (situation.number - self.startup) // size
        state, restarts = self._replayed(situation.told, generation)
        row = self.space.snap_many(state.draw(situation.rng)[None])[0]
        for _ in range(_TRIES):
            if not situation.seen.mask(row[None])[0]:
                break
            row = self.space.snap_many(state.draw(situation.rng)[None])[0]
        info = {"mode": "evolve", "generation": int(generation), "restarts": restarts}
        return Proposal(row, info | {"step": round(state.step, 6)})

    def _replayed(self, told: Columns, generation: int) -> tuple[State, int]:
        """The state before a generation, and how often it started anew."""
        first = told.numbers < self.startup
        state = State.start(self.space.dimensions, self._centre(told, first), self.options.step)
        key = hashlib.blake2b(state.mean.tobytes(), digest_size=16).digest()
        rank = np.empty(len(told), dtype=np.intp)
        rank[ranked(told)] = np.arange(len(told))
        restarts = 0
        size = self._constants.generation
        edges = np.searchsorted(told.numbers, self.startup + size * np.arange(generation + 1))
        for turn, (start, stop) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
            places = np.arange(start, stop)[told.ok[start:stop]]
            if len(places) < 2:
                continue
            rows = told.rows[places[np.argsort(rank[places])]]
            key = hashlib.blake2b(key + rows.tobytes(), digest_size=16).digest()
            known = self._states.get(key)
            if known is None:
                rng = self.rng(turn, stream=_STREAM)
                known = state.moved(rows, self._constants, self.space.dimensions, rng)
                self._keep(key, known)
            state = known
            if state.collapsed:
                restarts += 1
                mean = self.space.sample_many(self.rng(restarts, stream=_STREAM + 1), 1)[0]
                state = State.start(self.space.dimensions, _centred(mean), self.options.step)
        return state, restarts

    def _centre(self, told: Columns, first: NDArray[np.bool_]) -> Floats:
        """The best of the design; the middle of the space where there is none."""
        order = ranked(told)
        usable = order[first[order] & told.ok[order]]
        return _centred(told.rows[usable[0]]) if len(usable) else np.full(len(self.space), 0.5)

    def _keep(self, key: bytes, state: State) -> None:
        self._states[key] = state
        while len(self._states) > _KEPT:
            self._states.popitem(last=False)


def _centred(row: Floats) -> Floats:
    return np.where(np.isnan(row), 0.5, row)
