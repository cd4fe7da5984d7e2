"""The graph of conditions: checks that parents exist and can meet them, sorts them first. Used by Space."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from optimizers.errors import ParameterError, SpaceError, did_you_mean
from optimizers.space.conditions import Between, Condition, OneOf
from optimizers.space.enumeration import Edge
from optimizers.space.numeric import Numeric
from optimizers.space.parameters import Categorical, Parameter


@dataclass(frozen=True)
class Graph:
    """Columns in the given order except that parents precede children, and the conditions of each column."""

    order: tuple[int, ...]
    edges: tuple[tuple[Edge, ...], ...]
    parents: frozenset[int]

    @classmethod
    def of(cls, parameters: Mapping[str, Parameter]) -> Graph:
        """Raises SpaceError for a missing parent, a circle, or a condition that can never hold."""
        columns = {name: column for column, name in enumerate(parameters)}
        order: dict[str, None] = {}
        for name in parameters:
            _visit(name, parameters, order, ())
        edges = tuple(_edges(name, parameters, columns) for name in parameters)
        parents = frozenset(edge.parent for own in edges for edge in own)
        return cls(tuple(columns[name] for name in order), edges, parents)


def _visit(
    name: str, parameters: Mapping[str, Parameter], order: dict[str, None], path: tuple[str, ...]
) -> None:
    if name in path:
        circle = " → ".join((*path[path.index(name) :], name))
        raise SpaceError(
            f"when: conditions go in a circle: {circle}; remove one of them", parameter=name, field="when"
        )
    if name in order:
        return
    for parent in parameters[name].when:
        if parent not in parameters:
            known = did_you_mean(parent, [key for key in parameters if key != name])
            raise SpaceError(f'when: there is no parameter "{parent}"; {known}', parameter=name, field="when")
        _visit(parent, parameters, order, (*path, name))
    order[name] = None


def _edges(name: str, parameters: Mapping[str, Parameter], columns: Mapping[str, int]) -> tuple[Edge, ...]:
    edges = []
    for parent, condition in parameters[name].when.items():
        try:
            allowed, low, high = _in_codes(parameters[parent], condition)
        except SpaceError as error:
            raise SpaceError(f'when "{parent}": {error.problem}', parameter=name, field="when") from None
        edges.append(Edge(columns[parent], columns[name], allowed, low, high))
    return tuple(edges)


def _in_codes(parent: Parameter, condition: Condition) -> tuple[tuple[float, ...] | None, float, float]:
    """The allowed codes, or None and the range of codes."""
    if isinstance(condition, OneOf):
        return _allowed(parent, condition), -math.inf, math.inf
    low = -math.inf if condition.min is None else condition.min
    high = math.inf if condition.max is None else condition.max
    if isinstance(parent, Categorical):
        return _choices_within(parent, low, high, condition), -math.inf, math.inf
    assert isinstance(parent, Numeric)
    least, most = parent.bounds
    met = low <= most and high >= least
    if met and parent.levels is not None:
        met = parent.levels.first_at_least(low) < parent.levels.first_at_least(math.nextafter(high, math.inf))
    if not met:
        raise SpaceError(
            f"it goes from {least} to {most} and is never in {condition.to_json()}; widen one of them"
        )
    return None, low, high


def _allowed(parent: Parameter, condition: OneOf) -> tuple[float, ...]:
    if parent.kind == "continuous":
        raise SpaceError('it is continuous and meets a value only by chance; write {"min": …, "max": …}')
    codes = []
    for value in condition.values:
        try:
            codes.append(parent.code(parent.normalise(value)))
        except ParameterError as error:
            raise SpaceError(f"{error.value!r} is not one of its values; {error.remedy}") from None
    return tuple(codes)


def _choices_within(parent: Categorical, low: float, high: float, condition: Between) -> tuple[float, ...]:
    numbers = [
        choice
        for choice in parent.choices
        if isinstance(choice, int | float) and not isinstance(choice, bool)
    ]
    if len(numbers) < len(parent.choices):
        raise SpaceError(
            f"not all its choices are numbers, so {condition.to_json()} means nothing; list values"
        )
    codes = tuple(float(code) for code, number in enumerate(numbers) if low <= number <= high)
    if not codes:
        raise SpaceError(f"none of its choices is within {condition.to_json()}; widen it")
    return codes
