"""The form of one configuration, drawn from a study's space; for the enqueue page."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from optimizers import Space
from optimizers.errors import ParameterError
from optimizers.space import Parameter
from trials import wording
from trials.engine.configurations import complete

from . import numbers
from .choices import token
from .enqueue_csv import value


class ConfigurationForm(forms.Form):
    """A field for each parameter; blank ones mean their default, inactive ones say nothing."""

    def __init__(
        self, space: Space, data: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
    ) -> None:
        self.space = space
        shown = params if params is not None else space.default() or {}
        self.keys = {name: f"p{place}" for place, name in enumerate(space.names)}
        initial = {
            self.keys[name]: _text(space.parameters[name], each)
            for name, each in shown.items()
            if name in self.keys
        }
        super().__init__(data, initial=initial)
        for name, key in self.keys.items():
            self.fields[key] = _field(name, space.parameters[name])
            self.fields[key].widget.attrs |= {"aria-describedby": f"{self[key].auto_id}-error"}

    def rows(self) -> list[dict[str, Any]]:
        """What the page shows of each parameter beside its field."""
        return [
            {
                "name": name,
                "field": self[self.keys[name]],
                "hint": _hint(self.space.parameters[name]),
                "when": _when(self.space.parameters[name]),
                "conditions": json.dumps(self._conditions(name)) if self.space.parameters[name].when else "",
            }
            for name in self.space.names
        ]

    def _conditions(self, name: str) -> list[dict[str, Any]]:
        """The conditions as the script reads them: the parent's field and the texts it may have."""
        found = []
        for parent, condition in self.space.parameters[name].when.items():
            wanted = condition.to_json()
            texts = (
                [_text(self.space.parameters[parent], each) for each in wanted]
                if isinstance(wanted, list)
                else None
            )
            found.append({"field": self.keys[parent], "texts": texts, "range": None if texts else wanted})
        return found

    def clean(self) -> dict[str, Any]:
        """Read every field; what is wrong stands beside it."""
        given = self._given()
        self.params, wrong = complete(self.space, given)
        for name, message in wrong.items():
            self.refuse(name, message)
        return self.cleaned_data

    def refuse(self, name: str, message: str) -> None:
        """Put a message beside a parameter's field, or above all of them."""
        self.add_error(self.keys.get(name), message[:1].upper() + message[1:])

    def _given(self) -> dict[str, Any]:
        """The values of the active fields; which are active is decided by those that can be read."""
        texts = {name: self.cleaned_data.get(key, "") for name, key in self.keys.items()}
        given = {name: value(text, self.space.parameters[name]) for name, text in texts.items() if text != ""}
        sound: dict[str, Any] = {}
        for name in self.space.order:
            parameter = self.space.parameters[name]
            try:
                if name in given:
                    sound[name] = parameter.normalise(given[name])
                elif parameter.has_default:
                    sound[name] = parameter.default
            except ParameterError:
                pass
        active = self.space.active(sound)
        return {name: each for name, each in given.items() if name in active or name not in sound}


def _field(name: str, parameter: Parameter) -> forms.Field:
    choices = getattr(parameter, "choices", None)
    attrs = {"aria-label": name, "autocomplete": "off", "spellcheck": "false"}
    if choices is None:
        default = numbers.typed(parameter.default) if parameter.has_default else ""
        placeholder = {"placeholder": default, "inputmode": "decimal", "class": "input right"}
        return forms.CharField(required=False, max_length=100, widget=forms.TextInput(attrs | placeholder))
    options = [(_text(parameter, choice), token(choice)) for choice in choices]
    blank = [] if parameter.has_default else [("", "–")]
    return forms.ChoiceField(
        required=False, choices=[*blank, *options], widget=forms.Select(attrs | {"class": "select"})
    )


def _text(parameter: Parameter, each: Any) -> str:
    return json.dumps(each) if hasattr(parameter, "choices") else numbers.typed(each)


def _hint(parameter: Parameter) -> str:
    if hasattr(parameter, "choices"):
        return ""
    low, high = parameter.bounds  # type: ignore[attr-defined]
    whole = parameter.type == "integer"
    ends = [wording.setting(int(end) if whole else float(end)) for end in (low, high)]
    return f"{ends[0]} to {ends[1]}" + (", log scale" if getattr(parameter, "log", False) else "")


def _when(parameter: Parameter) -> str:
    """When it is active, in words."""
    return " and ".join(_condition(parent, each.to_json()) for parent, each in parameter.when.items())


def _condition(parent: str, wanted: Any) -> str:
    if isinstance(wanted, list):
        return f"{parent} is {' or '.join(token(each) for each in wanted)}"
    low, high = wanted.get("min"), wanted.get("max")
    sides = [f"at least {wording.short(low)}"] if low is not None else []
    sides += [f"at most {wording.short(high)}"] if high is not None else []
    return f"{parent} is {' and '.join(sides)}"
