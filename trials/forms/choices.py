"""Choices as text, `rbf, 10, 0.5, true, none, "a, b"`, and the JSON scalars they are; called by space rows.

A word is a string, a number a number; quotes make a string of anything. Reading what was written gives the
same scalars, told apart by type, so that "10" and 10 stay two things.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from .numbers import number, plain, typed

Scalar = str | int | float | bool | None

WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}
BLANKS = re.compile(r"\s*")
TOKEN = re.compile(r'("(?:[^"\\]|\\.)*"\s*|[^,"]*)(?:,|$)')


class NotChoices(ValueError):
    """A text that is no list of choices; the message says what to type."""


def split(text: str) -> list[str]:
    """The tokens between the commas of `text`, quotes kept, blank ones left out.

    Raises:
        NotChoices: for a quote that does not end.
    """
    text = re.sub(r"[\r\n]+", ",", text)
    tokens, position = [], 0
    while position < len(text):
        start = BLANKS.match(text, position).end()  # type: ignore[union-attr]
        found = TOKEN.match(text, start)
        if found is None:
            shown = text[start : start + 30]
            raise NotChoices(f"the quotes in {shown} do not fit; put the whole choice in one pair")
        tokens.append(found[1].strip())
        position = found.end()
    return [token for token in tokens if token]


def scalar(token: str) -> Scalar:
    """The JSON scalar that one token stands for.

    Raises:
        NotChoices: for a quoted text that is no JSON string, and for a number that is none.
    """
    if token.startswith('"'):
        try:
            return str(json.loads(token))
        except ValueError:
            raise NotChoices(f'{token[:30]} is not a text in quotes; write it like "a, b"') from None
    if token.lower() in WORDS:
        return WORDS[token.lower()]
    if re.fullmatch(r"[+-]?\.?\d.*", plain(token)):
        try:
            return number(token)
        except ValueError:
            return token
    return token


def scalars(text: str) -> list[Scalar]:
    """The choices that `text` lists, in its order."""
    return [scalar(token) for token in split(text)]


def token(value: Scalar) -> str:
    """The text that reads back as `value`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        text = typed(value)
        return f"{text}.0" if isinstance(value, float) and text.lstrip("-").isdigit() else text
    bare = value and value == value.strip() and not set(value) & set('",\n\r;') and scalar(value) == value
    return value if bare else json.dumps(value, ensure_ascii=False)


def listed(values: list[Scalar]) -> str:
    """The choices as one text."""
    return ", ".join(token(value) for value in values)


def matched(value: Scalar, choices: Sequence[Any]) -> Scalar:
    """The choice that was meant: `value` itself, or the one that reads like it (the text "10" for 10)."""
    same = [choice for choice in choices if type(choice) is type(value) and choice == value]
    alike = [choice for choice in choices if str(choice).lower() == str(value).lower()]
    return (same or alike or [value])[0]
