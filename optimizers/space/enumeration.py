"""Enumeration: counts the configurations of a finite space and addresses them by index, without listing them.

Used by Space for its size and grid, by the grid optimizer and wherever "the ones not tried yet" are drawn.
Choices for the first parameters switch off some of the later ones. Beginnings that switch off the same ones
have the same number of continuations, so counting goes over sets of switched-off parameters, not over
configurations.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space.levels import Levels

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Edge:
    """A condition of a child on one parent, in codes: either `allowed` codes or the range [low, high]."""

    parent: int
    child: int
    allowed: tuple[float, ...] | None
    low: float = -math.inf
    high: float = math.inf

    def holds(self, code: float) -> bool:
        """Whether the condition holds; never for NaN, the code of an inactive parent."""
        return self.low <= code <= self.high if self.allowed is None else code in self.allowed

    def mask(self, codes: Floats) -> NDArray[np.bool_]:
        """`holds` for each of the codes."""
        if self.allowed is None:
            return np.asarray((codes >= self.low) & (codes <= self.high))
        return np.isin(codes, self.allowed)

    def spans(self, levels: Levels) -> list[tuple[int, int]]:
        """Half-open ranges of positions among `levels` where the condition holds."""
        if self.allowed is None:
            above = levels.first_at_least(math.nextafter(self.high, math.inf))
            return [(levels.first_at_least(self.low), above)]
        indexes = (levels.index(code) for code in self.allowed)
        return [(index, index + 1) for index in indexes if index is not None]


@dataclass(frozen=True)
class Segment:
    """Positions [start, stop) of one parameter, all of which switch off the same later parameters."""

    start: int
    stop: int
    off: int


class Enumeration:
    """The configurations given by `levels` (one per parameter) and the conditions between them.

    `size` is exact. `at(index)` gives D codes, NaN where inactive; the first parameter varies slowest.
    `index(codes)` is its inverse, None for codes that are no levels.
    """

    def __init__(self, levels: Sequence[Levels], edges: Sequence[Edge]) -> None:
        self._levels = levels
        self._order = _elimination_order(len(levels), edges)
        self._rank = {parameter: rank for rank, parameter in enumerate(self._order)}
        self._segments = [self._split(parameter, edges) for parameter in self._order]
        self._children = [
            sum({1 << self._rank[edge.child] for edge in edges if edge.parent == parameter})
            for parameter in self._order
        ]
        self._counts = self._count()
        self.size: int = self._counts[0][0]

    def _split(self, parameter: int, edges: Sequence[Edge]) -> list[Segment]:
        levels = self._levels[parameter]
        own = [(edge, edge.spans(levels)) for edge in edges if edge.parent == parameter]
        cuts = {0, levels.count} | {
            cut for _, spans in own for span in spans for cut in span if 0 <= cut <= levels.count
        }
        ends = sorted(cuts)
        return [
            Segment(start, stop, self._switched_off(start, own)) for start, stop in itertools.pairwise(ends)
        ]

    def _switched_off(self, position: int, own: Sequence[tuple[Edge, list[tuple[int, int]]]]) -> int:
        off = 0
        for edge, spans in own:
            if not any(start <= position < stop for start, stop in spans):
                off |= 1 << self._rank[edge.child]
        return off

    def _steps(self, rank: int, off: int) -> list[tuple[Segment | None, int]]:
        """The ways past the parameter at `rank`: a segment (None when it is off) and what is off after it."""
        later = -1 << (rank + 1)
        if off >> rank & 1:
            return [(None, (off | self._children[rank]) & later)]
        return [(segment, (off | segment.off) & later) for segment in self._segments[rank]]

    def _count(self) -> list[dict[int, int]]:
        reachable: list[set[int]] = [{0}]
        for rank in range(len(self._order)):
            reachable.append({after for off in reachable[rank] for _, after in self._steps(rank, off)})
        counts: list[dict[int, int]] = [{} for _ in self._order] + [{0: 1}]
        for rank in reversed(range(len(self._order))):
            for off in reachable[rank]:
                counts[rank][off] = sum(
                    (segment.stop - segment.start if segment else 1) * counts[rank + 1][after]
                    for segment, after in self._steps(rank, off)
                )
        return counts

    def at(self, index: int) -> list[float]:
        if not 0 <= index < self.size:
            raise IndexError(f"configuration {index} of {self.size}")
        codes = [math.nan] * len(self._order)
        off = 0
        for rank, parameter in enumerate(self._order):
            for segment, after in self._steps(rank, off):
                block = self._counts[rank + 1][after]
                span = block * (segment.stop - segment.start if segment else 1)
                if index < span:
                    if segment:
                        position, index = divmod(index, block)
                        codes[parameter] = self._levels[parameter].code(segment.start + position)
                    off = after
                    break
                index -= span
        return codes

    def at_many(self, indexes: NDArray[np.int64]) -> Floats:
        """(n, D) codes at n indexes, as `at` for each; for sizes below 2**62."""
        codes = np.full((len(indexes), len(self._order)), np.nan)
        groups = {0: (np.arange(len(indexes)), np.asarray(indexes, dtype=np.int64))}
        for rank, parameter in enumerate(self._order):
            split: dict[int, list[tuple[NDArray[np.intp], NDArray[np.int64]]]] = {}
            for off, (places, left) in groups.items():
                for segment, after in self._steps(rank, off):
                    block = self._counts[rank + 1][after]
                    span = block * (segment.stop - segment.start if segment else 1)
                    here = (left >= 0) & (left < span)
                    split.setdefault(after, []).append((places[here], left[here] % block))
                    if segment:
                        levels = self._levels[parameter]
                        table = np.array([levels.code(at) for at in range(segment.start, segment.stop)])
                        codes[places[here], parameter] = table[left[here] // block]
                    left = left - span
            groups = {
                after: (
                    np.concatenate([part[0] for part in parts]),
                    np.concatenate([part[1] for part in parts]),
                )
                for after, parts in split.items()
            }
        return codes

    def index(self, codes: Sequence[float]) -> int | None:
        index, off = 0, 0
        for rank, parameter in enumerate(self._order):
            inactive = math.isnan(codes[parameter])
            if inactive != bool(off >> rank & 1):
                return None
            position = None if inactive else self._levels[parameter].index(codes[parameter])
            if position is None and not inactive:
                return None
            for segment, after in self._steps(rank, off):
                block = self._counts[rank + 1][after]
                if segment is None or position is None:
                    off = after
                elif segment.start <= position < segment.stop:
                    index += (position - segment.start) * block
                    off = after
                    break
                else:
                    index += (segment.stop - segment.start) * block
        return index


def _elimination_order(count: int, edges: Sequence[Edge]) -> list[int]:
    """Parameters in their order, but each child as soon as its parents are passed: few are off at once."""
    parents: list[set[int]] = [set() for _ in range(count)]
    children: list[list[int]] = [[] for _ in range(count)]
    for edge in sorted(edges, key=lambda edge: edge.child):
        parents[edge.child].add(edge.parent)
        children[edge.parent].append(edge.child)
    order: list[int] = []
    waiting = [parameter for parameter in reversed(range(count)) if not parents[parameter]]
    while waiting:
        parameter = waiting.pop()
        order.append(parameter)
        passed = set(order)
        waiting.extend(child for child in reversed(children[parameter]) if parents[child] <= passed)
    return order
