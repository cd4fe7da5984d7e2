"""minimize: the whole search in one call, one trial after another, in this process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from optimizers.base import Result
from optimizers.errors import OptionError, SpaceExhausted
from optimizers.registry import create
from optimizers.space import Params, Space


@dataclass(frozen=True)
class Outcome:
    """best: the Result with the least value, None when every trial failed.  results: all, by number.

    errors: why trials failed, by number, in words.
    """

    best: Result | None
    results: tuple[Result, ...]
    errors: dict[int, str] = field(default_factory=dict)


def minimize(
    fn: Callable[[Params], float],
    space: Space,
    optimizer: str = "auto",
    trials: int = 100,
    seed: int = 0,
    *,
    history: Iterable[Result] = (),
    **options: Any,
) -> Outcome:
    """Search `space` for the params with the least `fn(params)`, in at most `trials` evaluations.

    A call that raises, or returns no finite number, is a failed trial and the search goes on. It ends early
    when a finite space is used up. `options` are the optimizer's own.

        outcome = minimize(lambda params: (params["x"] - 2) ** 2, Space({"x": Float(-10, 10)}), trials=50)
        outcome.best.params  # {"x": 2.0…}
    """
    if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
        raise OptionError(f"trials is {trials!r}; give a whole number from 1", option="trials")
    search = create(optimizer, space, seed=seed, budget=trials, history=history, **options)
    results: list[Result] = []
    errors: dict[int, str] = {}
    for number in range(trials):
        try:
            suggestion = search.ask(number)
        except SpaceExhausted:
            break
        if suggestion is None:
            break
        value, error = _evaluate(fn, suggestion.params)
        if error is not None:
            errors[number] = error
        results.append(
            Result(number, suggestion.params, value, fidelity=suggestion.fidelity, parent=suggestion.parent)
        )
        search.tell(results[-1:])
    best = min((result for result in results if result.value is not None), key=_value, default=None)
    return Outcome(best, tuple(results), errors)


def _evaluate(fn: Callable[[Params], float], params: Params) -> tuple[float | None, str | None]:
    """The value, or None and why there is none."""
    try:
        value = float(fn(dict(params)))
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
    return (value, None) if math.isfinite(value) else (None, f"the value is {value}, not a finite number")


def _value(result: Result) -> float:
    assert result.value is not None
    return result.value
