"""Finds the charts: every module of this package that defines `CHART`. Called by the chart view."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from . import __path__ as folder
from .base import Chart


@cache
def _charts() -> dict[str, Chart]:
    modules = {found.name: import_module(f"{__package__}.{found.name}") for found in iter_modules(folder)}
    return {name: module.CHART for name, module in sorted(modules.items()) if hasattr(module, "CHART")}


def available() -> tuple[str, ...]:
    """Return the names of all charts, sorted."""
    return tuple(_charts())


def get(name: str) -> Chart | None:
    """Return the chart of that name, or None when there is none."""
    return _charts().get(name)
