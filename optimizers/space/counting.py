"""Counting: enumerations of a space and of its grid, without what breaks a rule. Used by Space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizers.errors import SpaceError
from optimizers.space.enumeration import Edge, Enumeration
from optimizers.space.parameters import Parameter
from optimizers.space.rules import Rules
from optimizers.space.sieve import MOST_COUNTED, Sieve


def all_configurations(
    columns: Sequence[Parameter], edges: Sequence[Edge], rules: Rules
) -> Enumeration | None:
    """All configurations by index; None when there are infinitely many, or too many to check each."""
    finite = [parameter.levels for parameter in columns if parameter.levels is not None]
    if len(finite) < len(columns):
        return None
    points = Enumeration(finite, edges)
    if not rules:
        return points
    return Sieve(points, rules) if points.size <= MOST_COUNTED else None


def grid_of(parameters: Mapping[str, Parameter], edges: Sequence[Edge], rules: Rules) -> Enumeration:
    """The grid's configurations by index; see `Space.grid_configurations` for what is refused."""
    levels = []
    for name, parameter in parameters.items():
        try:
            levels.append(parameter.grid_levels)
        except SpaceError as error:
            raise SpaceError(error.problem, parameter=name, field=error.field) from None
    points = Enumeration(levels, edges)
    if not rules:
        return points
    if points.size > MOST_COUNTED:
        raise SpaceError(
            f"a grid of {points.size:,} points is too large to check its constraints one by one; "
            f"take fewer values, {MOST_COUNTED:,} points are the most",
            field="constraints",
        )
    kept = Sieve(points, rules)
    if not kept.size:
        raise SpaceError("no point of the grid keeps the constraints; take more values", field="constraints")
    return kept
