"""Trials as charts read them, made without a database; for the tests of charts over parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from optimizers.space import Space
from trials.charts.base import StudyFacts
from trials.charts.chosen import Chosen, Dot

SPACE = Space.from_dict(
    {
        "parameters": [
            {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"]},
            {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True},
            {"name": "gamma", "type": "float", "low": 0, "high": 1, "when": {"kernel": ["rbf"]}},
        ]
    }
)


def facts(**changes: Any) -> StudyFacts:
    known: dict[str, Any] = {
        "metric": "loss", "maximize": False, "over": False, "planned": 100, "handed_out": 60,
        "complete": 60, "pruned": 0, "failed": 0, "default_value": None,
    }  # fmt: skip
    return StudyFacts(**(known | changes))


def dot(
    number: int,
    value: float | None,
    state: str = "complete",
    seconds: float = 1.0,
    feasible: bool = True,
    **params: Any,
) -> Dot:
    return Dot(number, state, value, params, seconds, feasible)


def chosen(dots: Sequence[Dot], total: int | None = None, **more: Any) -> Chosen:
    failed = sum(each.state == "failed" for each in dots)
    return Chosen(dots, len(dots) if total is None else total, **({"failed": failed} | more))


def valley(count: int = 60, best: float = 10.0) -> list[Dot]:
    """Trials whose value grows with the distance of C from `best`; every third one lacks gamma."""
    made = []
    for number in range(count):
        exponent = -3 + 6 * ((number * 37) % count) / count
        params: Mapping[str, Any] = {"kernel": "linear", "C": 10.0**exponent}
        if number % 3:
            params = {"kernel": "rbf", "C": 10.0**exponent, "gamma": (number % 7) / 7}
        value = 1 + abs(exponent - 1.0) + (0.0 if number % 3 else 5.0)
        made.append(dot(number, value, **params))
    return made
