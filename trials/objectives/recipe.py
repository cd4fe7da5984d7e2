"""A call that makes an object, as data: it can be made, or written down as Python; used by the catalogue of
models.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A call of `target` ("package.module.Name"); arguments may be calls themselves."""

    target: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> Any:
        """What the call returns."""
        module, _, name = self.target.rpartition(".")
        function = getattr(importlib.import_module(module), name)
        return function(
            *map(_made, self.arguments), **{key: _made(value) for key, value in self.keywords.items()}
        )

    def code(self, variable: str) -> str:
        """Python source that imports what it needs and binds the result to `variable`."""
        imports = [f"from {module} import {name}" for module, _, name in sorted(self._imported())]
        return "\n".join([*imports, "", f"{variable} = {self}", ""])

    def __str__(self) -> str:
        written = [str(value) if isinstance(value, Call) else repr(value) for value in self.arguments]
        for key, value in self.keywords.items():
            written.append(f"{key}={value if isinstance(value, Call) else repr(value)}")
        return f"{self.target.rpartition('.')[2]}({', '.join(written)})"

    def _imported(self) -> set[tuple[str, str, str]]:
        found = {self.target.rpartition(".")}
        for value in (*self.arguments, *self.keywords.values()):
            found |= value._imported() if isinstance(value, Call) else set()
        return found


def _made(value: Any) -> Any:
    return value.make() if isinstance(value, Call) else value
