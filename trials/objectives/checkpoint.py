"""A checkpoint as a file: written whole or not at all, believed only with its checksum; used by `runner`.

The file holds what `pickle` makes of the state; it is ours, in a folder that is private to this installation.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


class FileCheckpoint:
    """What a job says under "checkpoint": load and checksum (a file to continue), save (a file to leave),
    folds (scores that are known), most_bytes. `saved` says what was left, None for nothing.
    """

    def __init__(self, given: Mapping[str, Any], log: Callable[[str], None]) -> None:
        self._given, self._log = given, log
        self.saved: dict[str, Any] | None = None

    def load(self) -> Any:
        """What the earlier training left; None when it is gone or damaged, which costs time only."""
        if "folds" in self._given:
            return {"folds": self._given["folds"]}
        if "load" not in self._given:
            return None
        try:
            content = Path(self._given["load"]).read_bytes()
        except OSError as error:
            self._log(f"The checkpoint is gone ({error.strerror}): trained from the start.")
            return None
        if hashlib.sha256(content).hexdigest() != self._given["checksum"]:
            self._log("The checkpoint is damaged: trained from the start.")
            return None
        try:
            return pickle.loads(content)
        except Exception as error:  # made by another version of a library
            self._log(f"The checkpoint cannot be read ({type(error).__name__}): trained from the start.")
            return None

    def save(self, state: Any) -> None:
        """Keep `state`; too large a one, or a full disk, is told and leaves none."""
        if "save" not in self._given:
            return
        content = pickle.dumps(state, protocol=5)
        if len(content) > self._given["most_bytes"]:
            self._log(f"The checkpoint has {len(content) / 1e6:,.0f} MB, more than is kept.")
            return
        path = Path(self._given["save"])
        try:
            write_whole(path, content)
        except OSError as error:
            self._log(f"The checkpoint could not be kept: {error}.")
            return
        checksum = hashlib.sha256(content).hexdigest()
        self.saved = {"path": str(path), "size": len(content), "checksum": checksum}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all, whatever happens to process or machine."""
    draft = path.with_suffix(".draft")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
