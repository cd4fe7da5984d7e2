"""The faults of a storm, one small file each; a new file is a new fault, found by discovery."""

import pkgutil
from importlib import import_module

from .base import Fault


def all_faults() -> tuple[Fault, ...]:
    """One of each, by name."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return tuple(sorted((kind() for kind in Fault.__subclasses__()), key=lambda fault: fault.name))
