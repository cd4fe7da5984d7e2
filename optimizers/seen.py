"""Seen: which configurations have been told or are pending, and which others there are. Used by Optimizer."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Enumeration, Params, Space

Floats = NDArray[np.float64]

OTHERS_DRAWN = 64


class Told:
    """The configurations of all results so far; marks and indexes are worked out when asked for."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.keys: set[Hashable] = set()
        self._arrived: list[Params] = []
        self._marks: tuple[int, set[bytes]] = (0, set())
        self._indexes: dict[int, tuple[int, set[int]]] = {}

    def add(self, params: Params) -> None:
        key = self.space.key(params)
        if key not in self.keys:
            self.keys.add(key)
            self._arrived.append(params)

    def marks(self) -> set[bytes]:
        count, marks = self._marks
        marks |= set(marks_of(self.space.encode_many(self._arrived[count:])))
        self._marks = len(self._arrived), marks
        return marks

    def indexes(self, points: Enumeration) -> set[int]:
        count, indexes = self._indexes.get(id(points), (0, set()))
        indexes |= indexes_of(self.space, points, self._arrived[count:])
        self._indexes[id(points)] = len(self._arrived), indexes
        return indexes


@dataclass(frozen=True)
class Taken:
    """Indexes of an enumeration that are used up: told ones, and pending ones that are not told."""

    told: set[int]
    pending: set[int]

    def __contains__(self, index: int) -> bool:
        return index in self.told or index in self.pending

    def __len__(self) -> int:
        return len(self.told) + len(self.pending)

    def free(self, position: int) -> int:
        """The index at `position` among those that are not used up."""
        for index in sorted(self.told | self.pending):
            if index > position:
                break
            position += 1
        return position


class Seen:
    """What one ask must not suggest again: told configurations and pending ones. Knows `in` and `len`."""

    def __init__(self, told: Told, pending: Sequence[Params]) -> None:
        self._told = told
        self._pending = pending
        self._space = told.space
        self._pending_keys = {self._space.key(params) for params in pending} - told.keys

    def __contains__(self, params: Mapping[str, Any]) -> bool:
        key = self._space.key(params)
        return key in self._told.keys or key in self._pending_keys

    def __len__(self) -> int:
        return len(self._told.keys) + len(self._pending_keys)

    def mask(self, rows: Floats) -> NDArray[np.bool_]:
        """(n,): which of (n, D) snapped rows encode a seen configuration. A quick filter for candidates."""
        told = self._told.marks()
        pending = set(marks_of(self._space.encode_many(self._pending)))
        return np.array([mark in told or mark in pending for mark in marks_of(rows)], dtype=bool)

    def taken(self, points: Enumeration) -> Taken:
        """The seen configurations as indexes of `points`, one of the space's enumerations."""
        told = self._told.indexes(points)
        return Taken(told, indexes_of(self._space, points, self._pending) - told)

    def draw_other(self, rng: np.random.Generator) -> Params | None:
        """A configuration not seen; None when none is left or found. All equally likely in a finite space."""
        points = self._space.configurations
        if points is None:
            drawn = self._space.sample_many(rng, OTHERS_DRAWN)
            fresh = np.flatnonzero(~self.mask(drawn))
            return self._space.decode(drawn[fresh[0]]) if len(fresh) else None
        taken = self.taken(points)
        free = points.size - len(taken)
        return self._space.params_of(points.at(taken.free(_below(free, rng)))) if free > 0 else None


def marks_of(rows: Floats) -> list[bytes]:
    """A hashable mark for each of (n, D) rows; rounded, as one value may be encoded with different noise."""
    rounded = np.ascontiguousarray(np.round(rows, 9) + 0.0)
    rounded[np.isnan(rounded)] = -1.0
    return [row.tobytes() for row in rounded]


def indexes_of(space: Space, points: Enumeration, configurations: Iterable[Mapping[str, Any]]) -> set[int]:
    """Indexes of those configurations that are among `points`."""
    found = (points.index(space.codes_of(params)) for params in configurations)
    return {index for index in found if index is not None}


def _below(bound: int, rng: np.random.Generator) -> int:
    """A whole number in [0, bound), also for bounds beyond 64 bits."""
    if bound < 2**62:
        return int(rng.integers(bound))
    return int.from_bytes(rng.bytes(bound.bit_length() // 8 + 9), "big") % bound


def neighbour(space: Space, row: Floats, reach: int, rng: np.random.Generator) -> Floats:
    """A (D,) row near a snapped one: up to `reach` of its active parameters moved, each by a few values.

    Categories get a random choice, and parameters that become active a random value.
    """
    active = np.flatnonzero(~np.isnan(row))
    moved = rng.choice(active, size=min(len(active), 1 + int(rng.integers(reach))), replace=False)
    near = np.where(np.isnan(row), rng.random(len(row)), row)
    for column in moved:
        dimension = space.dimensions[column]
        if dimension.kind == "categorical":
            near[column] = rng.random()
        elif dimension.cardinality is None:
            near[column] += 0.05 * rng.standard_normal()
        else:
            near[column] += rng.choice([-1, 1]) * rng.integers(1, reach + 1) / dimension.cardinality
    return np.asarray(space.snap_many(near[None, :])[0])
