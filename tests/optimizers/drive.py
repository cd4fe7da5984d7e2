"""Drives an optimizer in the tests: asks, tells, and the objective that they search."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from optimizers import Optimizer, Result, Space, Suggestion
from optimizers import create as make
from optimizers.registry import get
from optimizers.space import Params

Objective = Callable[[int, Params], float | None]


FIDELITY = {"min_fidelity": 1, "max_fidelity": 9}


def create(name: str, space: Space, **hints: Any) -> Optimizer:
    """As the library's, with a fidelity for methods that need one."""
    return make(name, space, **(FIDELITY | hints if get(name).needs_fidelity else hints))


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
        optimizer.tell(results_of([suggestion], objective))
    return played


def begun(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Those that continue no other."""
    return [suggestion for suggestion in suggestions if suggestion.parent is None]


def ask(optimizer: Optimizer, number: int, pending: Sequence[Suggestion] = ()) -> Suggestion:
    """A suggestion where there is no reason to wait for another."""
    suggestion = optimizer.ask(number, pending)
    assert suggestion is not None
    assert suggestion.number == number
    return suggestion


def results_of(suggestions: Sequence[Suggestion], objective: Objective = bowl) -> list[Result]:
    return [result_of(each, objective(each.number, each.params)) for each in suggestions]


def result_of(suggestion: Suggestion, value: float | None) -> Result:
    """What came of a suggestion that was trained as far as it asked for."""
    return Result(
        suggestion.number,
        suggestion.params,
        value,
        fidelity=suggestion.fidelity,
        parent=suggestion.parent,
        start_from=suggestion.start_from,
    )


def plain(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as JSON data, for comparing."""
    return {
        "number": suggestion.number,
        "params": suggestion.params,
        "fidelity": suggestion.fidelity,
        "parent": suggestion.parent,
        "start_from": suggestion.start_from,
        "info": suggestion.info,
    }
