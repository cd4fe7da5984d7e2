"""What may come in: JSON that SQLite and PostgreSQL store alike. Called by the API for every body."""

import json
import math
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from .errors import invalid

LARGEST = 2**63 - 1
DEEPEST = 40
#: Fields in which NaN and infinity are an answer: a training that came to nothing.
OPEN = ("value", "values")


class BorderParser(Parser):
    """Reads JSON bodies and refuses what one of the databases could not store."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; ValueError when it is no JSON, Problem when it holds what it must not."""
        data = json.loads(request.body.decode("utf-8"))
        refuse(data)
        return data


def refuse(data: Any) -> None:
    """Raise Problem(422) with a message for each place that cannot be stored."""
    fields: dict[str, list[str]] = {}
    for place, message in _findings(data):
        fields.setdefault(".".join(place), []).append(message)
        if len(fields) == 20:
            break
    if fields:
        raise invalid(fields)


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
