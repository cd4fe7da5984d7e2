"""Hyperband's brackets, found again from the trials at each ask; called by hyperband, bohb and dehb.

Li et al. (2018), JMLR 18. With η = 3 and R = 81 one sweep is 81, 61, 35, 19 and 10 evaluations at 1, 3, 9, 27
and 81. A rung that waits for a result holds up nobody: the next bracket begins meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import FidelitySearch, Promotion, Start

Counts = NDArray[np.intp]


@dataclass(frozen=True)
class Plan:
    """sizes (S, S): how many trials bracket b of a sweep has at each rung; it begins at rung b."""

    sizes: Counts

    @classmethod
    def of(cls, ladder: Ladder) -> Plan:
        """n = ⌈S η^s / (s + 1)⌉ lines in the bracket with s promotions, ⌊n / η⌋ in its next rung …"""
        rungs, eta = len(ladder), ladder.eta
        sizes = np.zeros((rungs, rungs), dtype=np.intp)
        for bracket in range(rungs):
            steps = rungs - 1 - bracket
            begun = -(-rungs * eta**steps // (steps + 1))
            sizes[bracket, bracket:] = [begun // eta**step for step in range(steps + 1)]
        return cls(sizes)

    def begun(self, bracket: int) -> int:
        """How many lines a bracket begins."""
        return int(self.sizes[bracket, bracket])


@dataclass(frozen=True, eq=False)
class Brackets:
    """The brackets that have begun, in order, and the next one: bracket i is number i % S of its sweep.

    member (n,): the bracket of each trial of the lines.  counts are (B, S), by bracket and rung.
    """

    plan: Plan
    lines: Lines
    member: Counts
    begun: Counts
    """(B,): lines of each bracket."""

    @classmethod
    def of(cls, plan: Plan, lines: Lines) -> Brackets:
        """The k-th start at a rung, by number, belongs to the sweep k // (starts of a sweep there)."""
        kinds = len(plan.sizes)
        of_start = np.zeros(len(lines), dtype=np.intp)
        for kind in range(kinds):
            starts = np.flatnonzero((lines.parent < 0) & (lines.rung == kind))
            of_start[starts] = np.arange(len(starts)) // plan.begun(kind) * kinds + kind
        member = of_start[lines.root]
        begun = np.bincount(member[lines.parent < 0], minlength=1)
        return cls(plan, lines, member, np.append(begun, 0))

    def next_step(self, used_up: bool) -> Promotion | Start:
        """The oldest bracket that can promote, else the oldest that is not full begins another line."""
        ready = np.argwhere(self._promotable(used_up))
        if len(ready):
            return self._promotion(int(ready[0, 0]), int(ready[0, 1]))
        bracket = self._filled()
        kind = bracket % len(self.plan.sizes)
        have = int(self.begun[bracket]) if bracket < len(self.begun) else 0
        because = f"start {have + 1} of {self.plan.begun(kind)} in its bracket"
        return Start(kind, self._where(bracket) | {"because": because})

    def _filled(self) -> int:
        """The first bracket that is not full."""
        kinds = len(self.plan.sizes)
        wanted = np.array([self.plan.begun(bracket % kinds) for bracket in range(len(self.begun))])
        missing = np.flatnonzero(self.begun < wanted)
        return int(missing[0]) if len(missing) else len(self.begun)

    def _promotable(self, used_up: bool) -> NDArray[np.bool_]:
        """(B, S): whether a bracket's rung is complete and has sent fewer on than it will."""
        kinds, count = len(self.plan.sizes), len(self.begun)
        kind = np.arange(count) % kinds
        sizes = self.plan.sizes[kind]
        pending, good, sent = (
            self._counted(which)
            for which in (self.lines.pending, self.lines.good, self.lines.promoted & self.lines.good)
        )
        goals = np.zeros((count, kinds), dtype=np.intp)
        goals[:, :-1] = np.minimum(sizes[:, 1:], good[:, :-1])
        found = np.zeros((count, kinds), dtype=bool)
        full = (self.begun > 0) if used_up else (self.begun >= sizes[np.arange(count), kind])
        done = full
        for rung in range(kinds):
            opened = np.where(kind < rung, done, full)
            complete = opened & (kind <= rung) & (pending[:, rung] == 0)
            found[:, rung] = complete & (sent[:, rung] < goals[:, rung])
            done = complete & (sent[:, rung] >= goals[:, rung])
        return found

    def _counted(self, which: NDArray[np.bool_]) -> Counts:
        """(B, S) how many trials of each bracket and rung."""
        kinds = len(self.plan.sizes)
        places = self.member[which] * kinds + self.lines.rung[which]
        return np.bincount(places, minlength=len(self.begun) * kinds).reshape(-1, kinds)

    def _promotion(self, bracket: int, rung: int) -> Promotion:
        lines = self.lines
        here = (self.member == bracket) & (lines.rung == rung)
        order = lines.ranked[here[lines.ranked]]
        place = int(np.flatnonzero((lines.good & ~lines.promoted)[order])[0])
        size = int(self.plan.sizes[bracket % len(self.plan.sizes), rung + 1])
        because = f"number {place + 1} of {len(order)} in its rung, of which {size} go on"
        found = {"rank": place + 1, "of": len(order), "because": because}
        return Promotion(int(order[place]), self._where(bracket) | found)

    def _where(self, bracket: int) -> dict[str, int]:
        kinds = len(self.plan.sizes)
        return {"bracket": bracket, "sweep": bracket // kinds, "first_rung": bracket % kinds}


class BracketSearch(FidelitySearch):
    """Hyperband's schedule over whatever `propose` begins with."""

    def __init__(self, *arguments: object, **hints: object) -> None:
        super().__init__(*arguments, **hints)
        self.plan = Plan.of(self.ladder)

    def step(self, lines: Lines, used_up: bool, rng: np.random.Generator) -> Promotion | Start:
        return Brackets.of(self.plan, lines).next_step(used_up)
