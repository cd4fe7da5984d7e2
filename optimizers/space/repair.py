"""Feasible rows: draws them, and turns rows that break a rule into near ones that do not. Used by Space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import SpaceError
from optimizers.space.encoding import Encoding
from optimizers.space.rules import LOOSE, STRICT, Rules

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_POOL = 256
_BATCH = 8192
_MOST_TRIES = 2**18
_BISECTIONS = 8


@dataclass(frozen=True)
class Feasible:
    """The rows of an encoding that keep its rules.

    known: codes of configurations known to keep them, asked for when rejection finds none.
    """

    encoding: Encoding
    rules: Rules
    known: Callable[[], Floats]

    def mask(self, rows: Floats, tolerance: float = LOOSE) -> Mask:
        """(n,): which of (n, D) rows keep the rules."""
        return self.rules.holds(self.encoding.codes_of(rows, self.rules.columns), tolerance)

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """(count, D) rows by rejection; where that takes too long, random ones moved to where it holds."""
        size = len(self.encoding.columns)
        rows = self.encoding.snap(rng.random((count, size)))
        rows = rows[self.mask(rows, STRICT)]
        tries, most = count, max(2048, 16 * count)
        while len(rows) < count and tries < most:
            share = max(len(rows), 1) / tries
            batch = int(min(max(64, 1.2 * (count - len(rows)) / share), _BATCH))
            drawn = self.encoding.snap(rng.random((batch, size)))
            rows = np.vstack([rows, drawn[self.mask(drawn, STRICT)]])
            tries += batch
        missing = count - len(rows)
        if missing > 0:
            rows = np.vstack([rows, self.repaired(self.encoding.snap(rng.random((missing, size))))])
        return rows[:count]

    def repaired(self, rows: Floats) -> Floats:
        """(n, D) snapped rows, those that break a rule replaced by rows near them that do not.

        Only parameters that rules name (and their parents) move: from the nearest row of a fixed pool, one
        after the other back to where it was, or as far as the rules allow.
        """
        bad = np.flatnonzero(~self.mask(rows))
        if not len(bad):
            return rows
        wanted = rows[bad]
        moved = np.where(np.isnan(wanted), self._defaults, wanted)
        moved[:, self._involved] = self.pool[self._nearest(wanted)][:, self._involved]
        for _ in range(2):
            for column in self._involved:
                self._restore(moved, wanted, column)
        for column in self._involved:
            if self.encoding.columns[column].kind != "categorical":
                self._approach(moved, wanted, column)
        repaired = rows.copy()
        repaired[bad] = self.encoding.snap(moved)
        return repaired

    def require_some(self) -> None:
        """SpaceError unless there is a feasible row."""
        _ = self.pool

    @cached_property
    def pool(self) -> Floats:
        """Feasible rows without blanks; SpaceError when none can be found."""
        rng = np.random.default_rng(0)
        found: list[Floats] = []
        tries = 0
        while tries < _MOST_TRIES and sum(map(len, found)) < _POOL:
            drawn = rng.random((_BATCH if tries else 1024, len(self.encoding.columns)))
            found.append(drawn[self.mask(drawn, STRICT)])
            tries += len(drawn)
        rows = np.vstack(found)[:_POOL]
        if not len(rows):
            rows = self.encoding.rows_of(self.known())
        if not len(rows):
            rules = ", ".join(rule.text for rule in self.rules.all)
            raise SpaceError(
                f"no configuration keeps the rules {rules}: none was found in {tries:,} tries; "
                "loosen them, widen the ranges, or give every parameter a default that keeps them",
                field="constraints" if self.rules.constraints else "forbidden",
            )
        return np.where(np.isnan(rows), self._defaults, rows)

    @cached_property
    def _defaults(self) -> Floats:
        return np.array([parameter.default_unit for parameter in self.encoding.columns])

    @cached_property
    def _involved(self) -> Sequence[int]:
        """Columns that rules name and those they depend on, parents first."""
        found = set(self.rules.columns)
        for column in reversed(self.encoding.graph.order):
            if column in found:
                found |= {edge.parent for edge in self.encoding.graph.edges[column]}
        return [column for column in self.encoding.graph.order if column in found]

    def _nearest(self, wanted: Floats) -> NDArray[np.intp]:
        """For each of (m, D) rows the nearest row of the pool."""
        apart = np.zeros((len(wanted), len(self.pool)))
        for column in self._involved:
            away = np.abs(np.nan_to_num(wanted[:, column, None], nan=2.0) - self.pool[None, :, column])
            if self.encoding.columns[column].kind == "categorical":
                away = (away >= 0.5 / float(self.encoding.columns[column].cardinality or 1)).astype(float)
            apart += np.minimum(away, 1.0) ** 2
        return np.asarray(np.argmin(apart, axis=1))

    def _restore(self, moved: Floats, wanted: Floats, column: int) -> None:
        there = ~np.isnan(wanted[:, column]) & (moved[:, column] != wanted[:, column])
        tried = moved[there].copy()
        tried[:, column] = wanted[there, column]
        places = np.flatnonzero(there)[self.mask(tried, STRICT)]
        moved[places, column] = wanted[places, column]

    def _approach(self, moved: Floats, wanted: Floats, column: int) -> None:
        there = np.flatnonzero(~np.isnan(wanted[:, column]) & (moved[:, column] != wanted[:, column]))
        start, end = moved[there, column], wanted[there, column]
        near, far = np.zeros(len(there)), np.ones(len(there))
        tried = moved[there]
        for _ in range(_BISECTIONS):
            middle = 0.5 * (near + far)
            tried[:, column] = start + middle * (end - start)
            kept = self.mask(tried, STRICT)
            near, far = np.where(kept, middle, near), np.where(kept, far, middle)
        moved[there, column] = start + near * (end - start)
