"""Conditions: when a parameter is active, given the values of its parents. Used by parameters and Space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizers.errors import SpaceError
from optimizers.space.values import Scalar, finite_number, identity, scalar


@dataclass(frozen=True)
class OneOf:
    """Holds when the parent has one of `values`."""

    values: tuple[Scalar, ...]

    def to_json(self) -> list[Scalar]:
        return list(self.values)


@dataclass(frozen=True)
class Between:
    """Holds when the numeric parent lies in [min, max]; None leaves that side open."""

    min: float | None = None
    max: float | None = None

    def to_json(self) -> dict[str, float]:
        sides = {"min": self.min, "max": self.max}
        return {side: bound for side, bound in sides.items() if bound is not None}


Condition = OneOf | Between


class When(Mapping[str, Condition]):
    """Read-only mapping from a parent's name to its condition; all must hold. Empty: always active."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        if given is not None and not isinstance(given, Mapping):
            raise SpaceError(f'when is {given!r}; write it as {{"parent": value or list}}', field="when")
        self._conditions = {
            str(parent): _parse_condition(str(parent), condition)
            for parent, condition in (given or {}).items()
        }

    def __getitem__(self, parent: str) -> Condition:
        return self._conditions[parent]

    def __iter__(self) -> Iterator[str]:
        return iter(self._conditions)

    def __len__(self) -> int:
        return len(self._conditions)

    def __repr__(self) -> str:
        return f"When({self.to_json()!r})"

    def to_json(self) -> dict[str, Any]:
        """The conditions as JSON; a single value is written as a list of one."""
        return {parent: condition.to_json() for parent, condition in self._conditions.items()}


def _parse_condition(parent: str, given: Any) -> Condition:
    if isinstance(given, OneOf | Between):
        return given
    if isinstance(given, Mapping):
        return _parse_between(parent, given)
    values = tuple(given) if isinstance(given, list | tuple) else (given,)
    if not values:
        raise SpaceError(f'when: no value of "{parent}" is listed; list at least one', field="when")
    chosen = tuple(scalar(value, f'when "{parent}"', "when") for value in values)
    if len({identity(value) for value in chosen}) < len(chosen):
        raise SpaceError(f'when: a value of "{parent}" is listed twice in {list(chosen)!r}', field="when")
    return OneOf(chosen)


def _parse_between(parent: str, given: Mapping[str, Any]) -> Between:
    if not given or not set(given) <= {"min", "max"}:
        raise SpaceError(
            f'when: {dict(given)!r} for "{parent}" is not a range; write {{"min": …, "max": …}} or one side',
            field="when",
        )
    bounds = {side: finite_number(bound, f'when "{parent}" {side}', "when") for side, bound in given.items()}
    low, high = bounds.get("min"), bounds.get("max")
    if low is not None and high is not None and low > high:
        raise SpaceError(f'when: min {low} of "{parent}" is above max {high}; swap them', field="when")
    return Between(low, high)
