"""Beliefs in choices as text, `rbf = 3, linear = 0.5`, and the weights they are, one each; called by rows.

A choice that is not named has the weight 1. Reading what was written gives the same weights.
"""

import json
import re
from collections.abc import Sequence

from .choices import NotChoices, Scalar, matched, scalar, token
from .numbers import NotANumber, number, typed

PAIR = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,="\s][^,="]*?)\s*=\s*([^,=]+?)\s*(?:,|$)')
SHAPE = "write it like rbf = 3, linear = 0.5"


def weights(text: str, choices: Sequence[Scalar]) -> list[int | float]:
    """The weight of each choice.

    Raises:
        NotChoices: for what is no list of choices with weights, and for a choice that there is not.
    """
    found: list[int | float] = [1] * len(choices)
    named: set[int] = set()
    for name, weight in _pairs(text):
        place = _place(name, choices)
        if place in named:
            raise NotChoices(f"“{name}” is named twice; give it one weight")
        named.add(place)
        try:
            found[place] = number(weight)
        except NotANumber:
            raise NotChoices(f"“{weight[:30]}” is no weight; {SHAPE}") from None
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs, position = [], 0
    text = text.strip().rstrip(",")
    while position < len(text):
        found = PAIR.match(text, position)
        if found is None:
            raise NotChoices(f"“{text[position : position + 30].strip()}” has no weight; {SHAPE}")
        pairs.append((found[1], found[2]))
        position = found.end()
    return pairs


def _place(name: str, choices: Sequence[Scalar]) -> int:
    value = matched(scalar(name), choices)
    same = [place for place, choice in enumerate(choices) if (type(choice), choice) == (type(value), value)]
    if not same:
        known = ", ".join(token(choice) for choice in choices[:10])
        raise NotChoices(f"there is no choice “{name[:40]}”; name one of {known}")
    return same[0]


def described(given: Sequence[int | float], choices: Sequence[Scalar]) -> str:
    """The text that reads back as these weights."""
    named = [place for place, weight in enumerate(given) if weight != 1] or [0]
    return ", ".join(f"{_name(choices[place])} = {typed(given[place])}" for place in named)


def _name(choice: Scalar) -> str:
    text = token(choice)
    return json.dumps(text, ensure_ascii=False) if "=" in text and not text.startswith('"') else text
