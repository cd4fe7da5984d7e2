"""What a scan learns of one column while its cells go by: missing and distinct values, the numbers or dates
in it; made by `scan`, judged by `judging`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from . import cells as meaning

#: No more distinct values than these are kept of a column, and fewer when there are many columns.
MOST_DISTINCT = 10_000
DISTINCT_IN_ALL = 2_000_000
#: Once so many cells fit no number, the column holds none, and no further cell is tried.
HOPELESS = 1_000
SAMPLE = 20_000
SHOWN = 60
Cells = Sequence[str]


class Fit:
    """Whether a column's cells are all of one type: how many are not, and the first of them."""

    def __init__(self, parse: Callable[[str], float], parse_all: Callable[[Cells], list[float]]) -> None:
        self.parse, self.parse_all = parse, parse_all
        self.misfits, self.line, self.value = 0, 0, ""

    def add(self, cells: Cells, lines: Sequence[int]) -> list[float]:
        """The values of those cells that fit."""
        if self.misfits > HOPELESS:
            return []
        try:
            return self.parse_all(cells)
        except (ValueError, OverflowError):
            return [value for cell, line in zip(cells, lines, strict=True) for value in self._one(cell, line)]

    def _one(self, cell: str, line: int) -> list[float]:
        try:
            return [self.parse(cell)]
        except (ValueError, OverflowError):
            self.refuse(cell, line)
            return []

    def refuse(self, cell: str, line: int) -> None:
        if not self.misfits:
            self.line, self.value = line, cell[:SHOWN]
        self.misfits += 1

    def to_dict(self) -> dict[str, Any]:
        return {"misfits": self.misfits, "line": self.line, "value": self.value}


class ColumnFacts:
    """One column of a table, fed with its cells batch by batch.

    `counts` holds how often each value stands, None once there are too many of them: then `all_differ` says
    whether none had come twice until then. `rising`: whole numbers, each one more than the one before.
    """

    def __init__(self, name: str, decimal: str, gaps: frozenset[str], columns: int) -> None:
        self.name, self.gaps = name, gaps
        self.keep = max(100, min(MOST_DISTINCT, DISTINCT_IN_ALL // columns))
        self.rows = self.missing = self.counted = self.worded = self.spaces = 0
        self.counts: Counter[str] | None = Counter()
        self.all_differ = True
        self.numbers = Fit(
            lambda cell: meaning.number(cell, decimal), lambda batch: meaning.numbers(batch, decimal)
        )
        self.dates = Fit(meaning.day, lambda batch: list(map(meaning.day, batch)))
        self.fit: Fit | None = None
        self.whole = self.rising = True
        self.low, self.high, self.last, self.total, self.measured = math.inf, -math.inf, math.nan, 0.0, 0
        self.sample: list[float] = []
        self.stride = 1

    def add(self, cells: Cells, lines: Sequence[int]) -> None:
        """The next cells of the column, and the lines they are in."""
        stripped = list(map(str.strip, cells))
        present = [cell for cell in stripped if cell not in self.gaps]
        if len(present) < len(stripped):
            lines = [line for cell, line in zip(stripped, lines, strict=True) if cell not in self.gaps]
        self.rows += len(stripped)
        self.missing += len(stripped) - len(present)
        if not present:
            return
        self._count(present)
        values = self._chosen_fit(present[0], lines[0]).add(present, lines)
        if values:
            self._measure(values)

    @property
    def present(self) -> int:
        """How many cells hold a value."""
        return self.rows - self.missing

    @property
    def words(self) -> float:
        """The mean number of words in a cell, from the first ones."""
        return 1 + self.spaces / max(1, self.worded)

    def _chosen_fit(self, first: str, line: int) -> Fit:
        """Dates where the column begins with one, numbers else."""
        if self.fit is None:
            try:
                meaning.day(first)
                self.fit = self.dates
                self.numbers.refuse(first, line)
            except (ValueError, OverflowError):
                self.fit = self.numbers
                self.dates.refuse(first, line)
        return self.fit

    def _count(self, present: Cells) -> None:
        if self.counts is None:
            return
        self.counts.update(present)
        self.counted += len(present)
        if self.counted <= SAMPLE:
            self.worded += len(present)
            self.spaces += sum(cell.count(" ") for cell in present)
        self.all_differ = len(self.counts) == self.counted
        if len(self.counts) > self.keep:
            self.counts = None

    def _measure(self, values: Sequence[float]) -> None:
        self.whole = self.whole and all(map(float.is_integer, values))
        steady = values[-1] - values[0] == len(values) - 1 and (
            not self.measured or values[0] == self.last + 1
        )
        self.rising = self.rising and self.whole and steady
        self.last = values[-1]
        self.low, self.high = min(self.low, min(values)), max(self.high, max(values))
        self.total += math.fsum(values)
        self.measured += len(values)
        self.sample.extend(values[:: self.stride])
        while len(self.sample) > SAMPLE:
            self.sample = self.sample[::2]
            self.stride *= 2
