"""Uploaded data where they are needed: their facts for whoever names a data set, their file on the machine
that trains. Installed by the app; called by `execution` and `finals` before they start a process.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from trials.models import Dataset
from trials.objectives.base import ObjectiveError
from trials.objectives.datasets import Dataset as Rows
from trials.objectives.datasets import DatasetInfo, is_shipped
from trials.objectives.datasets.table import Column, Reading, Table
from trials.objectives.datasets.uploaded import load_table
from trials.objectives.process import StartError

from .outage import insist


class Uploads:
    """The source of uploaded data sets: rows of the database."""

    def infos(self) -> Sequence[DatasetInfo]:
        return [
            _info(*found)
            for found in Dataset.objects.newest().values_list("pk", "checksum", "name", "version")
        ]

    def find(self, name: str, version: int | None) -> DatasetInfo | None:
        found = (
            Dataset.objects.named(name, version)
            .values("pk", "checksum", "name", "version", "deleted")
            .first()
        )
        if found is None:
            return None
        if found["deleted"]:
            raise ObjectiveError(
                "dataset",
                f"{name}, version {found['version']}, was deleted on {found['deleted']:%Y-%m-%d}: "
                "upload it again, or choose another",
            )
        return _info(found["pk"], found["checksum"], found["name"], found["version"])

    def load(self, info: DatasetInfo) -> Rows:
        row = Dataset.objects.kept().get(name=info.name, checksum=info.checksum)
        return load_table(info, table_of(row, fetched(row)))


@lru_cache(256)
def _info(pk: int, checksum: str, name: str, version: int) -> DatasetInfo:
    """The facts of a row, which never change while these are the same."""
    return info_of(Dataset.objects.get(pk=pk))


def info_of(row: Dataset) -> DatasetInfo:
    """A row's facts as objectives know them."""
    inputs = [column for column in row.columns if column["used"] and column["name"] != row.target]
    return DatasetInfo(
        name=row.name,
        title=row.title,
        summary=row.summary,
        task=row.task,  # type: ignore[arg-type]
        rows=row.rows,
        columns=len(inputs),
        class_sizes=tuple(rows for _, rows in row.class_sizes),
        kinds=tuple(Column(column["name"], column["type"]).kind for column in inputs),
        missing=tuple(column["missing"] for column in inputs),
        distinct=tuple(column["distinct"] for column in inputs),
        column_names=tuple(column["name"] for column in inputs),
        class_names=tuple(name for name, _ in row.class_sizes),
        target=row.target,
        version=row.version,
        checksum=row.checksum,
    )


def table_of(row: Dataset, path: Path) -> Table:
    """How the file at `path` becomes a row's X and y."""
    return Table(
        path=str(path),
        reading=Reading.of(row.reading),
        columns=tuple(Column(column["name"], column["type"], column["used"]) for column in row.columns),
        target=row.target,
        class_names=tuple(name for name, _ in row.class_sizes),
    )


def equipped(job: dict[str, Any]) -> dict[str, Any]:
    """The job with the uploaded data set that its objective names, whose file is on this machine afterwards.

    Raises:
        StartError: when the file cannot be had here; the machine's fault, never the trial's.
    """
    objective: Mapping[str, Any] = job["objective"]
    name = objective.get("dataset")
    if name is None or is_shipped(name):
        return job
    return job | {"data": insist(lambda: _data(name, objective.get("dataset_version")))}


def _data(name: str, version: int | None) -> dict[str, Any]:
    row = Dataset.objects.named(name, version).first()
    if row is None or row.deleted:
        gone = f"The data set {name}, version {version}, was deleted."
        nothing = DatasetInfo(name, name, "", "regression", 0, 0, version=version)
        return {"info": (info_of(row) if row else nothing).to_dict(), "table": None, "gone": gone}
    try:
        table = table_of(row, fetched(row))
    except OSError as error:
        raise StartError(f"the data set {row} could not be written to {cache()}: {error}") from error
    return {"info": info_of(row).to_dict(), "table": table.to_dict(), "gone": ""}


def cache() -> Path:
    """The folder of this machine's copies."""
    return Path(settings.HOME) / "datasets"


def fetched(row: Dataset) -> Path:
    """The row's file on this machine, fetched whole or not at all.

    Raises:
        OSError: when it cannot be written, or is not all there.
    """
    path = cache() / f"{row.checksum}.csv"
    if path.exists():
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_deleted()
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            for piece in row.pieces():
                file.write(piece)
        if draft.stat().st_size != row.size:
            raise OSError(f"{draft.stat().st_size} of its {row.size} bytes are in the database")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def forget_deleted() -> None:
    """Remove this machine's copies of data sets that are no more."""
    kept = set(Dataset.objects.kept().values_list("checksum", flat=True))
    for copy in cache().glob("*"):
        if copy.name.partition(".")[0] not in kept:
            with suppress(OSError):
                copy.unlink()
