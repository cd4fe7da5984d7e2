"""minimize: the whole search in one call, one trial after another, in this process."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from optimizers.base import Result, Suggestion
from optimizers.errors import OptionError, SpaceExhausted
from optimizers.registry import create
from optimizers.space import Space


@dataclass(frozen=True)
class Outcome:
    """best: the Result with the least value among those trained furthest, None when every trial failed.

    results: all, by number.

    errors: why trials failed, by number, in words.
    """

    best: Result | None
    results: tuple[Result, ...]
    errors: dict[int, str] = field(default_factory=dict)


def minimize(
    fn: Callable[..., float],
    space: Space,
    optimizer: str = "auto",
    trials: int = 100,
    seed: int = 0,
    *,
    min_fidelity: float | None = None,
    max_fidelity: float | None = None,
    history: Iterable[Result] = (),
    **options: Any,
) -> Outcome:
    """Search `space` for the params with the least `fn(params)`, in at most `trials` evaluations.

    A call that raises, or returns no finite number, is a failed trial and the search goes on. It ends early
    when a finite space is used up. `options` are the optimizer's own.

        outcome = minimize(lambda params: (params["x"] - 2) ** 2, Space({"x": Float(-10, 10)}), trials=50)
        outcome.best.params  # {"x": 2.0…}

    With `min_fidelity` and `max_fidelity` it is called as `fn(params, fidelity=…)` and trains up to there.
    It may also take `number`, its own, and `start_from`, the trial whose checkpoint it can go on from (None:
    from the beginning). `trials` then counts evaluations of any length.

        def fn(params, fidelity): return train(params, epochs=fidelity)
        minimize(fn, space, "asha", min_fidelity=1, max_fidelity=81)
    """
    if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
        raise OptionError(f"trials is {trials!r}; give a whole number from 1", option="trials")
    in_parts = max_fidelity is not None
    search = create(
        optimizer,
        space,
        seed=seed,
        budget=None if in_parts else trials,
        min_fidelity=min_fidelity,
        max_fidelity=max_fidelity,
        history=history,
        **options,
    )
    wanted = _wanted(fn) if in_parts else frozenset()
    results: list[Result] = []
    errors: dict[int, str] = {}
    for number in range(trials):
        try:
            suggestion = search.ask(number)
        except SpaceExhausted:
            break
        if suggestion is None:
            break
        value, error = _evaluate(fn, suggestion, _of_training(suggestion, max_fidelity, wanted))
        if error is not None:
            errors[number] = error
        results.append(
            Result(
                number,
                suggestion.params,
                value,
                fidelity=suggestion.fidelity,
                parent=suggestion.parent,
                start_from=suggestion.start_from,
            )
        )
        search.tell(results[-1:])
    usable = [result for result in results if result.value is not None]
    best = min(usable, key=lambda result: _order(result, max_fidelity), default=None)
    return Outcome(best, tuple(results), errors)


def _wanted(fn: Callable[..., float]) -> frozenset[str]:
    """The keywords that the function takes besides params."""
    known = inspect.signature(fn).parameters.values()
    if any(each.kind is each.VAR_KEYWORD for each in known):
        return frozenset({"fidelity", "number", "start_from"})
    return frozenset({"fidelity"} | {each.name for each in known} & {"number", "start_from"})


def _of_training(suggestion: Suggestion, full: float | None, wanted: frozenset[str]) -> dict[str, Any]:
    """The keywords of one call."""
    origin = suggestion.parent if suggestion.start_from is None else suggestion.start_from
    fidelity = full if suggestion.fidelity is None else suggestion.fidelity
    given = {"fidelity": fidelity, "number": suggestion.number, "start_from": origin}
    return {name: value for name, value in given.items() if name in wanted}


def _evaluate(
    fn: Callable[..., float], suggestion: Suggestion, keywords: dict[str, Any]
) -> tuple[float | None, str | None]:
    """The value, or None and why there is none."""
    try:
        value = float(fn(dict(suggestion.params), **keywords))
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
    return (value, None) if math.isfinite(value) else (None, f"the value is {value}, not a finite number")


def _order(result: Result, full: float | None) -> tuple[float, float]:
    """Further trainings first, since values of different lengths do not compare."""
    assert result.value is not None
    return -(result.fidelity or full or 0.0), result.value
