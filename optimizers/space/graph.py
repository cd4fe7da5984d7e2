"""The graph of conditions: checks that every parent exists and is met, sorts parents first. Used by Space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizers.errors import ParameterError, SpaceError, did_you_mean
from optimizers.space.conditions import Between, Condition, OneOf
from optimizers.space.enumeration import Edge
from optimizers.space.levels import Levels
from optimizers.space.numeric import Numeric
from optimizers.space.parameters import Categorical, Parameter


def parents_first(parameters: Mapping[str, Parameter]) -> tuple[int, ...]:
    """Columns in the given order, except that parents precede their children; SpaceError for a cycle."""
    columns = {name: column for column, name in enumerate(parameters)}
    order: dict[str, None] = {}
    for name in parameters:
        _visit(name, parameters, order, ())
    return tuple(columns[name] for name in order)


def _visit(
    name: str, parameters: Mapping[str, Parameter], order: dict[str, None], path: tuple[str, ...]
) -> None:
    if name in path:
        cycle = " → ".join((*path[path.index(name) :], name))
        raise SpaceError(
            f"when: conditions go in a circle: {cycle}; remove one of them", parameter=name, field="when"
        )
    if name in order:
        return
    for parent in parameters[name].when:
        if parent not in parameters:
            raise SpaceError(
                f'when: there is no parameter "{parent}"; {did_you_mean(parent, [key for key in parameters if key != name])}',
                parameter=name,
                field="when",
            )
        _visit(parent, parameters, order, (*path, name))
    order[name] = None


def link(parameters: Mapping[str, Parameter]) -> tuple[tuple[Edge, ...], ...]:
    """The conditions of each column as edges in codes; SpaceError for one that can never hold."""
    columns = {name: column for column, name in enumerate(parameters)}
    edges = []
    for name, parameter in parameters.items():
        try:
            edges.append(
                tuple(
                    replace(
                        _edge(parent, parameters[parent], condition),
                        parent=columns[parent],
                        child=columns[name],
                    )
                    for parent, condition in parameter.when.items()
                )
            )
        except SpaceError as error:
            raise SpaceError(error.problem, parameter=name, field="when") from None
    return tuple(edges)


def _edge(name: str, parent: Parameter, condition: Condition) -> Edge:
    if isinstance(condition, OneOf):
        return Edge(0, 0, _allowed(name, parent, condition))
    if isinstance(parent, Numeric):
        return _interval(name, parent, condition)
    return Edge(0, 0, _choices_within(name, parent, condition))


def _allowed(name: str, parent: Parameter, condition: OneOf) -> tuple[float, ...]:
    if parent.kind == "continuous":
        raise SpaceError(
            f'when: "{name}" is continuous and meets a value only by chance; write {{"min": …, "max": …}}'
        )
    codes = []
    for value in condition.values:
        try:
            codes.append(parent.code(parent.normalise(value)))
        except ParameterError as error:
            raise SpaceError(f'when: {error.value!r} is not a value of "{name}"; {error.remedy}') from None
    return tuple(codes)


def _interval(name: str, parent: Numeric, condition: Between) -> Edge:
    low, high = parent.bounds
    least = low if condition.min is None else condition.min
    most = high if condition.max is None else condition.max
    edge = Edge(0, 0, None, least, most)
    if most < low or least > high or (parent.levels is not None and not _any_level(edge, parent.levels)):
        raise SpaceError(
            f'when: "{name}" goes from {low} to {high} and is never in {condition.to_json()}; widen it'
        )
    return edge


def _any_level(edge: Edge, levels: Levels) -> bool:
    return any(start < stop for start, stop in edge.spans(levels))


def _choices_within(name: str, parent: Parameter, condition: Between) -> tuple[float, ...]:
    choices = parent.choices if isinstance(parent, Categorical) else ()
    if any(isinstance(choice, bool) or not isinstance(choice, int | float) for choice in choices):
        raise SpaceError(
            f'when: "{name}" has choices that are no numbers, so {condition.to_json()} means nothing; list values'
        )
    low = condition.min if condition.min is not None else -float("inf")
    high = condition.max if condition.max is not None else float("inf")
    codes = tuple(float(code) for code, choice in enumerate(choices) if low <= float(str(choice)) <= high)
    if not codes:
        raise SpaceError(f'when: no choice of "{name}" is within {condition.to_json()}; widen it')
    return codes
