"""The formset of the space editor: one form per parameter, to show a Row and give it back; used by drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.functional import cached_property

from . import beliefs
from .choices import NotChoices, split
from .conditions import brief
from .draws import Picture
from .form_words import names, sentence
from .space_rows import FAMILIES, NUMERIC, OTHER, PLAIN_SCALES, Row

PREFIX = "row"
#: More rows than any person edits; longer spaces come through the API.
MOST_ROWS = 200
BEYOND = f"{PREFIX}-BEYOND"
LONGEST = 4000
#: Longer defaults do not fit their column.
LONG_DEFAULT = 8

SCALES = {scale: scale for scale in PLAIN_SCALES} | FAMILIES | {OTHER: "other…"}
TYPES = {"float": "float", "integer": "integer", "categorical": "category", "boolean": "boolean"}
LABELS = {
    "name": "Parameter", "type": "Type", "low": "From", "high": "To", "step": "Step", "points": "Grid points",
    "scale": "Scale", "args": "Arguments", "choices": "Choices", "ordered": "Ordered", "default": "Default",
    "when": "Active when", "prior": "Belief", "center": "Around", "spread": "Give or take",
    "belief": "Distribution of the belief", "weights": "Belief", "place": "Place", "removed": "Remove",
}  # fmt: skip
#: Fields that only say something once the details are open.
DETAILS = ("when", "points", "weights", *beliefs.FIELDS)


def _text(name: str, css: str = "input", **attrs: str) -> forms.CharField:
    widget = forms.TextInput({"class": css, "autocomplete": "off", "spellcheck": "false"} | attrs)
    return forms.CharField(required=False, max_length=LONGEST, widget=widget, label=LABELS[name])


def _select(name: str, choices: dict[str, str], css: str, longest: int = 100) -> forms.CharField:
    widget = forms.Select({"class": f"select {css} reshapes"}, choices=list(choices.items()))
    return forms.CharField(required=False, max_length=longest, widget=widget, label=LABELS[name])


class RowForm(forms.Form):
    """One parameter; every text is accepted here, what it means is read by `row_reader`."""

    name = _text("name", "input mono quiet-input", placeholder="name", autocapitalize="off")
    type = _select("type", TYPES, "quiet-input", longest=40)
    low = _text("low", "input right", inputmode="decimal")
    high = _text("high", "input right", inputmode="decimal")
    step = _text("step", "input right")
    points = _text("points", "input right", inputmode="numeric", placeholder="–")
    scale = _select("scale", SCALES, "")
    args = _text("args", "input mono", placeholder="scale = 100", autocapitalize="off")
    choices = _text("choices", "input mono", placeholder="linear, rbf, poly", autocapitalize="off")
    ordered = forms.BooleanField(
        required=False, label=LABELS["ordered"], widget=forms.CheckboxInput({"class": "check"})
    )
    default = _text("default", "input right")
    when = _text("when", "input mono", placeholder="always", autocapitalize="off")
    prior = _select("prior", beliefs.KINDS, "")
    center = _text("center", "input right", inputmode="decimal")
    spread = _text("spread", "input right", inputmode="decimal")
    belief = _text("belief", "input mono", placeholder="beta(a = 2, b = 3)", autocapitalize="off")
    weights = _text("weights", "input mono", placeholder="rbf = 3, linear = 0.5", autocapitalize="off")
    place = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput({"class": "place"}))
    removed = forms.BooleanField(required=False, label="Remove")

    #: What the row's page shows beside the fields; filled in by the draft.
    picture: Picture | None = None
    figure: Picture | None = None
    depth: int = 0
    category: int = 0
    note: str = ""
    opened: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = self["scale"].value() or "linear"
        shown = SCALES if scale in SCALES else SCALES | {scale: scale}
        self.fields["scale"].widget.choices = list(shown.items())
        if not self.numeric:
            self.fields["weights"].widget.attrs["placeholder"] = self._weights_example()
            self.fields["default"].widget = forms.Select({"class": "select"}, choices=self._default_choices())
        elif len(default := self["default"].value() or "") > LONG_DEFAULT:
            self.fields["default"].widget.attrs |= {"class": "input right is-long", "title": default}
        if self.own_name[0]:
            self.fields["name"].widget.attrs["class"] += " reshapes"
        self.fields["step"].widget.attrs["placeholder"] = "1" if self.kind == "integer" else "–"
        if scale == OTHER:
            more = {"list": "distributions", "class": "input mono reshapes"}
            self.fields["args"].widget.attrs |= more | {"placeholder": "weibull_min(c = 1.5, scale = 10)"}
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
    def own_name(self) -> tuple[str, str]:
        """The name within its model and that model, where there are several; ("", "") elsewhere."""
        model, _, own = str(self["name"].value() or "").partition("__")
        return (own, model) if own and f"model = {model}" in str(self["when"].value() or "") else ("", "")

    @property
    def position(self) -> str:
        return str(self.prefix).rpartition("-")[2]

    @property
    def order(self) -> int:
        """Where it stands among the rows: as it was moved, else as it came."""
        place = str(self["place"].value() or "")
        return int(place if place.isascii() and place.isdecimal() and len(place) < 9 else self.position)

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def distributed(self) -> bool:
        return self.numeric and self["scale"].value() not in (*PLAIN_SCALES, "", None)

    @property
    def is_removed(self) -> bool:
        return bool(self["removed"].value())

    @property
    def is_open(self) -> bool:
        """Whether the details have to be seen."""
        return self.opened or any(name in self.errors for name in DETAILS)

    @property
    def belief_kind(self) -> str:
        return self["prior"].value() or ""

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
        return "Drawn from" if scale == OTHER else f"{FAMILIES.get(scale, scale).capitalize()} with"

    @property
    def when_label(self) -> str:
        return brief(self["when"].value() or "", self["name"].value() or "")

    @property
    def unseen(self) -> list[forms.BoundField]:
        """Fields that this kind of parameter does not show; they go along, so that nothing typed is lost."""
        numbers = ["weights"] if self.numeric else ["low", "high", "step", "points", "scale", "prior"]
        words = [] if self.kind == "categorical" else ["choices", "ordered"]
        args = [] if self.distributed else ["args"]
        bell = self.numeric and self.belief_kind in ("norm", "lognorm")
        told = ["belief"] if bell else ["center", "spread"] if self.belief_kind == OTHER else []
        belief = told if self.numeric and self.belief_kind else ["center", "spread", "belief"]
        return [self[name] for name in (*numbers, *words, *args, *belief)]

    def _weights_example(self) -> str:
        first = self.choice_tokens[0] if self.kind == "categorical" and self.choice_tokens else "true"
        return f"{first} = 3"

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
    """What a browser would send for these rows; of more than fit, how many are beyond."""
    every = list(rows)
    shown: Sequence[Row] = every[:MOST_ROWS]
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(shown)), f"{PREFIX}-INITIAL_FORMS": "0"}
    data |= {BEYOND: str(len(every) - len(shown))} if len(every) > len(shown) else {}
    for position, row in enumerate(shown):
        for field in fields(Row):
            value = getattr(row, field.name)
            if value is True:
                data[f"{PREFIX}-{position}-{field.name}"] = "on"
            elif value:
                data[f"{PREFIX}-{position}-{field.name}"] = value
    return data
