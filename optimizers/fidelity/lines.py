"""Told and pending trials as lines of training that climb a ladder; called by multi-fidelity search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.base import Suggestion
from optimizers.columns import Columns
from optimizers.fidelity.ladder import Ladder
from optimizers.space import Params

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lines:
    """n trials by ascending number; positions are places in these arrays.

    rung (n,): on the ladder, that of its goal.  parent (n,), root (n,): positions; a line's first trial has
    the parent -1 and is its own root.  pending (n,).  good (n,): ended as it should and may be continued.
    value (n,): NaN unless good.  violation (n,): by how much it breaks outcome constraints.
    """

    numbers: NDArray[np.int64]
    rung: Positions
    parent: Positions
    root: Positions
    pending: Flags
    good: Flags
    value: Floats
    violation: Floats
    told: Columns
    waiting: tuple[Suggestion, ...]

    @classmethod
    def of(cls, told: Columns, pending: Sequence[Suggestion], ladder: Ladder) -> Lines:
        """Of results and pending suggestions, both by ascending number."""
        numbers = np.concatenate([told.numbers, _whole([each.number for each in pending])])
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        parents = [-1 if each.parent is None else each.parent for each in pending]
        parent = _places(numbers, np.concatenate([told.parents, _whole(parents)])[order])
        goals = [np.nan if each.fidelity is None else each.fidelity for each in pending]
        rung = ladder.rungs(np.concatenate([told.fidelity, np.array(goals, dtype=np.float64)])[order])
        # Where it was stopped says little about where it was to go: further than its parent at least.
        rung = np.where(parent >= 0, np.minimum(np.maximum(rung, rung[parent] + 1), len(ladder) - 1), rung)
        root = _roots(parent)
        good = _joined(told.ok & ~told.pruned, len(pending), False)[order]
        value = _joined(told.value, len(pending), np.nan)[order]
        stopped = _joined(told.pruned, len(pending), False)[order]
        return cls(
            numbers=numbers,
            rung=_starts_of_stopped(rung, stopped & (parent < 0), parent < 0),
            parent=parent,
            root=root,
            pending=_joined(np.zeros(len(told), dtype=bool), len(pending), True)[order],
            good=good,
            value=np.where(good, value, np.nan),
            violation=_joined(told.violation, len(pending), 0.0)[order],
            told=told,
            waiting=tuple(pending),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def promoted(self) -> Flags:
        """(n,): whether a trial continues it."""
        found = np.zeros(len(self), dtype=bool)
        found[self.parent[self.parent >= 0]] = True
        return found

    @cached_property
    def ranked(self) -> Positions:
        """All positions, best first: good ones by value, those that break constraints behind, then others."""
        return np.lexsort((self.numbers, self.value, self.violation, ~self.good))

    def params(self, position: int) -> Params:
        """The configuration at a position."""
        number = self.numbers[position]
        if self.pending[position]:
            return next(dict(each.params) for each in self.waiting if each.number == number)
        return dict(self.told.params[int(np.searchsorted(self.told.numbers, number))])


def _starts_of_stopped(rung: Positions, stopped: Flags, start: Flags) -> Positions:
    """Rungs, where a stopped start stands on its neighbour's by number: brackets are filled one by one."""
    known = np.flatnonzero(start & ~stopped)
    if not stopped.any() or not len(known):
        return rung
    found = rung.copy()
    for position in np.flatnonzero(stopped):
        place = int(np.searchsorted(known, position))
        near = [known[place - 1]] if place else []
        near += [known[place]] if place < len(known) else []
        found[position] = next((rung[each] for each in near if rung[each] >= rung[position]), rung[position])
    return found


def _roots(parent: Positions) -> Positions:
    """The first trial of each line, found by doubling steps."""
    root = np.where(parent < 0, np.arange(len(parent)), parent)
    while len(root) and (root[root] != root).any():
        root = root[root]
    return root


def _places(numbers: NDArray[np.int64], wanted: NDArray[np.int64]) -> Positions:
    """Positions of wanted numbers, -1 for those that are not there or not earlier."""
    place = np.minimum(np.searchsorted(numbers, wanted), max(len(numbers) - 1, 0))
    there = (wanted >= 0) & (wanted < numbers)
    if len(numbers):
        there &= numbers[place] == wanted
    return np.where(there, place, -1)


def _joined(told: NDArray[Any], pending: int, value: object) -> NDArray[Any]:
    return np.concatenate([told, np.full(pending, value, dtype=told.dtype)])


def _whole(given: Sequence[int]) -> NDArray[np.int64]:
    return np.array(given, dtype=np.int64)
