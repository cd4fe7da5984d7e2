"""How a peer talks to the runner: JSON lines on its standard streams. Imported by the scripts beside it.

They run in environments of their own, without this project, so they know spaces by their JSON alone. First
comes {parameters, objectives, seed, trials, batch}, answered by {version}; then {ask: count}, answered by
{params: […], seconds}, and {tell: [value, list of values or null for failed]}, answered by {seconds};
seconds are of the processor.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, Protocol

Params = dict[str, Any]
Parameter = dict[str, Any]


class Searcher(Protocol):
    """What each script makes."""

    version: str

    def ask(self, count: int) -> list[Params]: ...

    def tell(self, values: list[Any]) -> None: ...


def is_active(parameter: Parameter, params: Params) -> bool:
    """Whether a parameter counts, given those before it (parents come first)."""
    for parent, condition in parameter.get("when", {}).items():
        if parent not in params:
            return False
        value = params[parent]
        if isinstance(condition, list):
            if value not in condition:
                return False
        elif not condition.get("min", value) <= value <= condition.get("max", value):
            return False
    return True


def active(parameters: list[Parameter], values: Params) -> Params:
    """Of values for all parameters those that count, as native types."""
    params: Params = {}
    for parameter in parameters:
        if is_active(parameter, params):
            params[parameter["name"]] = native(parameter, values[parameter["name"]])
    return params


def native(parameter: Parameter, value: Any) -> Any:
    if parameter["type"] == "integer":
        return round(float(value))
    if parameter["type"] == "float":
        return min(max(float(value), parameter["low"]), parameter["high"])
    return next(choice for choice in choices(parameter) if choice == value)


def choices(parameter: Parameter) -> list[Any]:
    return [False, True] if parameter["type"] == "boolean" else parameter["choices"]


def stepped(parameter: Parameter) -> tuple[int, int]:
    """(low, high) of an integer whose units are its steps."""
    low, high, step = int(parameter["low"]), int(parameter["high"]), int(parameter.get("step") or 1)
    return (low, high) if step == 1 else (0, (high - low) // step)


def unstepped(parameter: Parameter, value: Any) -> Any:
    """Back from those units to the parameter's value."""
    step = parameter.get("step") or 1
    return value if step == 1 or parameter["type"] != "integer" else parameter["low"] + step * value


def worst_for_failed(values: list[float | None], told: list[float]) -> list[float]:
    """Failed ones as the worst seen, for libraries that know no failure."""
    known = [value for value in (*told, *values) if value is not None]
    return [max(known, default=0.0) if value is None else value for value in values]


def serve(make: Callable[[dict[str, Any]], Searcher]) -> None:
    """Answer until the runner closes the stream; whatever the library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    searcher: Searcher | None = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            begun = time.process_time()
            answer: dict[str, Any] = {}
            if searcher is None:
                searcher = make(message)
                answer["version"] = searcher.version
            elif "ask" in message:
                answer["params"] = searcher.ask(message["ask"])
            else:
                searcher.tell(message["tell"])
            answer["seconds"] = time.process_time() - begun
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
