"""Searches as JSON lines, one file for each method, appended as they finish; for both `stored` modules."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Hashable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar


class Run(Protocol):
    """A search: a dataclass that says whose it is, and what tells it from others."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def method(self) -> str: ...

    @property
    def key(self) -> Hashable: ...


Kind = TypeVar("Kind", bound=Run)
Reader = Callable[[dict[str, Any]], Kind]


def load(folder: Path, read: Reader[Kind]) -> dict[Any, Kind]:
    """All runs by key; of those with the same key the newest counts."""
    runs: dict[Any, Kind] = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            runs |= _by_key(file.read(), read)
    return runs


def store(run: Run, folder: Path) -> None:
    """Append one line; several processes may share a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{run.method}.jsonl").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_line(run))


def tidy(method: str, folder: Path, read: Reader[Kind]) -> None:
    """Rewrite a method's file, sorted, without lines that newer ones replace."""
    path = folder / f"{method}.jsonl"
    if not path.exists():
        return
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        runs = _by_key(file.read(), read)
        file.seek(0)
        file.truncate()
        file.write("".join(_line(runs[key]) for key in sorted(runs)))


def _by_key(text: str, read: Reader[Kind]) -> dict[Any, Kind]:
    return {run.key: run for run in (read(json.loads(line)) for line in text.splitlines())}


def _line(run: Run) -> str:
    return json.dumps(asdict(run), separators=(",", ":")) + "\n"
