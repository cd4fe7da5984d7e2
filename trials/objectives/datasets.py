"""The data sets that ship inside scikit-learn: facts at once, rows when a training asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from trials.objectives.base import ObjectiveError, unknown

Task = Literal["classification", "regression"]
#: What a column of X holds: floats (NaN is missing), or str (None is missing).
Kind = Literal["number", "category", "text"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known of a data set without loading it.

    `class_sizes` are the rows of each class, () for regression; `targets` is 1 but for multi-output
    regression. `kinds` and `missing` (how many values each lacks) are parallel to the columns of X, () where
    all are numbers and where none is missing; `column_names` and `class_names` likewise, () where unknown.
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
    column_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    version: int | None = None
    checksum: str = ""

    @property
    def column_kinds(self) -> tuple[Kind, ...]:
        """The kind of each column of X."""
        return self.kinds or ("number",) * self.columns

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


SHIPPED = (
    DatasetInfo(
        name="breast_cancer",
        title="Breast cancer",
        summary="Is a tumour malignant or benign, from measurements of cell nuclei?",
        task="classification",
        rows=569,
        columns=30,
        class_sizes=(212, 357),
    ),
    DatasetInfo(
        name="diabetes",
        title="Diabetes",
        summary="How far does diabetes progress within a year, from ten first measurements?",
        task="regression",
        rows=442,
        columns=10,
    ),
    DatasetInfo(
        name="digits",
        title="Handwritten digits",
        summary="Which digit shows a picture of 8 × 8 pixels?",
        task="classification",
        rows=1797,
        columns=64,
        class_sizes=(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
    ),
    DatasetInfo(
        name="iris",
        title="Iris flowers",
        summary="Which of three species, from the size of petals and sepals?",
        task="classification",
        rows=150,
        columns=4,
        class_sizes=(50, 50, 50),
    ),
    DatasetInfo(
        name="linnerud",
        title="Linnerud fitness",
        summary="Weight, waist and pulse of twenty people, from three exercises.",
        task="regression",
        rows=20,
        columns=3,
        targets=3,
    ),
    DatasetInfo(
        name="wine",
        title="Wine",
        summary="Which of three growers made a wine, from its chemical analysis?",
        task="classification",
        rows=178,
        columns=13,
        class_sizes=(59, 71, 48),
    ),
)


def available_datasets(task: Task | None = None) -> tuple[DatasetInfo, ...]:
    """The data sets by name, of one task or of both."""
    return tuple(info for info in SHIPPED if task in (None, info.task))


def get_dataset(name: str) -> DatasetInfo:
    """The facts of one data set; raises ObjectiveError (field "dataset") with close matches."""
    found = {info.name: info for info in SHIPPED}
    if name not in found:
        raise ObjectiveError("dataset", unknown("data set", name, found))
    return found[name]


@cache
def load(name: str) -> Dataset:
    """The rows of one data set, read-only and kept in memory; raises ObjectiveError (field "dataset")."""
    info = get_dataset(name)
    from sklearn import datasets as shipped

    X, y = getattr(shipped, f"load_{name}")(return_X_y=True)
    X.setflags(write=False)
    y.setflags(write=False)
    return Dataset(info, X, y)
