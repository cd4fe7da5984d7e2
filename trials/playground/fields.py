"""What a reader may change of a picture: each kind of field reads a text and says what is wrong with it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: Longer texts are no numbers and no points.
LONGEST = 2_000


class FieldError(ValueError):
    """A text that a field does not take, in words for the reader."""


class Field(Protocol):
    """A choice that a picture leaves to its reader."""

    @property
    def key(self) -> str: ...

    @property
    def default(self) -> Any: ...

    @property
    def kind(self) -> str: ...

    def read(self, text: str) -> Any:
        """The value of a text; raises FieldError."""
        ...

    def write(self, value: Any) -> str:
        """The text of a value."""
        ...


@dataclass(frozen=True)
class Number:
    """A number on a slider; whole where `step` is. A `hidden` one is changed by a button, as a seed is."""

    key: str
    title: str
    default: float
    low: float
    high: float
    step: float = 1
    unit: str = ""
    hidden: bool = False
    kind = "number"

    def read(self, text: str) -> float:
        wanted = f"{self.title} has to be a {'whole ' if self._whole else ''}number "
        wanted += f"from {self.low:g} to {self.high:g}, not “{text[:40]}”."
        try:
            value = float(text)
        except ValueError:
            raise FieldError(wanted) from None
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise FieldError(wanted)
        if not self._whole:
            return value
        if value != int(value):
            raise FieldError(wanted)
        return int(value)

    def write(self, value: float) -> str:
        return f"{value:.10g}"

    @property
    def _whole(self) -> bool:
        return float(self.step).is_integer()


@dataclass(frozen=True)
class Pick:
    """One of a few; `options` are (value, words)."""

    key: str
    title: str
    options: tuple[tuple[str, str], ...]
    default: str
    kind = "pick"

    def read(self, text: str) -> str:
        if text not in dict(self.options):
            known = ", ".join(value for value, _ in self.options)
            raise FieldError(f"{self.title} has to be one of {known}, not “{text[:40]}”.")
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Points:
    """Places in the unit square, written "0.25:0.5,0.75:0.1"; at most `most` of them, none twice."""

    key: str
    title: str
    default: tuple[tuple[float, float], ...]
    most: int
    kind = "points"

    def read(self, text: str) -> tuple[tuple[float, float], ...]:
        if len(text) > LONGEST:
            raise FieldError(f"That is too long for {self.most} points.")
        points = tuple(self._point(part) for part in text.split(",") if part.strip())
        if len(points) > self.most:
            raise FieldError(f"At most {self.most} points; remove one before you add another.")
        if len({x for x, _ in points}) < len(points):
            raise FieldError("Two points have the same x; remove one of them.")
        return points

    def write(self, value: tuple[tuple[float, float], ...]) -> str:
        return ",".join(f"{x:g}:{y:g}" for x, y in value)

    def _point(self, part: str) -> tuple[float, float]:
        try:
            x, y = (round(float(each), 4) for each in part.split(":"))
        except (ValueError, OverflowError):
            raise FieldError(f"“{part[:40]}” is no point; write x:y, for example 0.25:0.5.") from None
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise FieldError(f"The point {x:g}:{y:g} lies outside; x and y go from 0 to 1.")
        return x, y


def read_all(fields: tuple[Field, ...], given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of all fields, the default where nothing is given, and what is wrong by field."""
    values, wrong = {}, {}
    for field in fields:
        try:
            values[field.key] = field.read(given[field.key]) if field.key in given else field.default
        except FieldError as error:
            wrong[field.key] = str(error)
    return values, wrong
