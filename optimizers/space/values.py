"""JSON scalars: what a choice or a number of a space may be, and when two of them are the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optimizers.errors import SpaceError

Scalar = str | int | float | bool | None
Identity = tuple[str, Scalar]

LARGEST_INTEGER = 2**53
"""Beyond it, JSON readers and floats no longer tell neighbouring integers apart."""


def native(value: Any) -> Any:
    """`value` as a plain Python object when it is a numpy scalar, else unchanged."""
    return value.item() if isinstance(value, np.generic) else value


def identity(value: Any) -> Identity:
    """What makes a JSON scalar itself: 1, 1.0, True and "1" all differ."""
    return type(value).__name__, value


def unstorable(text: str) -> bool:
    """Whether a database or a JSON reader would refuse `text`: a NUL or a lone surrogate."""
    return any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def scalar(value: Any, what: str, field: str) -> Scalar:
    """`value` as a JSON scalar; raises SpaceError naming `what` for anything else."""
    plain = native(value)
    if isinstance(plain, str):
        if unstorable(plain):
            raise SpaceError(
                f"{what}: {plain!r} holds a character that cannot be stored; leave it out", field=field
            )
        return plain
    if isinstance(plain, float) and not math.isfinite(plain):
        raise SpaceError(
            f"{what}: {plain!r} is not a JSON value; use a finite number or a string", field=field
        )
    if isinstance(plain, int) and abs(plain) > LARGEST_INTEGER:
        raise SpaceError(
            f"{what}: {plain!r} is too large to be exact; stay within ±2**53 or use a string", field=field
        )
    if plain is None or isinstance(plain, bool | int | float):
        return plain
    raise SpaceError(
        f"{what}: {plain!r} is a {type(plain).__name__}; use a string, a number, true, false or null",
        field=field,
    )


def finite_number(value: Any, what: str, field: str) -> int | float:
    """`value` as a finite int or float; raises SpaceError naming `what` for all else, booleans included."""
    plain = native(value)
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise SpaceError(f"{what} is {value!r}; give a number", field=field)
    try:
        finite = math.isfinite(plain)
    except OverflowError:
        finite = False
    if not finite:
        raise SpaceError(f"{what} is {value!r}; give a finite number", field=field)
    return plain


def whole_number(value: Any, what: str, field: str) -> int:
    """`value` as an int (3.0 is 3) within ±2**53; raises SpaceError naming `what` otherwise."""
    number = finite_number(value, what, field)
    if number != int(number):
        raise SpaceError(f"{what} is {value!r}; give a whole number", field=field)
    if abs(number) > LARGEST_INTEGER:
        raise SpaceError(
            f"{what} is {value!r}; whole numbers beyond ±2**53 are not exact, use a float", field=field
        )
    return int(number)
