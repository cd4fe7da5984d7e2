"""Stand-ins for 0 on logarithmic ranges, for the models whose own default it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def zeroed(**least: float) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Arguments in which each of these parameters is 0 where it has the least value of its range."""

    def arguments(params: Mapping[str, Any]) -> dict[str, Any]:
        return {name: 0.0 if least.get(name) == value else value for name, value in params.items()}

    return arguments
