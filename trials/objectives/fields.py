"""Reads the fields of a JSON object with errors in words; called by the kinds of objective."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from trials.objectives.base import ObjectiveError, unknown


class Fields:
    """The fields of one JSON object; null means left out. `path` is its own dotted place, "" for the top."""

    def __init__(self, data: Any, path: str = "") -> None:
        if not isinstance(data, Mapping):
            raise ObjectiveError(path, f"{path or 'this'} must be an object with named fields, not {data!r}")
        self.data = {name: value for name, value in data.items() if value is not None}
        self.path = path

    def place(self, name: str) -> str:
        """The dotted place of the field `name`."""
        return f"{self.path}.{name}" if self.path else name

    def only(self, names: Iterable[str]) -> None:
        """Refuse every field that is not among `names`."""
        names = list(names)
        for name in self.data:
            if name not in names:
                raise ObjectiveError(self.place(str(name)), unknown("field", name, names))

    def name(self, name: str, default: str | None, choices: Iterable[str], what: str) -> str:
        """A text out of `choices`; `what` says in words what it names."""
        value = self.data.get(name, default)
        choices = list(choices)
        if value not in choices:
            raise ObjectiveError(self.place(name), unknown(what, value, choices))
        return str(value)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.data.get(name, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ObjectiveError(
                self.place(name), f"{name} must be a whole number from {low} to {high}, not {value!r}"
            )
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A finite number from `low` to `high`."""
        value = self.data.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ObjectiveError(
                self.place(name), f"{name} must be a number from {low:g} to {high:g}, not {value!r}"
            )
        return float(value)

    def texts(self, name: str, what: str, most: int) -> list[str]:
        """A list of different texts, at most `most` of them; `what` says in words what they name."""
        value = self.data.get(name, [])
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ObjectiveError(self.place(name), f"{name} must be a list of names of {what}, not {value!r}")
        for item in value:
            if value.count(item) > 1:
                raise ObjectiveError(self.place(name), f"{name} names {item!r} twice: leave one of them out")
        if len(value) > most:
            raise ObjectiveError(self.place(name), f"{name} has {len(value)} entries; {most} are the most")
        return list(value)

    def boolean(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise ObjectiveError(self.place(name), f"{name} must be true or false, not {value!r}")
        return value


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """`values` as plain floats, without those that are NaN or infinite."""
    return {name: float(value) for name, value in values.items() if math.isfinite(value)}
