"""Which results of an earlier study mean something in another space; called for a warm start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from optimizers.base import Result
from optimizers.errors import ParameterError
from optimizers.space import Params, Space


def transferred(space: Space, params: Mapping[str, Any]) -> Params | None:
    """`params` of an earlier study as a configuration of `space`; None when they do not fit.

    What the space does not search (names it does not have, what is inactive in it, parameters with a single
    value that nothing depends on) is ignored. Parameters that are new get their default. At least one that is
    searched must come from the earlier study, and all that do must lie within their ranges.
    """
    parents = {name for parameter in space.parameters.values() for name in parameter.when}
    held = {
        name
        for name, parameter in space.parameters.items()
        if parameter.cardinality == 1 and name not in parents
    }
    shared = {name: value for name, value in params.items() if name in space.parameters and name not in held}
    only = {name: _only(space, name) for name in held}
    try:
        active = set(space.active(shared | only))
    except ParameterError:
        return None
    if not active & set(shared):
        return None
    return space.adapt({name: value for name, value in (shared | only).items() if name in active})


def _only(space: Space, name: str) -> Any:
    parameter = space.parameters[name]
    assert parameter.levels is not None
    return parameter.value(parameter.levels.code(0))


def fitting(space: Space, results: Iterable[Result]) -> tuple[Result, ...]:
    """The results that fit, with their params as the space writes them."""
    found = ((result, transferred(space, result.params)) for result in results)
    return tuple(replace(result, params=params) for result, params in found if params is not None)
