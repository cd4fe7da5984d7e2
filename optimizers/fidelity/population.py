"""Population-based training: members train on, bad ones from the weights of good ones; called by pbt and pb2.

Jaderberg et al. (2017), arXiv 1711.09846. A member is a line of trials; each step of its training is a trial
whose parent is the step before. Exploiting is a step that starts from another member's checkpoint
(`start_from`), so the schedule of a member's parameters can be read off the trials and trained again.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import OptionError
from optimizers.fidelity.ladder import Ladder, checked_range
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import FidelitySearch, Promotion, Start
from optimizers.space import Params

Positions = NDArray[np.intp]

# Fewer members than this at a step cannot be told good from bad.
_FEWEST = 4
# How often a step that failed or was stopped is tried again from better weights.
_TRIES = 2


@dataclass(frozen=True)
class PopulationOptions:
    """Options of population-based training."""

    population: int | None = field(
        default=None,
        metadata={"help": "Members that train side by side; empty: by the budget.", "min": 2, "max": 1000},
    )
    steps: int = field(
        default=10,
        metadata={
            "help": "Parts of a full training, between which members are compared.",
            "min": 2,
            "max": 1000,
        },
    )
    quantile: float = field(
        default=0.25,
        metadata={
            "help": "Share of the members that copy, and share that is copied.",
            "min": 0.01,
            "max": 0.5,
        },
    )


@dataclass(frozen=True)
class Step:
    """A member's next step: the trial it follows, and whose weights it takes (itself: its own)."""

    position: int
    source: int
    info: dict[str, Any]


class Populations(FidelitySearch):
    """Members of one population step by step; when all are trained or busy the next population begins."""

    Options: ClassVar[type[Any]] = PopulationOptions

    def make_ladder(self) -> Ladder:
        low, high = checked_range(self.name, self.min_fidelity, self.max_fidelity)
        steps = min(self.options.steps, int(high / low + 1e-9))
        if steps < 2:
            raise OptionError(
                f"{self.name} needs two steps, and from {low:g} to {high:g} there is one: "
                f"lower its least value to {high / 2:g} or less",
                option="steps",
            )
        levels = [high * step / steps for step in range(1, steps + 1)]
        if float(low).is_integer() and float(high).is_integer():
            levels = sorted({float(round(level)) for level in levels})
        return Ladder(tuple(levels), 1)

    @property
    def size(self) -> int:
        """Members of one population."""
        asked = self.options.population
        if asked is not None:
            return int(asked)
        return int(np.clip(10 if self.budget is None else self.budget, max(_FEWEST, self.parallelism), 20))

    @abstractmethod
    def explored(self, lines: Lines, step: Step, rng: np.random.Generator) -> tuple[Params, dict[str, Any]]:
        """Changed parameters for a member that took over weights, and what to say of them."""

    def step(self, lines: Lines, used_up: bool, rng: np.random.Generator) -> Promotion | Start:
        starts = np.flatnonzero(lines.parent < 0)
        population = np.searchsorted(starts, lines.root) // self.size
        ready = self._ready(lines)
        filling = len(starts) // self.size
        earlier = ready[(population[ready] < filling) | used_up]
        if len(earlier):
            return self._next(lines, population, earlier, rng)
        member = len(starts) % self.size
        because = f"member {member + 1} of {self.size} of population {filling + 1} begins"
        return Start(0, {"population": filling, "member": member, "because": because})

    def _ready(self, lines: Lines) -> Positions:
        """Positions of the last good step of each member that is not busy, done or given up."""
        busy = np.zeros(len(lines), dtype=bool)
        busy[lines.root[lines.pending]] = True
        children = lines.parent >= 0
        on = np.zeros(len(lines), dtype=bool)
        on[lines.parent[children & (lines.good | lines.pending)]] = True
        lost = self._lost(lines)
        last = lines.good & ~on & ~busy[lines.root] & (lines.rung < len(self.ladder) - 1)
        return np.flatnonzero(last & (lost <= _TRIES))

    def _lost(self, lines: Lines) -> Positions:
        """(n,) how many steps after each trial failed or were stopped."""
        lost = (lines.parent >= 0) & ~lines.good & ~lines.pending
        return np.bincount(lines.parent[lost], minlength=len(lines))

    def _next(
        self, lines: Lines, population: Positions, ready: Positions, rng: np.random.Generator
    ) -> Promotion:
        """The step of the member that is furthest behind in the oldest population."""
        order = np.lexsort((lines.numbers[ready], lines.rung[ready], population[ready]))
        position = int(ready[order[0]])
        step = self._compared(lines, population, position, rng)
        member = int(np.searchsorted(np.flatnonzero(lines.parent < 0), lines.root[position])) % self.size
        info = step.info | {"population": int(population[position]), "member": member}
        if step.info["mode"] == "continue":
            return Promotion(position, info)
        params, said = self.explored(lines, step, rng)
        source = None if step.source == position else step.source
        return Promotion(position, info | said, params, source)

    def _compared(self, lines: Lines, population: Positions, position: int, rng: np.random.Generator) -> Step:
        """Where a member stands among those that came as far: the last ones take the weights of the first."""
        rung = lines.rung[position]
        peers = (population == population[position]) & (lines.rung == rung) & lines.good
        order = lines.ranked[peers[lines.ranked]]
        place = int(np.flatnonzero(order == position)[0])
        lost = int(self._lost(lines)[position])
        share = max(1, int(self.options.quantile * len(order)))
        found = {"rank": place + 1, "of": len(order)}
        if not lost and (len(order) < _FEWEST or place < len(order) - share):
            because = f"number {place + 1} of {len(order)} at this step: goes on as it is"
            return Step(position, position, found | {"mode": "continue", "because": because})
        best = order[:share][order[:share] != position]
        source = int(best[rng.integers(len(best))]) if len(best) else position
        why = "its last step failed or was stopped" if lost else f"number {place + 1} of {len(order)}"
        because = f"{why}: takes the weights of trial {lines.numbers[source]} and changes its parameters"
        info = found | {"mode": "exploit", "source": int(lines.numbers[source]), "because": because}
        return Step(position, source, info)
