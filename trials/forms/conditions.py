"""Conditions as text, `kernel = rbf, poly; layers ≥ 2; width from 8 to 64`, and the JSON of `when`.

Called by space rows. Parts between semicolons must all hold. `=` lists values of the parent, `≥`, `≤` and
`from … to …` bound a number.
"""

import json
import re
from typing import Any

from .choices import NotChoices, Scalar, listed, scalar, scalars
from .numbers import NotANumber, number, typed

When = dict[str, list[Scalar] | dict[str, int | float]]

PART = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^;"])*)(?:;|$)')
NAME = r'"(?:[^"\\]|\\.)*"|[^\s=<>≤≥:;"]+'
LISTED = re.compile(rf"({NAME})\s*(?:==?|:|\b(?:is|in)\b)\s*(.*)", re.DOTALL)
BOUND = re.compile(rf"({NAME})\s*(≥|>=|≤|<=)\s*(\S+)")
BETWEEN = re.compile(rf"({NAME})\s+from\s+(\S+)\s+to\s+(\S+)")
#: The parameter that chooses among several models.
MODEL = "model"
SHAPE = "write it like kernel = rbf, poly or layers ≥ 2"


class NotACondition(ValueError):
    """A text that is no condition; the message says what to type."""


def condition(text: str) -> When:
    """The conditions that `text` says, by parent; empty when it says none.

    Raises:
        NotACondition: for a part that is none, and for a parent named twice.
    """
    when: When = {}
    for part in _parts(text):
        parent, holds = _part(part)
        if parent in when:
            raise NotACondition(f"“{parent}” is named twice; write its values in one list")
        when[parent] = holds
    return when


def _parts(text: str) -> list[str]:
    parts, position = [], 0
    while position < len(text):
        found = PART.match(text, position)
        if found is None:
            raise NotACondition(f"a quote in “{text[position : position + 30]}” does not end; close it")
        parts.append(found[1].strip())
        position = found.end()
    return [part for part in parts if part]


def _part(part: str) -> tuple[str, list[Scalar] | dict[str, int | float]]:
    try:
        if between := BETWEEN.fullmatch(part):
            return _name(between[1]), {"min": number(between[2]), "max": number(between[3])}
        if bound := BOUND.fullmatch(part):
            return _name(bound[1]), {"min" if bound[2] in ("≥", ">=") else "max": number(bound[3])}
        if equal := LISTED.fullmatch(part):
            if values := scalars(equal[2]):
                return _name(equal[1]), values
            raise NotACondition(f"“{part[:60]}” lists no value; {SHAPE}")
    except (NotANumber, NotChoices) as error:
        raise NotACondition(f"in “{part[:60]}”: {error}") from None
    raise NotACondition(f"“{part[:60]}” is not a condition; {SHAPE}")


def _name(token: str) -> str:
    return str(scalar(token)) if token.startswith('"') else token


def described(when: dict[str, Any]) -> str:
    """The conditions of a `when` as text that reads back the same."""
    return "; ".join(_described(parent, holds) for parent, holds in when.items())


def _described(parent: str, holds: Any) -> str:
    bare = re.fullmatch(NAME, parent) and not parent.startswith('"')
    name = parent if bare else json.dumps(parent, ensure_ascii=False)
    if isinstance(holds, dict):
        return f"{name} {_bounds(holds)}"
    return f"{name} = {listed(holds if isinstance(holds, list) else [holds])}"


def _bounds(holds: dict[str, int | float]) -> str:
    ends = {side: typed(end) for side, end in holds.items()}
    if len(ends) == 2:
        return f"from {ends['min']} to {ends['max']}"
    return f"≥ {ends['min']}" if "min" in ends else f"≤ {ends['max']}"


def brief(text: str, name: str = "") -> str:
    """A condition as short as it can be told: what a single parent must be, else all of it.

    That a model's own parameter (`svc__gamma`) needs its model goes without saying.
    """
    try:
        when = condition(text)
    except NotACondition:
        return text
    own = family(text, name)
    if own and len(when) > 1:
        when = {_bare(parent, own): holds for parent, holds in when.items() if parent != MODEL}
        text = described(when)
    if len(when) != 1:
        return text
    holds = next(iter(when.values()))
    return _bounds(holds) if isinstance(holds, dict) else listed(holds)


def family(text: str, name: str) -> str:
    """The model whose own parameter `name` is, where its condition says that; else ""."""
    own, separator, _ = name.partition("__")
    try:
        return own if separator and condition(text).get(MODEL) == [own] else ""
    except NotACondition:
        return ""


def _bare(parent: str, own: str) -> str:
    return parent.removeprefix(f"{own}__")
