"""The rows that show a space given as JSON: texts as people would type them; pure, called by the forms.

`row_reader` reads them back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import beliefs, distributions, rules, weights
from .choices import listed, token
from .conditions import described
from .numbers import typed

TYPES = ("float", "integer", "categorical", "boolean")
NUMERIC = ("float", "integer")
PLAIN_SCALES = ("linear", "log")
#: Distributions that a row calls by a word of their own; any other is "other", with a call as arguments.
FAMILIES = {
    "expon": "exponential",
    "norm": "normal",
    "lognorm": "log normal",
    "randint": "whole numbers",
    "loguniform": "log uniform",
    "gamma": "gamma",
    "beta": "beta",
    "triang": "triangular",
    "halfnorm": "half normal",
    "poisson": "Poisson",
}
OTHER = "other"


@dataclass(frozen=True)
class Row:
    """One parameter as typed.

    `scale` is linear, log or a scipy distribution's name with its `args`, "other" with a call in `args`.
    `points` are a grid's. `prior`, `center`, `spread` and `belief` say where good values are expected;
    `weights` say which choices.
    """

    name: str = ""
    type: str = "float"
    low: str = ""
    high: str = ""
    step: str = ""
    points: str = ""
    scale: str = "linear"
    args: str = ""
    choices: str = ""
    ordered: bool = False
    default: str = ""
    when: str = ""
    prior: str = ""
    center: str = ""
    spread: str = ""
    belief: str = ""
    weights: str = ""


@dataclass(frozen=True)
class Ranges:
    """A whole space as typed: its rows, and its rules, one a line."""

    rows: tuple[Row, ...] = ()
    constraints: str = ""
    forbidden: str = ""


def ranges_of(space: Mapping[str, Any]) -> Ranges:
    """The texts that say a space given as JSON; reading them gives the same space."""
    return Ranges(tuple(rows_of(space)), **rules.texts_of(space))


def rows_of(space: Mapping[str, Any]) -> list[Row]:
    """The rows that show a space given as JSON."""
    return [_row_of(parameter) for parameter in space["parameters"]]


def _row_of(given: Mapping[str, Any]) -> Row:
    row = Row(name=given["name"], type=given["type"], when=described(given.get("when") or {}))
    numeric = given["type"] in NUMERIC
    if "default" in given and not (numeric and given["default"] is None):
        default = given["default"]
        row = replace(row, default=typed(default) if numeric else token(default))
    if numeric:
        return _with_numbers(row, given)
    row = replace(row, weights=_weights(given))
    if given["type"] == "boolean":
        return row
    return replace(row, choices=listed(given["choices"]), ordered=bool(given.get("ordered", False)))


def _weights(given: Mapping[str, Any]) -> str:
    prior = given.get("prior")
    return "" if prior is None else weights.described(prior, given.get("choices", [False, True]))


def _with_numbers(row: Row, given: Mapping[str, Any]) -> Row:
    low, high, step, points = (
        "" if given.get(name) is None else typed(given[name]) for name in ("low", "high", "step", "points")
    )
    if points and not step:
        step, points = f"{points} points", ""
    row = replace(row, low=low, high=high, step=step, points=points, **beliefs.texts_of(given.get("prior")))
    if distribution := given.get("distribution"):
        return replace(row, **_scale(distribution))
    return replace(row, scale="log") if given.get("log") else row


def _scale(distribution: Mapping[str, Any]) -> dict[str, Any]:
    args = distribution.get("args") or {}
    if distribution["name"] in FAMILIES and isinstance(args, Mapping):
        return {"scale": distribution["name"], "args": distributions.described(args)}
    return {"scale": OTHER, "args": distributions.as_call(distribution)}
