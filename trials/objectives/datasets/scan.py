"""Reads a whole CSV once, row by row, and says what is in it, or what is wrong: `python -m …scan` in a
process of its own with limits, started by `scanning`.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .column_facts import ColumnFacts
from .faults import TableError, quoted
from .judging import CLASS_CHARACTERS, MOST_CLASSES, guess_target, judged
from .sniff import sample_records, sniff
from .table import Bounds, Reading, column_names, records

BATCH = 4_000
LEAST_ROWS = 10
SHOWN_ROWS = 8
SHOWN_COLUMNS = 60
SHOWN_CHARACTERS = 60
#: Bytes in which the last line is looked for.
TAIL = 1 << 16


def scan(path: Path, given: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    """What is in a table, as JSON; `given` are a person's corrections of how it is read.

    Returns:
        file (SHA-256), size (bytes), reading, remarks, rows, head (the first rows), target (a guess), columns
        (see `judging.judged`; classes besides: all values with their rows and one line, where they are few).

    Raises:
        TableError: saying what is wrong, where, and what to do.
    """
    reading, remarks = sniff(path, given)
    if _lines_without_quotes(path) > bounds.rows + 1 and not reading.encoding.startswith("utf-16"):
        raise _too_many(bounds)
    if _seems_cut_off(path, reading):
        deque(_records(path, reading, bounds), maxlen=0)  # says where, long before the facts would be read
    facts, head, rows = _read(path, reading, bounds)
    if rows == 0:
        what = "only a header and no row below it" if reading.header else "no row"
        raise TableError("file", f"the file holds {what}: export the table with its rows")
    if rows < LEAST_ROWS:
        raise TableError(
            "file", f"the file holds {rows} rows, too few to learn from: a table needs {LEAST_ROWS} or more"
        )
    if not any(column.present for column in facts):
        raise TableError(
            "file", f"every value of all {len(facts)} columns is missing: export the table with its values"
        )
    columns = [judged(column) | {"classes": _classes(column)} for column in facts]
    return {
        "file": _checksum(path),
        "size": path.stat().st_size,
        "reading": reading.to_dict(),
        "remarks": remarks,
        "rows": rows,
        "head": head,
        "target": guess_target(columns),
        "columns": columns,
    }


def _read(path: Path, reading: Reading, bounds: Bounds) -> tuple[list[ColumnFacts], list[list[str]], int]:
    """Every record once: the facts of the columns, the first rows, and the number of rows."""
    stream = _records(path, reading, bounds)
    line, first = next(stream, (1, []))
    names = (
        column_names(first) if reading.header else [f"column_{place}" for place in range(1, len(first) + 1)]
    )
    facts = [ColumnFacts(name, reading.decimal, reading.gaps, len(names)) for name in names]
    batch: list[list[str]] = [] if reading.header else [first]
    lines: list[int] = [] if reading.header else [line]
    head: list[list[str]] = []
    rows = 0
    for line, record in stream:
        batch.append(record)
        lines.append(line)
        if len(batch) >= BATCH:
            rows = _digest(facts, batch, lines, head, rows, bounds)
            batch, lines = [], []
    return facts, head, _digest(facts, batch, lines, head, rows, bounds)


def _records(path: Path, reading: Reading, bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    """The records, each as wide as the first."""
    stream = records(path, reading, bounds)
    line, first = next(stream, (1, []))
    _check_width(first, line, bounds)
    yield line, first
    width = len(first)
    for line, record in stream:
        if len(record) != width:
            raise _uneven(line, record, width, reading)
        yield line, record


def _seems_cut_off(path: Path, reading: Reading) -> bool:
    """Whether a quotation may still be open at the end, or the last line is of another width; told fast."""
    marks = 0
    with path.open("rb") as file:
        first = file.readline(TAIL)
        while block := file.read(1 << 20):
            marks += block.count(b'"')
        file.seek(max(0, file.tell() - TAIL))
        last = file.read().rstrip().rpartition(b"\n")[2]
    ends = (
        sample_records(line.decode(reading.encoding, "replace"), reading.delimiter) for line in (first, last)
    )
    widths = {len(record) for found in ends for record in found[:1]}
    return (marks + first.count(b'"')) % 2 == 1 or len(widths) > 1


def _digest(
    facts: Sequence[ColumnFacts],
    batch: list[list[str]],
    lines: Sequence[int],
    head: list[list[str]],
    rows: int,
    bounds: Bounds,
) -> int:
    """Feed the columns with a batch of rows; returns how many rows there are so far."""
    if rows + len(batch) > bounds.rows:
        raise _too_many(bounds)
    for record in batch[: max(0, SHOWN_ROWS - len(head))]:
        head.append([cell.strip()[:SHOWN_CHARACTERS] for cell in record[:SHOWN_COLUMNS]])
    for column, cells in zip(facts, zip(*batch, strict=True), strict=False):
        column.add(cells, lines)
    return rows + len(batch)


def _too_many(bounds: Bounds) -> TableError:
    return TableError(
        "file", f"the file has more than {bounds.rows:,} rows: upload a random sample of its rows"
    )


def _lines_without_quotes(path: Path) -> int:
    """How many lines hold something, counted fast; 0 where quotation marks may hide ends of lines."""
    lines = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if b'"' in block:
                return 0
            lines += block.count(b"\n") - block.count(b"\n\n") - block.count(b"\n\r\n")
    return lines


def _check_width(first: Sequence[str], line: int, bounds: Bounds) -> None:
    if len(first) > bounds.columns:
        raise TableError(
            "file",
            f"line {line} has {len(first):,} columns, and a table may have {bounds.columns:,}: "
            "leave out columns before you export it",
        )
    if len(first) < 2:
        raise TableError(
            "delimiter",
            f"only one column was found in line {line} ({quoted(first[0] if first else '')}): "
            "choose the sign that divides the columns",
        )


def _uneven(line: int, record: Sequence[str], width: int, reading: Reading) -> TableError:
    standard = "the header" if reading.header else "the first line"
    cells = "1 cell" if len(record) == 1 else f"{len(record)} cells"
    return TableError(
        "file",
        f"line {line} has {cells}, but {standard} has {width} columns; the line begins with "
        f"{quoted(reading.delimiter.join(record[:4]))}: add or remove cells there, or put text that holds "
        "the delimiter in quotation marks",
    )


def _classes(column: ColumnFacts) -> list[list[Any]]:
    """All values with their rows, as a target would have them; [] for too many."""
    if column.counts is None or len(column.counts) > MOST_CLASSES:
        return []
    if any(len(value) > CLASS_CHARACTERS for value in column.counts):
        return []
    return [[value, rows] for value, rows in column.counts.items()]


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(job: Mapping[str, Any]) -> dict[str, Any]:
    """Scan under limits: {"facts": …} or {"field": …, "message": …}."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (job["memory"], job["memory"]))
    try:
        return {"facts": scan(Path(job["path"]), job["given"], Bounds(**job["bounds"]))}
    except TableError as error:
        return {"field": error.field, "message": error.message}
    except MemoryError:
        return {
            "field": "file",
            "message": "the table needs too much memory to be read: upload fewer columns or rows",
        }


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
