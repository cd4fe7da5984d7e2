"""What is wrong with a person's input, beside the fields at fault; used by every check of the engine."""

import math
from collections.abc import Mapping
from typing import Any


class StudyError(ValueError):
    """Input that cannot be used; `fields` maps dotted field names to messages for a person."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in fields.items()))


class Findings:
    """Collects every error of one input, so that all are shown at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, field: str, message: str) -> None:
        self.fields.setdefault(field, []).append(message)

    def stop_if_any(self) -> None:
        """Raise StudyError when there is anything to tell."""
        if self.fields:
            raise StudyError(self.fields)


def whole(
    data: Mapping[str, Any], key: str, default: int, low: int, high: int, found: Findings, prefix: str = ""
) -> int:
    """The whole number under `key`, or the default; a wrong one is noted."""
    value = data.get(key)
    if value is None:
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        found.add(prefix + key, f"{key} must be a whole number from {low} to {high}, not {shown(value)}")
        return default
    return value


def finite(value: Any, above: float) -> bool:
    """Whether it is a number that any database stores, greater than `above`."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e300
        and math.isfinite(value)
        and value > above
    )


def shown(value: Any) -> str:
    """The value as a message quotes it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
