"""Lengths of time as people type them (15 min, 1 h 30 min) and back; called by the new study form."""

import re

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
WORDS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "m": "min", "min": "min", "mins": "min", "minute": "min", "minutes": "min",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
}  # fmt: skip
PART = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*([a-zA-Z]*)\s*,?")
LONGEST = 366 * 86400


class NotADuration(ValueError):
    """A text that says no length of time; the message says what to type."""


def duration(text: str) -> float:
    """Seconds that `text` says: "90 s", "15 min", "1.5 hours", "1 h 30 min".

    Raises:
        NotADuration: without a unit, for anything else, and outside of one second to a year.
    """
    total, position = 0.0, 0
    cleaned = text.strip()
    while position < len(cleaned):
        part = PART.match(cleaned, position)
        if part is None or part[2].lower() not in WORDS:
            raise NotADuration(_remedy(cleaned, part))
        total += float(part[1]) * SECONDS[WORDS[part[2].lower()]]
        position = part.end()
    if not 1 <= total <= LONGEST:
        raise NotADuration(f"“{cleaned[:40]}” is out of range; write a time from 1 s to 366 d")
    return total


def _remedy(text: str, part: re.Match[str] | None) -> str:
    if part is not None and not part[2]:
        return f"“{text[:40]}” has no unit; write {part[1]} s, {part[1]} min or {part[1]} h"
    return f"“{text[:40]}” is not a time; write it like 90 s, 15 min or 1 h 30 min"


def in_units(seconds: float) -> str:
    """The shortest exact text for whole seconds: 900 is "15 min", 5400 is "1 h 30 min"."""
    left, parts = seconds, []
    for unit in ("d", "h", "min"):
        count, left = divmod(left, SECONDS[unit])
        parts += [f"{count:.0f} {unit}"] if count else []
    return " ".join([*parts, f"{left:g} s"] if left else parts) or "0 s"
