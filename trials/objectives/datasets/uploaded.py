"""Turns an uploaded file into X and y, once for each machine: the arrays are kept beside the file, so that
the next training only loads them. Called inside trainings.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from trials.objectives.base import ObjectiveError

from .columns import Classes, Numbers, Words, parser
from .faults import TableError
from .info import Dataset, DatasetInfo
from .sources import install
from .table import Bounds, Column, Table, records

#: The file was within bounds when it was saved, whatever the bounds are now.
BOUNDS = Bounds(rows=2**62, columns=2**31 - 1, field=2**31 - 1)
#: Part of the name of the kept arrays; to be raised when they change.
FORMAT = 1
BATCH = 4_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A source of the one data set that a training's job brought along; `gone` says why it lacks its rows."""

    info: DatasetInfo
    table: Table | None
    gone: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Brought:
        """From the JSON in a job: {"info": …, "table": … or None, "gone": ""}."""
        table = Table.of(data["table"]) if data["table"] else None
        return cls(DatasetInfo.of(data["info"]), table, data["gone"])

    def infos(self) -> Sequence[DatasetInfo]:
        return (self.info,)

    def find(self, name: str, version: int | None) -> DatasetInfo | None:
        return self.info if name == self.info.name and version in (None, self.info.version) else None

    def load(self, info: DatasetInfo) -> Dataset:
        if self.table is None:
            raise ObjectiveError("dataset", self.gone)
        return load_table(info, self.table)


def bring(job: Mapping[str, Any]) -> None:
    """Let this process find the uploaded data set that its job needs, if it needs one."""
    if job.get("data"):
        install(Brought.of(job["data"]))


def load_table(info: DatasetInfo, table: Table) -> Dataset:
    """The rows of an uploaded table that have a target.

    Raises:
        ObjectiveError: field "dataset", when the file does not hold what was stored of it.
    """
    kept = Path(table.path).with_suffix(f".{FORMAT}.npz")
    arrays = Arrays.read(kept)
    if arrays is None:
        try:
            arrays = parse(table)
        except (TableError, OSError) as error:
            raise ObjectiveError("dataset", f"{info.name} cannot be read: {error}") from error
        arrays.write(kept)
    X = arrays.assembled(table.inputs)
    if X.shape != (info.rows, info.columns):
        raise ObjectiveError(
            "dataset", f"{info.name} holds {X.shape[0]} rows and {X.shape[1]} columns, not {info.facts}"
        )
    X.setflags(write=False)
    arrays.y.setflags(write=False)
    return Dataset(info, X, arrays.y)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The used columns: `numbers` (rows, number columns), `codes` (rows, columns of words) into each one's
    `labels`, −1 where missing, and `y` (rows,).
    """

    numbers: np.ndarray
    codes: np.ndarray
    labels: list[list[str]]
    y: np.ndarray

    @classmethod
    def read(cls, path: Path) -> Arrays | None:
        """The arrays kept at `path`; None where there are none that can be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(file["numbers"], file["codes"], json.loads(file["labels"].tobytes()), file["y"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def write(self, path: Path) -> None:
        """Keep the arrays for the next training; a disk without room is no reason not to train."""
        labels = np.frombuffer(json.dumps(self.labels).encode(), dtype=np.uint8)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with draft.open("wb") as file:
                np.savez(file, numbers=self.numbers, codes=self.codes, y=self.y, labels=labels)
            draft.replace(path)
        except OSError as error:
            print(f"The data set's arrays could not be kept for the next training: {error}")
            draft.unlink(missing_ok=True)

    def assembled(self, columns: Sequence[Column]) -> np.ndarray:
        """X as `Dataset` describes it."""
        if all(column.kind == "number" for column in columns):
            return self.numbers
        X = np.empty((len(self.y), len(columns)), dtype=object)
        number = word = 0
        for place, column in enumerate(columns):
            if column.kind == "number":
                X[:, place] = self.numbers[:, number]
                number += 1
            else:
                known = np.array([*self.labels[word], None], dtype=object)
                X[:, place] = known[self.codes[:, word]]
                word += 1
        return X


def parse(table: Table) -> Arrays:
    """Read the whole file; TableError for a cell that is not of its column's type."""
    gaps, decimal = table.reading.gaps, table.reading.decimal
    names = [column.name for column in table.columns]
    target = table.columns[names.index(table.target)]
    truth: Classes | Numbers
    if table.class_names:
        truth = Classes(target, table.class_names)
    else:
        truth = Numbers(target, parser(target, decimal), gaps)
    stores: list[Numbers | Words] = [
        Numbers(column, parser(column, decimal), gaps) if column.kind == "number" else Words(gaps)
        for column in table.inputs
    ]
    places = [(names.index(column.name), store) for column, store in zip(table.inputs, stores, strict=True)]
    for lines, columns in _batches(table, names.index(table.target)):
        for place, store in [*places, (names.index(table.target), truth)]:
            store.add(list(map(str.strip, columns[place])), lines)
    return _arrays(stores, truth)


def _batches(table: Table, target: int) -> Iterator[tuple[list[int], list[tuple[str, ...]]]]:
    """Rows that have a target, turned into columns, with the lines they begin in."""
    gaps = table.reading.gaps
    rows = records(Path(table.path), table.reading, BOUNDS)
    if table.reading.header:
        next(rows)
    lines: list[int] = []
    batch: list[list[str]] = []
    for line, record in rows:
        if record[target].strip() in gaps:
            continue
        lines.append(line)
        batch.append(record)
        if len(batch) == BATCH:
            yield lines, list(zip(*batch, strict=True))
            lines, batch = [], []
    if batch:
        yield lines, list(zip(*batch, strict=True))


def _arrays(stores: Sequence[Numbers | Words], truth: Classes | Numbers) -> Arrays:
    numbers = [store for store in stores if isinstance(store, Numbers)]
    words = [store for store in stores if isinstance(store, Words)]
    rows = len(truth.values)
    return Arrays(
        numbers=_side_by_side(numbers, np.float64, rows),
        codes=_side_by_side(words, np.int32, rows),
        labels=[list(store.known) for store in words],
        y=np.array(truth.values, dtype=np.int64 if isinstance(truth, Classes) else np.float64),
    )


def _side_by_side(stores: Sequence[Numbers | Words], kind: type, rows: int) -> np.ndarray:
    """(rows, stores) of `kind`."""
    columns: np.ndarray = np.empty((rows, len(stores)), dtype=kind)
    for place, store in enumerate(stores):
        columns[:, place] = store.values
    return columns
