"""A call that makes an object, as data: it can be made here, or written down by `source`; used by the
catalogue of models and by the pipeline around them.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Imported = set[tuple[str, str, str]]


@dataclass(frozen=True)
class Name:
    """Something to import and hand on as it is, such as a function: "package.module.name"."""

    target: str

    def make(self) -> Any:
        module, _, name = self.target.rpartition(".")
        return getattr(importlib.import_module(module), name)

    def imported(self) -> Imported:
        return {self.target.rpartition(".")}


@dataclass(frozen=True)
class Call:
    """A call of `target` ("package.module.Name"); arguments may be calls themselves, or hold them in lists
    and tuples.
    """

    target: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> Any:
        """What the call returns."""
        function = Name(self.target).make()
        return function(
            *map(_made, self.arguments), **{key: _made(value) for key, value in self.keywords.items()}
        )

    def imported(self) -> Imported:
        """What its source has to import, each as (module, ".", name)."""
        return Name(self.target).imported() | _imported((*self.arguments, *self.keywords.values()))


def chain(steps: list[Call]) -> Call:
    """One object out of steps that follow one another: a pipeline, or the only step itself."""
    return steps[0] if len(steps) == 1 else Call("sklearn.pipeline.make_pipeline", tuple(steps))


def _made(value: Any) -> Any:
    if isinstance(value, Call | Name):
        return value.make()
    if isinstance(value, list | tuple):
        return type(value)(map(_made, value))
    return value


def _imported(value: Any) -> Imported:
    if isinstance(value, Call | Name):
        return value.imported()
    if isinstance(value, list | tuple):
        return set().union(*map(_imported, value))
    return set()
