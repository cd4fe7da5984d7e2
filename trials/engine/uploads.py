"""A table between its upload and its saving: a file in $HPO_HOME/uploads with what the scan said of it, bound
to the person who sent it, gone after a day. Called by the data set pages and the API.
"""

import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

from trials.objectives.datasets.faults import TableError
from trials.objectives.datasets.scanning import scan_apart
from trials.objectives.datasets.table import DELIMITERS, ENCODINGS, Bounds

from .findings import StudyError

KEPT_SECONDS = 24 * 3600
ID_BYTES = 16


@dataclass(frozen=True)
class Upload:
    """A staged table: `given` are corrections of how it is read, `facts` what the scan then says of it."""

    id: str
    owner: int | None
    filename: str
    given: dict[str, Any]
    facts: dict[str, Any]

    @property
    def path(self) -> Path:
        return _file(self.id)


@dataclass(frozen=True)
class Waiting:
    """An upload that is neither saved nor given up; a day after it `arrived` it is removed."""

    upload: Upload
    arrived: datetime


class FileTooLarge(RequestDataTooBig):
    """A request that says it brings a larger file than is taken; refused before it is read."""


def folder() -> Path:
    """Where uploads wait; the web server writes them here while they arrive."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def most_bytes() -> int:
    """The largest file that is taken."""
    return int(settings.HPO_UPLOAD_MB * 1_000_000)


def too_large(size: int) -> str:
    """Why a file of `size` bytes is refused, "" when it is not."""
    if size <= most_bytes():
        return ""
    return (
        f"the file has {size / 1e6:,.0f} MB, and {settings.HPO_UPLOAD_MB:g} MB are taken: upload a sample of "
        "its rows, or leave columns out (the setting HPO_UPLOAD_MB raises the limit)"
    )


def stage(file: Path, filename: str, owner: int | None, given: Mapping[str, Any] | None = None) -> Upload:
    """Take the file over and scan it; it blocks while the scan runs.

    Raises:
        StudyError: saying what is wrong with the file, which is removed.
    """
    sweep()
    identifier = secrets.token_hex(ID_BYTES)
    file.replace(_file(identifier))
    try:
        if message := too_large(_file(identifier).stat().st_size):
            raise StudyError({"file": [message]})
        return _scanned(identifier, owner, filename, given or {})
    except BaseException:
        _file(identifier).unlink(missing_ok=True)
        raise


def scan_again(upload: Upload, given: Mapping[str, Any]) -> Upload:
    """Read the same file as `given` says; StudyError when that cannot be, and the upload stays as it was."""
    return (
        upload if dict(given) == upload.given else _scanned(upload.id, upload.owner, upload.filename, given)
    )


def staged(identifier: str, owner: int | None) -> Upload | None:
    """What somebody has uploaded; None when there is no such thing, or it is somebody else's."""
    if len(identifier) != 2 * ID_BYTES or not identifier.isalnum() or not identifier.isascii():
        return None
    try:
        upload = Upload(**json.loads(_note(identifier).read_text()))
    except (OSError, ValueError):
        return None
    return upload if upload.owner == owner and upload.path.exists() else None


def waiting(owner: int | None) -> list[Waiting]:
    """What somebody has uploaded and neither saved nor given up, the newest first."""
    found = []
    for note in folder().glob("*.json"):
        upload = staged(note.stem, owner)
        with suppress(OSError):  # it may be saved or given up at this moment
            if upload is not None:
                arrived = datetime.fromtimestamp(upload.path.stat().st_mtime, UTC)
                found.append(Waiting(upload, arrived))
    return sorted(found, key=lambda one: one.arrived, reverse=True)


def discard(upload: Upload) -> None:
    """Remove it."""
    upload.path.unlink(missing_ok=True)
    _note(upload.id).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what nobody came back for."""
    oldest = time.time() - KEPT_SECONDS
    for file in folder().iterdir():
        with suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()


def _file(identifier: str) -> Path:
    return folder() / f"{identifier}.csv"


def _note(identifier: str) -> Path:
    return folder() / f"{identifier}.json"


def _scanned(identifier: str, owner: int | None, filename: str, given: Mapping[str, Any]) -> Upload:
    checked = _checked(given)
    bounds = Bounds(settings.HPO_UPLOAD_ROWS, settings.HPO_UPLOAD_COLUMNS, settings.HPO_UPLOAD_FIELD)
    try:
        facts = scan_apart(_file(identifier), checked, bounds)
    except TableError as error:
        raise StudyError({error.field: [error.message]}) from None
    upload = Upload(identifier, owner, filename[:200], checked, facts)
    draft = folder() / f"{identifier}.{secrets.token_hex(4)}"
    draft.write_text(json.dumps(asdict(upload)))
    draft.replace(_note(identifier))
    return upload


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The corrections that say something; StudyError for one that there is not."""
    allowed: dict[str, tuple[Any, ...]] = {
        "delimiter": tuple(DELIMITERS),
        "encoding": tuple(ENCODINGS),
        "decimal": (".", ","),
        "header": (True, False),
    }
    checked: dict[str, Any] = {}
    for name, choices in allowed.items():
        value = given.get(name)
        if value is None or value == "":
            continue
        if value not in choices:
            shown = ", ".join(map(repr, choices))
            raise StudyError({name: [f"{name} cannot be {value!r}: choose one of {shown}, or leave it out"]})
        checked[name] = value
    if words := [word.strip() for word in given.get("missing", ()) if word.strip()]:
        checked["missing"] = words[:100]
    return checked
