"""JSON as typed: its value, and errors in words with the line they are on; for the pane beside the forms."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 500_000
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

#: What Python's reader says, and what to do about it.
WORDS = (
    ("Expecting property name", "a name in double quotes is missing; or there is a comma too many before it"),
    ("Illegal trailing comma", "there is a comma too many; nothing follows it"),
    ("Expecting ',' delimiter", "a comma is missing before this, or a bracket is not closed"),
    ("Expecting ':' delimiter", "a colon is missing between a name and its value"),
    ("Expecting value", "a value is missing: a number, a text in double quotes, true, false, null, { or ["),
    ("Unterminated string", "a text does not end; close it with a double quote"),
    ("Invalid control character", "a text goes over the end of its line; close it with a double quote"),
    ("Invalid \\escape", "a backslash stands alone; write two of them"),
    ("Extra data", "there is more after the end; is a bracket closed too early?"),
)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with a text, and on which line, from 1 on; None where no line has it."""

    line: int | None
    message: str


class NotReadable(ValueError):
    """A text that makes no study or space, with all that is wrong with it."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(complaint.message for complaint in complaints))
        self.complaints = complaints


def read_json(text: str) -> tuple[dict[str, Any], "Lines"]:
    """The object that a text says, and on which lines it says what.

    Raises:
        NotReadable: with the line, for anything else.
    """
    if len(text) > LONGEST:
        raise NotReadable(Complaint(None, f"{len(text):,} letters are too many; {LONGEST:,} are the most"))
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise NotReadable(Complaint(error.lineno, _in_words(error))) from None
    except RecursionError:
        raise NotReadable(Complaint(None, "the brackets are nested too deep")) from None
    except _NoNumber as error:
        line = text.count("\n", 0, max(0, text.find(str(error)))) + 1
        raise NotReadable(
            Complaint(line, f"{error} is no number that JSON has; write a finite one")
        ) from None
    except ValueError:
        raise NotReadable(Complaint(None, "a number has thousands of digits; shorten it")) from None
    if not isinstance(value, dict):
        raise NotReadable(Complaint(1, "it must be an object: begin with { and end with }"))
    lines = Lines(text, value)
    if lines.doubled:
        raise NotReadable(*lines.doubled)
    return value, lines


class _NoNumber(Exception):
    """NaN or infinity, which Python writes and JSON does not have."""


def _no_number(constant: str) -> Any:
    raise _NoNumber(constant)


def _in_words(error: json.JSONDecodeError) -> str:
    return next((words for begins, words in WORDS if error.msg.startswith(begins)), error.msg)


class Lines:
    """On which line each part of a JSON text stands."""

    def __init__(self, text: str, value: Mapping[str, Any]) -> None:
        self.value = value
        self._lines: dict[Path, int] = {(): 1}
        self.doubled: list[Complaint] = []
        self._scan(text)

    def _scan(self, text: str) -> None:
        path: list[Any] = []
        line, seen = 1, 0
        for found in TOKEN.finditer(text):
            line, seen = line + text.count("\n", seen, found.start()), found.start()
            token = found[0]
            if token in ("}", "]"):
                path.pop()
            elif token == ",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            elif token != ":":
                if path and path[-1] is None:
                    path[-1] = json.loads(token)
                    self._refuse_double(tuple(path), line)
                self._lines.setdefault(tuple(path), line)
                if token in ("{", "["):
                    path.append(0 if token == "[" else None)

    def _refuse_double(self, path: Path, line: int) -> None:
        if path in self._lines:
            message = f"“{str(path[-1])[:60]}” stands twice in one object; leave one out"
            self.doubled.append(Complaint(line, message))

    def of(self, place: str) -> int:
        """The line of a dotted place of a study's or a space's JSON, or of what is around it."""
        path = self._path(place)
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _path(self, place: str) -> Path:
        before, parameters, rest = place.partition("parameters.")
        if not parameters:
            return tuple(place.split("."))
        above = tuple(part for part in before.split(".") if part)
        space: Any = self.value.get("space") if above else self.value
        entries = space.get("parameters") if isinstance(space, Mapping) else None
        for position, entry in enumerate(entries if isinstance(entries, list) else []):
            name = entry.get("name") if isinstance(entry, Mapping) else None
            if name is not None and (rest == name or rest.startswith(f"{name}.")):
                field = rest[len(name) + 1 :]
                return (*above, "parameters", position, *([field] if field else []))
        return (*above, "parameters")
