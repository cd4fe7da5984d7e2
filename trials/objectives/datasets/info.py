"""DatasetInfo and Dataset: what is known of a table, and its rows; made by `shipped` and `uploaded`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

Task = Literal["classification", "regression"]
#: What a column of X holds: floats (NaN is missing), or str (None is missing).
Kind = Literal["number", "category", "text"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known of a data set without loading it.

    `class_sizes` are the rows of each class, () for regression; `targets` is 1 but for multi-output
    regression. `kinds` and `missing` (how many values each lacks) are parallel to the columns of X, () where
    all are numbers and where none is missing; `distinct` (how many different values each has, None where they
    are too many to count), `column_names` and `class_names` likewise, () where unknown; `target` is the name
    of the column that is predicted, "" where it has none.
    `version` counts the uploads under one name, None for what ships.
    """

    name: str
    title: str
    summary: str
    task: Task
    rows: int
    columns: int
    class_sizes: tuple[int, ...] = ()
    targets: int = 1
    kinds: tuple[Kind, ...] = ()
    missing: tuple[int, ...] = ()
    distinct: tuple[int | None, ...] = ()
    column_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    target: str = ""
    version: int | None = None
    checksum: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> DatasetInfo:
        """From its JSON form."""
        lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        return cls(**{**data, **lists})

    def to_dict(self) -> dict[str, Any]:
        """As JSON, to be sent to a training."""
        return asdict(self)

    @property
    def column_kinds(self) -> tuple[Kind, ...]:
        """The kind of each column of X."""
        number: Kind = "number"
        return self.kinds or (number,) * self.columns

    @property
    def clean(self) -> bool:
        """Whether X is floats without a gap, so that every model takes it as it is."""
        return not any(self.missing) and set(self.column_kinds) <= {"number"}

    @property
    def classes(self) -> int:
        """The number of classes, 0 for regression."""
        return len(self.class_sizes)

    @property
    def facts(self) -> str:
        """Its size in words."""
        parts = [f"{self.rows:,} rows", f"{self.columns} columns"]
        if self.classes:
            parts.append(f"{self.classes} classes")
        if self.targets > 1:
            parts.append(f"{self.targets} targets")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows of a data set: X is (rows, columns), y is (rows,), or (rows, targets) for several targets.

    X is float64 with NaN for what is missing when all columns are numbers; else it is an object array whose
    columns hold floats (NaN is missing) or str (None is missing), as `info.column_kinds` says. Classes in y
    are the whole numbers 0, 1, … in the order of `info.class_names`.
    """

    info: DatasetInfo
    X: np.ndarray
    y: np.ndarray
