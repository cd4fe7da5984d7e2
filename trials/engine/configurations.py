"""A person's own configuration against a space: defaults filled in, everything wrong beside its parameter."""

from collections.abc import Mapping
from typing import Any

import optimizers
from optimizers.errors import OptimizerError, ParameterError, did_you_mean


def complete(space: optimizers.Space, given: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the whole configuration that `given` means, and a message for each parameter that is wrong.

    What is left out gets its default; "" stands for the configuration as a whole.
    """
    if not isinstance(given, Mapping):
        return {}, {"": f'a configuration is an object such as {{"C": 1.0}}, not {str(given)[:60]}'}
    plain, wrong = _each(space, given)
    if wrong:
        return plain, wrong
    try:
        active = _fill(space, plain)
        missing = dict.fromkeys(active - plain.keys(), "it is active here and has no default: give a value")
        idle = {name: _needs(space, name) for name in plain.keys() - active}
        return (plain, missing | idle) if missing or idle else (dict(space.validate(plain)), {})
    except ParameterError as error:
        return plain, {error.name: error.remedy}
    except OptimizerError as error:
        return plain, {"": str(error)}


def _each(space: optimizers.Space, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values by themselves, conditions aside."""
    plain: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in given.items():
        if name not in space.parameters:
            wrong[str(name)[:100]] = f"no such parameter: {did_you_mean(name, space.names)}"
            continue
        try:
            plain[name] = space.parameters[name].normalise(value)
        except ParameterError as error:
            wrong[name] = f"{error.value!r} does not fit; {error.remedy}"
    return plain, wrong


def _fill(space: optimizers.Space, plain: dict[str, Any]) -> set[str]:
    """Give active parameters that are left out their defaults; return the active ones."""
    while True:
        active = set(space.active(plain))
        absent = [name for name in active - plain.keys() if space.parameters[name].has_default]
        if not absent:
            return active
        plain |= {name: space.parameters[name].default for name in absent}


def _needs(space: optimizers.Space, name: str) -> str:
    parents = ", ".join(space.parameters[name].when)
    return f"leave it out: it is not active with this {parents}"
