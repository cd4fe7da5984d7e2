"""How an uploaded file is read and what its columns are, as JSON beside the file; made by `scan` and by
people's choices, needed by `uploaded`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal, get_args

from .cells import MISSING
from .faults import TableError, quoted
from .info import Kind

Type = Literal["number", "integer", "category", "text", "yesno", "date"]
TYPES: tuple[Type, ...] = get_args(Type)
#: What a column of each type is in X.
KINDS: dict[str, Kind] = {"category": "category", "text": "text"}
#: Types that are numbers, and may be a regression's target.
NUMERIC = ("number", "integer", "yesno", "date")
#: A line that is longer is no row of a table, and is not held in memory.
LINE_CHARACTERS = 8_000_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp1252": "Windows-1252",
    "iso-8859-1": "Latin-1",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a table may be: `field` is the most characters in one cell."""

    rows: int = 1_000_000
    columns: int = 1_000
    field: int = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file's bytes become cells; `missing` are words for no value besides the usual ones."""

    delimiter: str
    encoding: str
    header: bool
    decimal: str
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Reading:
        return cls(**{**data, "missing": tuple(data.get("missing", ()))})

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"missing": list(self.missing)}

    @property
    def gaps(self) -> frozenset[str]:
        """All cells that mean that a value is missing."""
        return MISSING | frozenset(self.missing)


def records(path: Path, reading: Reading, bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    """The records of a file with the line each begins in, the header's among them; blank lines are left out.

    Raises:
        TableError: field "file", with the line, for what is no table.
    """
    csv.field_size_limit(bounds.field)
    with path.open("rb") as binary, TextIOWrapper(binary, reading.encoding, newline="") as text:
        reader = csv.reader(_lines(text, reading, bounds), delimiter=reading.delimiter, strict=True)
        line = 1
        try:
            for record in reader:
                if record:
                    yield line, record
                line = reader.line_num + 1
        except csv.Error as error:
            raise TableError("file", _reason(error, line, reader.line_num, bounds)) from None
        except UnicodeDecodeError as error:
            raise TableError(
                "encoding",
                f"after line {reader.line_num} there are bytes that are no {ENCODINGS[reading.encoding]} "
                f"({error.object[error.start : error.start + 2].hex(' ')}): choose another encoding",
            ) from None


def _lines(text: TextIOWrapper, reading: Reading, bounds: Bounds) -> Iterator[str]:
    number = 0
    while line := text.readline(LINE_CHARACTERS):
        number += 1
        if len(line) == LINE_CHARACTERS and not line.endswith(("\n", "\r")):
            raise TableError("file", _too_long(number, line.count(reading.delimiter) + 1, bounds))
        yield line


def _too_long(line: int, columns: int, bounds: Bounds) -> str:
    if columns > bounds.columns:
        return (
            f"line {line} has more than {columns - 1:,} columns, and a table may have {bounds.columns:,}: "
            "leave out columns before you export it"
        )
    return f"line {line} is longer than {LINE_CHARACTERS:,} characters: export it with one row in each line"


def _reason(error: csv.Error, first: int, last: int, bounds: Bounds) -> str:
    """What the csv module means, in words."""
    text = str(error)
    if "field limit" in text and last - first > 1:
        return (
            f"a quotation mark that opens in line {first} is not closed within {bounds.field:,} characters: "
            "close it, or double the marks that belong to the text"
        )
    if "field limit" in text:
        return (
            f"line {first} holds a cell of more than {bounds.field:,} characters: shorten it, "
            "or leave its column out of the file"
        )
    if "unexpected end" in text:
        return (
            f"the file ends inside a quotation that opens in line {first}: it was cut off, "
            "or a quotation mark is missing; export it again"
        )
    if "expected after" in text:
        return (
            f"line {last} goes on after a closing quotation mark: put the whole cell in quotation marks, "
            "and double those that belong to its text"
        )
    return f"line {last} cannot be read as CSV ({text}): export the file again"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is to be used: `used` is False where it is left out."""

    name: str
    type: Type
    used: bool = True

    @property
    def kind(self) -> Kind:
        """What its values are in X."""
        return KINDS.get(self.type, "number")


@dataclass(frozen=True, slots=True)
class Table:
    """All that turns a file into X and y: where it is, how it is read, its columns, and which is predicted.

    `class_names` are the classes in the order of their numbers, () for regression.
    """

    path: str
    reading: Reading
    columns: tuple[Column, ...]
    target: str
    class_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Table:
        return cls(
            path=data["path"],
            reading=Reading.of(data["reading"]),
            columns=tuple(Column(**column) for column in data["columns"]),
            target=data["target"],
            class_names=tuple(data["class_names"]),
        )

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns of X, in order."""
        return tuple(column for column in self.columns if column.used and column.name != self.target)

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "reading": self.reading.to_dict(),
            "columns": [asdict(column) for column in self.columns],
            "target": self.target,
            "class_names": list(self.class_names),
        }


def column_names(first: list[str]) -> list[str]:
    """The names that a header gives the columns; one without a name is called by its place.

    Raises:
        TableError: field "header", for a name twice, too long, or with signs that cannot be stored.
    """
    names: list[str] = []
    for place, cell in enumerate(first, 1):
        name = " ".join(cell.split()) or f"column_{place}"
        if not name.isprintable():
            raise TableError(
                "header",
                f"the name of column {place}, {quoted(name)}, holds signs that cannot be shown: rename it",
            )
        if len(name) > 200:
            raise TableError(
                "header",
                f"the name of column {place}, {quoted(name)}, has {len(name):,} characters: use 200 or fewer",
            )
        if name in names:
            raise TableError(
                "header",
                f"columns {names.index(name) + 1} and {place} are both called {quoted(name)}: rename "
                "one of them (or say that the first line is no header)",
            )
        names.append(name)
    return names
