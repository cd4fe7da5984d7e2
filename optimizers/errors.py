"""The errors of the library: each says what was wrong, with which value, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class OptimizerError(ValueError):
    """Anything the library refuses."""


class SpaceError(OptimizerError):
    """A space or parameter that cannot be built.

    `parameter` is the parameter's name and `field` the argument at fault ("low", "when", ...), where known,
    so that a form can show the message in the right place.
    """

    def __init__(self, problem: str, *, parameter: str | None = None, field: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.parameter = parameter
        self.field = field

    def __str__(self) -> str:
        return self.problem if self.parameter is None else f'parameter "{self.parameter}": {self.problem}'


class ConstraintError(SpaceError):
    """A constraint that cannot be read: its text, and the `position` of the problem in it, from 0."""

    def __init__(self, text: str, position: int, problem: str) -> None:
        super().__init__(f'constraint "{text}", position {position + 1}: {problem}', field="constraints")
        self.text = text
        self.position = position


class ParameterError(OptimizerError):
    """A value that a space does not accept: `name` and `value` of the parameter, `remedy` in words."""

    def __init__(self, name: str, value: Any, remedy: str) -> None:
        super().__init__(name, value, remedy)
        self.name = name
        self.value = value
        self.remedy = remedy

    def __str__(self) -> str:
        return f'parameter "{self.name}": {self.value!r} is refused; {self.remedy}'


class SpaceExhausted(OptimizerError):
    """Every configuration of a finite space has been suggested: there is nothing left to ask for."""


class UnknownOptimizer(OptimizerError):
    """No optimizer of that name is available."""


class OptionError(OptimizerError):
    """An option or hint that the optimizer does not have, or a value it cannot take; `option` is its name."""

    def __init__(self, problem: str, *, option: str | None = None) -> None:
        super().__init__(problem)
        self.option = option


def did_you_mean(name: Any, known: Iterable[str]) -> str:
    """`did you mean "x"?` when something known is close to `name`, else the list of what is known."""
    names = list(known)
    lower = {known_name.lower(): known_name for known_name in names}
    close = [lower[match] for match in get_close_matches(str(name).lower(), lower, n=3)]
    if close:
        return "did you mean " + " or ".join(f'"{match}"' for match in close) + "?"
    return "known are " + ", ".join(f'"{name}"' for name in names) if names else "there are none"
