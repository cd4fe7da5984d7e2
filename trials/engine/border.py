"""What may come in: JSON that SQLite and PostgreSQL store alike; called for studies and API bodies."""

import math
from collections.abc import Iterator
from typing import Any

LARGEST = 2**63 - 1
DEEPEST = 40
MOST_FINDINGS = 20
#: Fields in which NaN and infinity are an answer: a training that came to nothing.
OPEN = ("value", "values")


def unstorable(data: Any) -> dict[str, list[str]]:
    """Return a message for each dotted place that cannot be stored; empty when all of it can."""
    fields: dict[str, list[str]] = {}
    for place, message in _findings(data):
        fields.setdefault(".".join(place), []).append(message)
        if len(fields) == MOST_FINDINGS:
            break
    return fields


def _findings(data: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Walk the data without recursion: depth is a sender's choice."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), data)]
    while waiting:
        place, item = waiting.pop()
        if len(place) > DEEPEST:
            yield place[:3], f"nested more than {DEEPEST} levels deep"
        elif isinstance(item, dict):
            for key, value in item.items():
                if message := _text(key):
                    yield place, f"a key {message}"
                else:
                    waiting.append(((*place, key[:100]), value))
        elif isinstance(item, list):
            waiting += [((*place, str(index)), value) for index, value in enumerate(item)]
        elif message := _scalar(item, place):
            yield place, message


def _scalar(item: Any, place: tuple[str, ...]) -> str:
    if isinstance(item, str):
        return _text(item)
    if isinstance(item, int) and abs(item) > LARGEST:
        return "is an integer beyond ±9,223,372,036,854,775,807; send it as a text or a float"
    if isinstance(item, float) and not math.isfinite(item) and place[:1] not in {(name,) for name in OPEN}:
        return f"is {item}, but must be a finite number"
    return ""


def _text(text: str) -> str:
    if "\x00" in text:
        return "contains the NUL character, which databases cannot store; leave it out"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "contains half of a surrogate pair, which is no character; leave it out"
    return ""
