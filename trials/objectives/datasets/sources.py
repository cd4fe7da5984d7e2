"""Finds data sets: those that ship, and those of an installed source of uploads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trials.objectives.base import ObjectiveError, unknown

from .info import Dataset, DatasetInfo, Task
from .shipped import NAMES, SHIPPED, load_shipped


class Source(Protocol):
    """Where uploaded data sets come from: the database, or inside a training what its job brought along."""

    def infos(self) -> Sequence[DatasetInfo]:
        """The newest version of each, by name."""

    def find(self, name: str, version: int | None) -> DatasetInfo | None:
        """One of them, None if there is none; the newest version for None. ObjectiveError says why one that
        once was there is no more.
        """

    def load(self, info: DatasetInfo) -> Dataset:
        """The rows of one of them."""


class Nothing:
    """No uploads at all, which is how the library begins."""

    def infos(self) -> Sequence[DatasetInfo]:
        return ()

    def find(self, name: str, version: int | None) -> DatasetInfo | None:
        return None

    def load(self, info: DatasetInfo) -> Dataset:
        raise ObjectiveError("dataset", f"the rows of {info.name!r} are not at hand here")


_source: Source = Nothing()


def install(source: Source) -> None:
    """Let uploaded data sets be found in `source` from now on, in this process."""
    global _source
    _source = source


def is_shipped(name: object) -> bool:
    """Whether `name` is that of a data set that ships with the program."""
    return name in NAMES


def available_datasets(task: Task | None = None) -> tuple[DatasetInfo, ...]:
    """The data sets, of one task or of both: what ships, then the newest version of each upload."""
    return tuple(info for info in (*SHIPPED, *_source.infos()) if task in (None, info.task))


def get_dataset(name: object, version: object = None) -> DatasetInfo:
    """The facts of one data set, the newest version unless one is given.

    Raises:
        ObjectiveError: field "dataset" with close matches, or "dataset_version".
    """
    if isinstance(name, str) and name in NAMES:
        if version is not None:
            raise ObjectiveError(
                "dataset_version", f"{name} ships with the program and has no versions: leave it out"
            )
        return next(info for info in SHIPPED if info.name == name)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
        raise ObjectiveError(
            "dataset_version", f"dataset_version must be a whole number from 1, not {version!r}"
        )
    found = _source.find(name, version) if isinstance(name, str) else None
    if found is not None:
        return found
    newest = _source.find(name, None) if isinstance(name, str) and version is not None else None
    if newest is not None:
        raise ObjectiveError(
            "dataset_version", f"{name!r} has no version {version}: its newest is {newest.version}"
        )
    raise ObjectiveError("dataset", unknown("data set", name, [info.name for info in available_datasets()]))


def load(name: str, version: int | None = None) -> Dataset:
    """The rows of one data set, read-only; raises ObjectiveError (field "dataset")."""
    info = get_dataset(name, version)
    return load_shipped(info.name) if info.name in NAMES else _source.load(info)
