"""Options: makes an optimizer's Options from keywords, with errors in words. Used by the registry."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from optimizers.errors import OptimizerError, OptionError, did_you_mean
from optimizers.space.values import native


def build_options(optimizer: str, options_class: type[Any], given: Mapping[str, Any]) -> Any:
    """An instance of the optimizer's Options dataclass.

    Raises OptionError naming the option for an unknown name, a value of the wrong type, or one outside the
    `min` and `max` of its field's metadata.
    """
    known = {field.name: field for field in fields(options_class)}
    types_of = get_type_hints(options_class)
    checked = {}
    for name, value in given.items():
        if name not in known:
            raise OptionError(f'{optimizer} has no option "{name}"; {did_you_mean(name, known)}', option=name)
        checked[name] = _checked(optimizer, name, native(value), types_of[name], known[name].metadata)
    try:
        return options_class(**checked)
    except OptimizerError:
        raise
    except ValueError as error:
        raise OptionError(f"{optimizer}: {error}") from error


def _checked(optimizer: str, name: str, value: Any, wanted: Any, limits: Mapping[str, Any]) -> Any:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not _is_a(value, wanted):
        raise OptionError(f"{optimizer} {name} is {value!r}; give {_in_words(wanted)}", option=name)
    low, high = limits.get("min", -math.inf), limits.get("max", math.inf)
    if isinstance(value, int | float) and not low <= value <= high:
        raise OptionError(f"{optimizer} {name} is {value!r}; it goes from {low} to {high}", option=name)
    return value


def _is_a(value: Any, wanted: Any) -> bool:
    if get_origin(wanted) in (Union, types.UnionType):
        return any(_is_a(value, alternative) for alternative in get_args(wanted))
    if get_origin(wanted) is Literal:
        return any(type(value) is type(choice) and value == choice for choice in get_args(wanted))
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, get_origin(wanted) or wanted)


def _in_words(wanted: Any) -> str:
    if get_origin(wanted) in (Union, types.UnionType):
        return " or ".join(_in_words(alternative) for alternative in get_args(wanted))
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(repr(choice) for choice in get_args(wanted))
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        type(None): "nothing",
    }
    return words.get(wanted, str(wanted))
