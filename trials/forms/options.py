"""Form fields for what optimizers and functions can be told, made from their declarations."""

import types
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from django import forms

from optimizers import available, early_stopping
from optimizers.registry import get
from trials.objectives.functions import Argument

from . import choices, numbers
from .fields import TypedField

#: The methods most people choose from come first, the rest follow by name.
FIRST = ("auto", "gp", "tpe", "random", "grid")

NARROW = "Search the second half in a smaller space, where the results of the first half speak for one."


@cache
def methods() -> tuple[str, ...]:
    """All optimizers, the familiar ones first."""
    names = available()
    return tuple(name for name in FIRST if name in names) + tuple(name for name in names if name not in FIRST)


def option_key(method: str, option: str) -> str:
    return f"option-{method}-{option}"


def option_fields() -> Iterator[tuple[str, forms.Field]]:
    """A field for each option of each optimizer; blank means the default, which the placeholder shows."""
    for method in methods():
        options = get(method).Options
        hints = get_type_hints(options)
        for option in fields(options):
            label = option.name.replace("_", " ").capitalize()
            hint = option.metadata.get("help", "")
            yield option_key(method, option.name), _field(hints[option.name], option.default, label, hint)
        if get(method).learns:
            yield option_key(method, "narrow"), _field(bool, False, "Narrow", NARROW)


def rule_key(rule: str, option: str) -> str:
    return f"rule-{rule}-{option}"


def rule_fields() -> Iterator[tuple[str, forms.Field]]:
    """The same for each stopping rule; what is a value of the objective has no default to show."""
    for rule in early_stopping.available():
        options = early_stopping.get(rule).Options
        hints = get_type_hints(options)
        for option in fields(options):
            label = option.name.replace("_", " ").capitalize()
            yield (
                rule_key(rule, option.name),
                _field(hints[option.name], option.default, label, option.metadata.get("help", "")),
            )


def argument_key(function: str, argument: str) -> str:
    return f"argument-{function}-{argument}"


def argument_field(argument: Argument) -> forms.Field:
    """A field for one argument of a function; blank means its default."""
    wanted = Literal[argument.choices] if argument.choices else type(argument.default)
    words = {"dims": "Dimensions", "seconds": "Seconds a trial sleeps", "how": "In which way"}
    return _field(wanted, argument.default, words.get(argument.name, argument.name.capitalize()), "")


def _field(wanted: Any, default: Any, label: str, help_text: str) -> forms.Field:
    kinds = [kind for kind in _alternatives(wanted) if kind is not type(None)]
    given = [choice for kind in kinds if get_origin(kind) is Literal for choice in get_args(kind)]
    if given or kinds == [bool]:
        words = {choices.token(value): value for value in (given or [True, False])}
        shown = [("", f"{_shown(default)} (default)")] + [
            (word, _shown(value)) for word, value in words.items()
        ]
        return TypedField(
            lambda text: words.get(text, text),
            label=label, help_text=help_text, numeric=False, widget=forms.Select(choices=shown),
        )  # fmt: skip
    numeric = set(kinds) <= {int, float}
    read = numbers.whole if kinds == [int] else numbers.number if numeric else choices.scalar
    widget = forms.TextInput({"placeholder": _shown(default), "autocomplete": "off", "spellcheck": "false"})
    return TypedField(read, label=label, help_text=help_text, widget=widget)


def _alternatives(wanted: Any) -> tuple[Any, ...]:
    return get_args(wanted) if get_origin(wanted) in (Union, types.UnionType) else (wanted,)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    return numbers.typed(value) if isinstance(value, int | float) else str(value)


def written(value: Any) -> str:
    """An option's value as the text its field reads."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return numbers.typed(value)
    return choices.token(value)
