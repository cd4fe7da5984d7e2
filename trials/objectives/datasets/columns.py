"""Collects the values of a table's columns for a training, batch by batch, as numbers or as codes of words;
used by `uploaded`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import nan

from . import cells as meaning
from .faults import TableError, quoted
from .table import Column

Cells = Sequence[str]
Parse = Callable[[str], float]


def parser(column: Column, decimal: str) -> Parse:
    """The function that makes a number of a cell of a number column."""
    if column.type == "yesno":
        return meaning.yes_no
    if column.type == "date":
        return meaning.day
    return lambda cell: meaning.number(cell, decimal)


class Numbers:
    """The values of a number column, NaN where they are missing."""

    def __init__(self, column: Column, parse: Parse, gaps: frozenset[str]) -> None:
        self.column, self.parse, self.gaps = column, parse, gaps
        self.values = array("d")

    def add(self, cells: Cells, lines: Sequence[int]) -> None:
        """The next cells; TableError for one that is no number of the column's type."""
        start = len(self.values)
        try:
            for cell in cells:
                self.values.append(nan if cell in self.gaps else self.parse(cell))
        except (ValueError, OverflowError):
            at = len(self.values) - start
            raise TableError(
                "columns",
                f"line {lines[at]} holds {quoted(cells[at])} in the column {quoted(self.column.name)}, "
                f"which is to be read as {self.column.type}",
            ) from None


class Words:
    """The values of a column of words as codes in the order in which they come; −1 where they are missing."""

    def __init__(self, gaps: frozenset[str]) -> None:
        self.gaps = gaps
        self.values = array("i")
        self.known: dict[str, int] = {}

    def add(self, cells: Cells, lines: Sequence[int]) -> None:
        """The next cells."""
        known, gaps = self.known, self.gaps
        for cell in cells:
            self.values.append(-1 if cell in gaps else known.setdefault(cell, len(known)))


class Classes:
    """A target of classes as the numbers that `names` gives them."""

    def __init__(self, column: Column, names: Sequence[str]) -> None:
        self.column = column
        self.codes = {name: code for code, name in enumerate(names)}
        self.values = array("i")

    def add(self, cells: Cells, lines: Sequence[int]) -> None:
        """The next cells; TableError for one that is no class."""
        for cell, line in zip(cells, lines, strict=True):
            name = class_name(cell, self.column)
            if name not in self.codes:
                raise TableError("target", f"line {line} holds {quoted(cell)}, which is none of the classes")
            self.values.append(self.codes[name])


def class_name(cell: str, column: Column) -> str:
    """What a target's cell is called as a class: yes and YES are the same one."""
    return cell.lower() if column.type == "yesno" else cell
