"""Form fields that keep numbers, times and shares as they were typed; used by the new study form."""

from collections.abc import Callable
from typing import Any

from django import forms

from . import durations, numbers


class TypedField(forms.CharField):
    """A text that `read` turns into its value; blank is None. What `read` refuses is the field's error."""

    def __init__(self, read: Callable[[str], Any], *, numeric: bool = True, **kwargs: Any) -> None:
        self.read = read
        attrs = {"autocomplete": "off", "spellcheck": "false"} | ({"inputmode": "decimal"} if numeric else {})
        kwargs.setdefault("widget", forms.TextInput(attrs))
        super().__init__(required=False, max_length=100, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


def share(text: str) -> float:
    """The share between 0 and 1 that "20 %", "20" or "0.2" says.

    Raises:
        NotANumber: for anything else.
    """
    percent = text.strip().endswith("%")
    value = numbers.number(text.strip().removesuffix("%"))
    part = value / 100 if percent or value >= 1 else float(value)
    if not 0 < part < 1:
        raise numbers.NotANumber(f"“{text.strip()}” is not a share; write one between 1 % and 99 %")
    return round(part, 10)


def part(text: str) -> float | int:
    """A number of trees, epochs or folds, or the share that "20 %" says.

    Raises:
        NotANumber: for anything else.
    """
    value = numbers.number(text.strip().removesuffix("%"))
    return round(value / 100, 10) if text.strip().endswith("%") else value


def percent(part: float) -> str:
    """A share as text: 0.2 is "20 %"."""
    return f"{numbers.typed(round(part * 100, 8))} %"


def number_field(**kwargs: Any) -> TypedField:
    return TypedField(numbers.number, **kwargs)


def whole_field(**kwargs: Any) -> TypedField:
    return TypedField(numbers.whole, **kwargs)


def part_field(**kwargs: Any) -> TypedField:
    return TypedField(part, **kwargs)


def duration_field(**kwargs: Any) -> TypedField:
    return TypedField(durations.duration, numeric=False, **kwargs)


def share_field(**kwargs: Any) -> TypedField:
    return TypedField(share, numeric=False, **kwargs)
