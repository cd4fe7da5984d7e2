"""Drives an optimizer in the tests: asks, tells, and the objective that they search."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from optimizers import Optimizer, Result, Suggestion
from optimizers.space import Params

Objective = Callable[[int, Params], float | None]


def bowl(number: int, params: Params) -> float | None:
    """A smooth value of any configuration; every seventh trial fails."""
    if number % 7 == 5:
        return None
    numbers = [value if isinstance(value, int | float) else len(str(value)) for value in params.values()]
    return math.fsum((math.log1p(abs(value)) - 0.7) ** 2 for value in numbers)


def play(optimizer: Optimizer, numbers: Sequence[int], objective: Objective = bowl) -> list[Suggestion]:
    """Ask and tell one number after the other."""
    played = []
    for number in numbers:
        suggestion = ask(optimizer, number)
        played.append(suggestion)
        optimizer.tell([Result(number, suggestion.params, objective(number, suggestion.params))])
    return played


def ask(optimizer: Optimizer, number: int, pending: Sequence[Suggestion] = ()) -> Suggestion:
    """A suggestion where there is no reason to wait for another."""
    suggestion = optimizer.ask(number, pending)
    assert suggestion is not None
    assert suggestion.number == number
    return suggestion


def results_of(suggestions: Sequence[Suggestion], objective: Objective = bowl) -> list[Result]:
    return [Result(each.number, each.params, objective(each.number, each.params)) for each in suggestions]


def plain(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as JSON data, for comparing."""
    return {
        "number": suggestion.number,
        "params": suggestion.params,
        "fidelity": suggestion.fidelity,
        "info": suggestion.info,
    }
