"""Completes a row whose scale was changed, with arguments that suit its range; pure, used by Draft."""

import math
from collections.abc import Callable
from dataclasses import replace

from optimizers.errors import SpaceError
from optimizers.space import Distribution

from .choices import NotChoices
from .numbers import NotANumber, number, typed
from .space_rows import PLAIN_SCALES, Row, arguments

Ends = tuple[float, float]


def _middle(low: float, high: float) -> float:
    """The geometric middle of a positive range, else the arithmetic one."""
    return math.sqrt(low * high) if low > 0 else (low + high) / 2


#: Arguments under which a distribution covers the range from low to high.
SUGGESTED: dict[str, Callable[[float, float], dict[str, float]]] = {
    "expon": lambda low, high: {"scale": (high - low) / 5},
    "norm": lambda low, high: {"loc": (low + high) / 2, "scale": (high - low) / 6},
    "lognorm": lambda low, high: {"s": 1, "scale": abs(_middle(low, high)) or 1},
    "randint": lambda low, high: {"low": math.floor(low), "high": math.floor(high) + 1},
    "loguniform": lambda low, high: {"a": low if low > 0 else high / 1000, "b": high},
    "gamma": lambda low, high: {"a": 2, "scale": (high - low) / 8},
    "beta": lambda low, high: {"a": 2, "b": 2, "loc": low, "scale": high - low},
    "triang": lambda low, high: {"c": 0.5, "loc": low, "scale": high - low},
    "halfnorm": lambda low, high: {"loc": low, "scale": (high - low) / 3},
    "poisson": lambda low, high: {"mu": max(1, round((low + high) / 2))},
}


def completed(row: Row) -> Row:
    """The row with arguments for its distribution, where those it has do not fit."""
    if row.scale in ("", *PLAIN_SCALES) or row.scale not in SUGGESTED or _fits(row):
        return row
    low, high = _ends(row)
    args = {name: _tidy(value) for name, value in SUGGESTED[row.scale](low, high).items()}
    return replace(row, args=", ".join(f"{name} = {value}" for name, value in args.items()))


def _fits(row: Row) -> bool:
    try:
        args = arguments(row.args)
        Distribution.of({"name": row.scale, "args": args}, "args")
    except (SpaceError, NotANumber, NotChoices):
        return False
    return bool(args)


def _ends(row: Row) -> Ends:
    try:
        low, high = float(number(row.low)), float(number(row.high))
    except NotANumber:
        return 1.0, 100.0
    return (low, high) if low < high else (1.0, 100.0)


def _tidy(value: float) -> str:
    return typed(value if isinstance(value, int) else float(f"{value:.3g}"))
