"""The fitted pipeline as a file: written by joblib, with its checksum and the versions it needs; called by
`final`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Little time for a third of the size.
COMPRESSION = 3
#: What every pipeline of the catalogue is made of; further libraries are found in the pipeline itself.
ALWAYS = ("scikit-learn", "numpy", "scipy", "joblib")
MORE = {"lightgbm": "lightgbm", "xgboost": "xgboost", "pandas": "pandas"}


class TooLarge(OSError):
    """The file would be larger than it may be."""


class _Measured:
    """A file that counts what is written to it, computes the checksum, and refuses more than `most` bytes."""

    def __init__(self, path: Path, most: int) -> None:
        self.most, self.size, self.digest = most, 0, hashlib.sha256()
        self._file = path.open("wb")

    def write(self, data: Any) -> int:
        self.size += len(data)
        if self.size > self.most:
            raise TooLarge(f"more than {self.most} bytes")
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def write_model(model: Any, path: str, most_bytes: int) -> dict[str, Any]:
    """Write the model to `path`; {"stored": True, "size", "checksum"}, or {"stored": False, "most_bytes"}
    where it is too large, in which case no file is left.
    """
    import joblib

    file = _Measured(Path(path), most_bytes)
    try:
        joblib.dump(model, file, compress=COMPRESSION)
    except TooLarge:
        Path(path).unlink()
        return {"stored": False, "most_bytes": most_bytes}
    finally:
        file.close()
    return {"stored": True, "size": file.size, "checksum": file.digest.hexdigest()}


def versions(model: Any) -> dict[str, str]:
    """The versions of Python and of the libraries that the pipeline needs, by their names on PyPI."""
    used = sorted(MORE[name] for name in set(_packages(model)) & set(MORE))
    found = {"python": platform.python_version()}
    for name in (*ALWAYS, *used):
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _packages(model: Any) -> Iterator[str]:
    """The packages of the model's class and of the classes of its parts."""
    parts = model.get_params(deep=True).values() if hasattr(model, "get_params") else ()
    for part in (model, *parts):
        yield type(part).__module__.partition(".")[0]
