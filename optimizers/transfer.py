"""Which results of an earlier study mean something in another space; called for a warm start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from optimizers.base import Result
from optimizers.errors import ParameterError
from optimizers.space import Params, Space


def transferred(space: Space, params: Mapping[str, Any], idle: Collection[str] = ()) -> Params | None:
    """`params` of an earlier study as a configuration of `space`; None when they do not fit.

    Names that the space does not have, or that are inactive in it, are ignored. Parameters that are new get
    their default. At least one must come from the earlier study, and all that do must lie within their
    ranges: except the `idle` ones, found not to matter, where the space leaves them a single value.
    """
    only = {name: value for name in idle if (value := _only(space, name)) is not None}
    shared = {name: value for name, value in params.items() if name in space.parameters and name not in only}
    try:
        active = set(space.active(shared | only))
    except ParameterError:
        return None
    if not active & set(shared):
        return None
    return space.adapt({name: value for name, value in (shared | only).items() if name in active})


def _only(space: Space, name: str) -> Any:
    """The one value that a parameter can have, None where there are more."""
    parameter = space.parameters.get(name)
    if parameter is None or parameter.levels is None or parameter.cardinality != 1:
        return None
    return parameter.value(parameter.levels.code(0))


def fitting(space: Space, results: Iterable[Result]) -> tuple[Result, ...]:
    """The results that fit, with their params as the space writes them."""
    found = ((result, transferred(space, result.params)) for result in results)
    return tuple(replace(result, params=params) for result, params in found if params is not None)
