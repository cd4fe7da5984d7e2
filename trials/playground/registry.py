"""Finds the pictures: every module of this package that defines `PICTURE`. Called by pages and by workers."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from . import __path__ as folder
from .base import Picture


@cache
def pictures() -> dict[str, Picture]:
    """All pictures by name, in the order of their tabs."""
    modules = {found.name: import_module(f"{__package__}.{found.name}") for found in iter_modules(folder)}
    found = {name: module.PICTURE for name, module in modules.items() if hasattr(module, "PICTURE")}
    return dict(sorted(found.items(), key=lambda item: item[1].place))


@cache
def _edition() -> str:
    """Changes with the code of the pictures, so that no figure step meets data of another edition."""
    files = sorted(Path(folder[0]).glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def key_of(name: str, values: Mapping[str, Any]) -> str:
    """What tells a picture with its values from all others."""
    return sha256(json.dumps([name, _edition(), values], sort_keys=True).encode()).hexdigest()[:32]


def compute(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a picture; KeyError for a name that there is not."""
    return pictures()[name].data(values)
