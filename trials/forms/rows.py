"""The formset of the space editor: one form per parameter, which shows a Row and gives it back; for Draft."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.functional import cached_property

from .choices import NotChoices, split
from .conditions import brief
from .draws import Picture
from .form_words import names, sentence
from .space_rows import NUMERIC, Row

PREFIX = "row"
#: More rows than any person edits; longer spaces come through the API.
MOST_ROWS = 200
LONGEST = 4000
#: Longer defaults do not fit their column.
LONG_DEFAULT = 8

SCALES = {
    "linear": "linear",
    "log": "log",
    "expon": "exponential",
    "norm": "normal",
    "lognorm": "log normal",
    "randint": "whole numbers",
    "loguniform": "log uniform",
    "gamma": "gamma",
    "beta": "beta",
    "triang": "triangular",
    "halfnorm": "half normal",
    "poisson": "Poisson",
}
TYPES = {"float": "float", "integer": "integer", "categorical": "category", "boolean": "boolean"}
LABELS = {
    "name": "Parameter", "type": "Type", "low": "From", "high": "To", "step": "Step", "scale": "Scale",
    "args": "Arguments", "choices": "Choices", "ordered": "Ordered", "default": "Default",
    "when": "Active when", "prior": "Belief", "removed": "Remove",
}  # fmt: skip


def _text(name: str, css: str = "input", **attrs: str) -> forms.CharField:
    widget = forms.TextInput({"class": css, "autocomplete": "off", "spellcheck": "false"} | attrs)
    return forms.CharField(required=False, max_length=LONGEST, widget=widget, label=LABELS[name])


class RowForm(forms.Form):
    """One parameter; every text is accepted here, what it means is read by `space_rows`."""

    name = _text("name", "input mono quiet-input", placeholder="name", autocapitalize="off")
    type = forms.CharField(
        required=False, max_length=40, label=LABELS["type"],
        widget=forms.Select({"class": "select quiet-input reshapes"}, choices=list(TYPES.items())),
    )  # fmt: skip
    low = _text("low", "input right", inputmode="decimal")
    high = _text("high", "input right", inputmode="decimal")
    step = _text("step", "input right")
    scale = forms.CharField(
        required=False,
        max_length=100,
        label=LABELS["scale"],
        widget=forms.Select({"class": "select reshapes"}),
    )
    args = _text("args", "input mono", placeholder="scale = 100", autocapitalize="off")
    choices = _text("choices", "input mono", placeholder="linear, rbf, poly", autocapitalize="off")
    ordered = forms.BooleanField(
        required=False, label=LABELS["ordered"], widget=forms.CheckboxInput({"class": "check"})
    )
    default = _text("default", "input right")
    when = _text("when", "input mono", placeholder="always", autocapitalize="off")
    prior = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)
    removed = forms.BooleanField(required=False, label="Remove")

    #: What the row's page shows beside the fields; filled in by the Draft.
    picture: Picture | None = None
    depth: int = 0
    category: int = 0
    note: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = self["scale"].value() or "linear"
        shown = SCALES if scale in SCALES else SCALES | {scale: scale}
        self.fields["scale"].widget.choices = list(shown.items())
        if self.kind in ("categorical", "boolean"):
            self.fields["default"].widget = forms.Select({"class": "select"}, choices=self._default_choices())
        elif len(default := self["default"].value() or "") > LONG_DEFAULT:
            self.fields["default"].widget.attrs |= {"class": "input right is-long", "title": default}
        self.fields["step"].widget.attrs["placeholder"] = "1" if self.kind == "integer" else "–"
        for name, field in self.fields.items():
            subject = self["name"].value() or "new parameter"
            field.widget.attrs |= {
                "aria-label": f"{LABELS[name]}, {subject}",
                "aria-describedby": f"{self[name].auto_id}-error",
            }

    @property
    def kind(self) -> str:
        return self["type"].value() or "float"

    @property
    def position(self) -> str:
        return str(self.prefix).rpartition("-")[2]

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def distributed(self) -> bool:
        return self.numeric and self["scale"].value() not in ("linear", "log", "", None)

    @property
    def is_removed(self) -> bool:
        return bool(self["removed"].value())

    @cached_property
    def choice_tokens(self) -> list[str]:
        """The choices one by one, as typed."""
        try:
            return split(self["choices"].value() or "")
        except NotChoices:
            return []

    @property
    def scale_title(self) -> str:
        scale = self["scale"].value() or "linear"
        return SCALES.get(scale, scale).capitalize()

    @property
    def when_label(self) -> str:
        return brief(self["when"].value() or "")

    @property
    def unseen(self) -> list[forms.BoundField]:
        """Fields that this kind of parameter does not show; they go along, so that nothing typed is lost."""
        numbers = [] if self.numeric else ["low", "high", "step", "scale"]
        words = [] if self.kind == "categorical" else ["choices", "ordered"]
        return [self[name] for name in (*numbers, *words, *([] if self.distributed else ["args"]))]

    def _default_choices(self) -> list[tuple[str, str]]:
        tokens = self.choice_tokens if self.kind == "categorical" else ["false", "true"]
        chosen = self["default"].value() or ""
        extra = [chosen] if chosen and chosen not in tokens else []
        return [("", "–"), *((token, token) for token in [*tokens, *extra])]

    def row(self) -> Row:
        """The row as typed; call after validation."""
        known = {field.name for field in fields(Row)}
        texts = {name: value for name, value in self.cleaned_data.items() if name in known and value}
        return Row(**texts)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(id of the input, label, message) of each problem; no label where the message says the field."""
        return [
            (
                str(self[name].auto_id),
                "" if names(str(message), LABELS[name]) else LABELS[name],
                sentence(str(message)),
            )
            for name, messages in self.errors.items()
            for message in messages
        ]


RowFormSet = forms.formset_factory(RowForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def rows_data(rows: Iterable[Row]) -> dict[str, str]:
    """What a browser would send for these rows."""
    shown: Sequence[Row] = list(rows)[:MOST_ROWS]
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(shown)), f"{PREFIX}-INITIAL_FORMS": "0"}
    for position, row in enumerate(shown):
        for field in fields(Row):
            value = getattr(row, field.name)
            if value is True:
                data[f"{PREFIX}-{position}-{field.name}"] = "on"
            elif value:
                data[f"{PREFIX}-{position}-{field.name}"] = value
    return data
