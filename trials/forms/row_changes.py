"""Completes a row whose scale or belief was changed, with numbers that suit its range; pure, for drafts."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from optimizers.errors import SpaceError
from optimizers.space import Distribution

from . import distributions
from .beliefs import NotABelief, prior_of
from .choices import NotChoices
from .distributions import arguments, as_call, called, families
from .numbers import NotANumber, number, typed
from .space_rows import OTHER, PLAIN_SCALES, Row

Ends = tuple[float, float]
#: Shapes that most distributions accept one of.
SHAPES = (1, 2, 0.5, 5)
MOST_SHAPES = 3
#: A belief this wide, as a factor, is neither sharp nor empty.
FACTOR = 3


def _middle(low: float, high: float) -> float:
    """The geometric middle of a positive range, else the arithmetic one."""
    return math.sqrt(low * high) if low > 0 else (low + high) / 2


#: Arguments under which a distribution covers the range from low to high.
SUGGESTED: dict[str, Callable[[float, float], Mapping[str, float]]] = {
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
    """The row with arguments for its distribution and numbers for its belief, where its own do not fit."""
    return replace(row, args=_args(row), **_belief(row))


# --- the distribution -------------------------------------------------------------------------------------
def _args(row: Row) -> str:
    if row.scale in ("", *PLAIN_SCALES):
        return row.args
    low, high = _ends(row)
    if row.scale == OTHER:
        return _other(row.args, low, high)
    if row.scale not in SUGGESTED or _fits(row.scale, row.args):
        return row.args
    args = SUGGESTED[row.scale](low, high)
    return distributions.described({name: _tidy(value) for name, value in args.items()})


def _fits(name: str, args: str) -> bool:
    try:
        read = arguments(args)
        Distribution.of({"name": name, "args": read}, "args")
    except (SpaceError, NotANumber, NotChoices):
        return False
    return bool(read)


def _other(text: str, low: float, high: float) -> str:
    """A call that covers the range, where the text only names a distribution; else the text."""
    try:
        given = called(text)
    except (NotANumber, NotChoices):
        return text
    known = families().get(given["name"])
    if known is None or given["args"]:
        return text
    found = _spread_out(given["name"], known, low, high)
    return text if found is None else as_call({"name": given["name"], "args": found})


def _spread_out(name: str, known: tuple[str, ...], low: float, high: float) -> dict[str, float] | None:
    """Arguments whose distribution reaches about from low to high; None where none of a few tries does."""
    shapes = [key for key in known if key not in ("loc", "scale")]
    for values in itertools.islice(itertools.product(SHAPES, repeat=len(shapes)), len(SHAPES) ** MOST_SHAPES):
        args: dict[str, float] = dict(zip(shapes, values, strict=True))
        try:
            tried = Distribution.of({"name": name, "args": args}, "args")
        except SpaceError:
            continue
        first, last = tried.quantile(0.01), tried.quantile(0.99)
        if not first < last or not math.isfinite(last - first):
            continue
        if "scale" not in known:
            return args
        scale = (high - low) / (last - first)
        return args | {"loc": _tidy(low - first * scale), "scale": _tidy(scale)}
    return None


# --- the belief -------------------------------------------------------------------------------------------
def _belief(row: Row) -> dict[str, Any]:
    """The fields of a normal or log-normal belief, around the default or the middle where they do not fit."""
    if row.prior not in ("norm", "lognorm"):
        return {}
    try:
        prior_of(row.prior, row.center, row.spread, "")
    except NotABelief as error:
        low, high = _ends(row)
        fields = {"center": row.center, "spread": row.spread}
        if not row.center.strip() or error.field == "center":
            fields["center"] = row.default.strip() or typed(_tidy(abs(_middle(low, high)) or 1.0))
        if not row.spread.strip() or error.field == "spread":
            fields["spread"] = typed(FACTOR if row.prior == "lognorm" else _tidy((high - low) / 6))
        return fields
    return {}


def _ends(row: Row) -> Ends:
    try:
        low, high = float(number(row.low)), float(number(row.high))
    except NotANumber:
        return 1.0, 100.0
    return (low, high) if low < high else (1.0, 100.0)


def _tidy(value: float) -> int | float:
    return value if isinstance(value, int) else float(f"{value:.3g}")
