"""Distributions as text, `scale = 100, loc = 2` and `beta(a = 2, b = 3)`, and their JSON; for space rows."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from .choices import NotChoices
from .numbers import number, typed

Arguments = dict[str, int | float | list[int | float]]

#: Parts between commas, those inside of brackets aside.
PARTS = re.compile(r"(?:\[[^\]]*\]|[^,\[])+")
CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\((.*)\)?)?\s*", re.DOTALL)


def arguments(text: str) -> Arguments:
    """The arguments of a distribution: "scale = 100, loc = 2", a list as "p = [0.2, 0.8]".

    Raises:
        NotChoices: for a part without a name. NotANumber: for a value that is none.
    """
    found: Arguments = {}
    for part in PARTS.findall(text):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise NotChoices(
                f"“{part.strip()[:40]}” has no name; write the arguments like scale = 100, loc = 2"
            )
        several = value.startswith("[") and value.endswith("]")
        found[name] = [number(each) for each in value[1:-1].split(",")] if several else number(value)
    return found


def described(args: Mapping[str, Any]) -> str:
    """Arguments as text that reads back the same."""
    return ", ".join(_described(name, value) for name, value in args.items())


def _described(name: str, value: Any) -> str:
    shown = f"[{', '.join(map(typed, value))}]" if isinstance(value, list | tuple) else typed(value)
    return f"{name} = {shown}"


def called(text: str) -> dict[str, Any]:
    """The distribution that "beta(a = 2, b = 3)" names.

    Raises:
        NotChoices, NotANumber: for anything else.
    """
    found = CALL.fullmatch(text.rstrip().removesuffix(")"))
    if found is None:
        raise NotChoices(f"“{text.strip()[:40]}” names no distribution; write it like beta(a = 2, b = 3)")
    return {"name": found[1], "args": arguments(found[2] or "")}


def as_call(distribution: Mapping[str, Any]) -> str:
    """A distribution given as JSON as text that `called` reads back."""
    args = distribution.get("args") or {}
    if not isinstance(args, Mapping):
        args = dict(zip(families().get(distribution["name"], ()), args, strict=False))
    return f"{distribution['name']}({described(args)})"


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Every distribution of scipy.stats with the names of its arguments, those without a default first."""
    from scipy import stats

    return {
        name: (*_shapes(family), *(("loc", "scale") if hasattr(family, "pdf") else ("loc",)))
        for name, family in sorted(vars(stats).items())
        if isinstance(family, stats.rv_continuous | stats.rv_discrete)
    }


def _shapes(family: Any) -> tuple[str, ...]:
    return tuple(shape.strip() for shape in family.shapes.split(",")) if family.shapes else ()
