"""The new study form without its rows: fields as typed, and the study's JSON they make; used by Draft."""

from collections.abc import Mapping
from typing import Any

from django import forms

from optimizers.registry import get
from trials.engine.plan import DEFAULT_TRIALS
from trials.objectives.kinds.function import FUNCTIONS

from . import goals
from .earlier import ids_in
from .fields import duration_field, number_field, part_field, share_field, whole_field
from .options import (
    argument_field,
    argument_key,
    methods,
    option_fields,
    option_key,
    rule_fields,
    rule_key,
)
from .selection import names_in

KINDS = (("model", "A model on data"), ("function", "A function, to try things out"))
#: Fields that a browser sends once for each name that is ticked.
MANY = ("also", "goals", "measures", "warm_start")
DEFAULT_FOLDS = 5
#: Chosen among the stopping rules where no trial is to be stopped.
NO_RULE = "none"
DEFAULT_SHARE = 0.2
#: Which fields count while a choice holds; what the others say is kept, and read by nobody.
ONLY_WITH = {
    "dataset": ("kind", "model"),
    "dataset_version": ("kind", "model"),
    "model": ("kind", "model"),
    "also": ("kind", "model"),
    "scoring": ("kind", "model"),
    "measures": ("kind", "model"),
    "goals": ("kind", "model"),
    "validation": ("kind", "model"),
    "folds": ("validation", "kfold"),
    "repeats": ("validation", "kfold"),
    "hold_out": ("validation", "holdout"),
    "test_share": ("keep_aside", "on"),
    "function": ("kind", "function"),
    "fidelity": ("kind", "model"),
}
#: Where a field of the study's JSON is in the form.
FIELD_OF = {
    "name": "name",
    "objective.kind": "kind",
    "objective.dataset": "dataset",
    "objective.dataset_version": "dataset",
    "objective.model": "model",
    "objective.models": "also",
    "objective.name": "function",
    "objective.scoring": "scoring",
    "objective.measures": "measures",
    "objective.validation": "validation",
    "objective.validation.kind": "validation",
    "objective.validation.folds": "folds",
    "objective.validation.repeats": "repeats",
    "objective.validation.share": "hold_out",
    "objective.test_share": "test_share",
    "objective.fidelity": "fidelity",
    "objective.fidelity.name": "fidelity",
    "objective.fidelity.min": "fidelity_min",
    "objective.fidelity.max": "fidelity_max",
    "optimizer": "optimizer",
    "optimizer.name": "optimizer",
    "metrics": "goals",
    "directions": "goals",
    "budget": "trials",
    "budget.trials": "trials",
    "budget.full_trainings": "full_trainings",
    "budget.seconds": "time",
    "budget.target": "target",
    "budget.patience": "patience",
    "budget.regret": "regret",
    "budget.failures": "failures",
    "stopping": "rule",
    "stopping.name": "rule",
    "tags": "tags",
    "warm_start": "warm_start",
    "parallelism": "parallelism",
    "seed": "seed",
}
PLACEHOLDERS = {
    "time": "no limit",
    "seed": "random",
    "target": "no target",
    "patience": "no limit",
    "regret": "no limit",
    "failures": "no limit",
    "tags": "add tags, with commas",
    "parallelism": "1",
    "folds": "5",
    "repeats": "1",
    "hold_out": "25 %",
    "test_share": "20 %",
}
LABELLED = {"hold_out": "Rows held out", "test_share": "Rows kept aside", "time": "Or at most"}


def _select(choices: Any, label: str, widget: forms.Widget | None = None) -> forms.CharField:
    """A list to choose from that refuses nothing itself: the check of the study says what fits."""
    widget = widget or forms.Select({"class": "select"}, choices=choices)
    return forms.CharField(required=False, max_length=200, label=label, widget=widget)


def _names(label: str) -> forms.CharField:
    """Several names with commas between; the page has a check box for each."""
    return forms.CharField(required=False, max_length=4000, label=label, widget=forms.HiddenInput)


class NewStudyForm(forms.Form):
    """Everything but the rows of the space; blank fields mean the defaults of the study's JSON."""

    name = forms.CharField(
        required=False, max_length=200, label="Name", widget=forms.Textarea({"rows": 1, "class": "input"})
    )
    auto_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    tags = forms.CharField(
        required=False, max_length=2000, label="Tags", widget=forms.TextInput({"autocomplete": "off"})
    )
    kind = _select(KINDS, label="What is searched", widget=forms.RadioSelect(choices=KINDS))
    dataset = _select((), label="Data")
    dataset_version = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    model = _select((), label="Model")
    also = _names(label="Further models")
    function = _select([(name, name) for name in FUNCTIONS], label="Function")
    fidelity = _select((), label="Train in parts")
    fidelity_min = part_field(label="At first")
    fidelity_max = part_field(label="A full training")
    saved_space = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    ranges_of = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    optimizer = _select((), label="Method")
    warm_start = _names("Earlier studies")
    rule = _select((), label="Stopping rule")
    trials = whole_field(label="Trials")
    full_trainings = number_field(label="Full trainings")
    time = duration_field(label=LABELLED["time"])
    parallelism = whole_field(label="Trials at a time")
    seed = whole_field(label="Seed")
    target = number_field(label="Target")
    patience = whole_field(label="Patience")
    regret = number_field(label="Left to gain")
    failures = whole_field(label="Failures")
    scoring = _select((), label="Score")
    goals = _names(label="Objectives")
    measures = _names(label="Further scores")
    validation = _select((), label="Validation")
    folds = whole_field(label="Folds")
    repeats = whole_field(label="Repeats")
    hold_out = share_field(label=LABELLED["hold_out"])
    keep_aside = forms.BooleanField(required=False, label="Keep rows aside")
    test_share = share_field(label=LABELLED["test_share"])

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields |= dict(option_fields()) | dict(rule_fields()) | dict(goals.limit_fields())
        for function in FUNCTIONS.values():
            for argument in function.arguments:
                self.fields[argument_key(function.name, argument.name)] = argument_field(argument)
        for name, words in PLACEHOLDERS.items():
            self.fields[name].widget.attrs["placeholder"] = words
        self.fields["trials"].widget.attrs["placeholder"] = self._blank_trials()
        limited = self.value("trials").strip() or self._blank_trials() != "no limit" or self._limited()
        self.fields["full_trainings"].widget.attrs["placeholder"] = (
            "no limit" if limited else str(DEFAULT_TRIALS)
        )
        for name, field in self.fields.items():
            css = {"Select": "select", "TextInput": "input"}.get(type(field.widget).__name__)
            attrs = {"aria-describedby": f"{self[name].auto_id}-error"}
            field.widget.attrs |= attrs | ({"class": css} if css else {})

    def _blank_trials(self) -> str:
        """How many trials a blank field means."""
        if self.value("optimizer") == "grid":
            return "all grid points"
        return "no limit" if self._limited() or self.in_parts else str(DEFAULT_TRIALS)

    def _limited(self) -> bool:
        names = ("time", "target", "patience", "regret", "full_trainings")
        return any(self.value(name).strip() for name in names)

    @property
    def in_parts(self) -> bool:
        """Whether the method gives trials parts of the training."""
        method = self.value("optimizer")
        uses = method in methods() and get(method).uses_fidelity
        return uses and self.trainable_in_parts

    @property
    def trainable_in_parts(self) -> bool:
        """Whether there is a fidelity."""
        if self.value("kind") == "function":
            name = self.value("function")
            return name in FUNCTIONS and FUNCTIONS[name].fidelity is not None
        return bool(self.value("fidelity"))

    def value(self, name: str) -> str:
        """What a field says, as typed."""
        return str(self[name].value() or "")

    def counts(self, name: str) -> bool:
        """Whether a field has a say, given what is chosen elsewhere."""
        if name in ONLY_WITH:
            choice, chosen = ONLY_WITH[name]
            said = ("on" if self[choice].value() else "") if choice == "keep_aside" else self.value(choice)
            return said == chosen and self.counts(choice)
        if name in ("fidelity_min", "fidelity_max", "full_trainings"):
            return self.trainable_in_parts
        if name == "keep_aside":
            return self.value("kind") == "model"
        part, _, rest = name.partition("-")
        if part == "rule" and rest:
            return rest.startswith(f"{self.value('rule')}-")
        if part in ("option", "argument"):
            chosen = self.value("optimizer" if part == "option" else "function")
            return rest.startswith(f"{chosen}-") and (part == "option" or self.value("kind") == "function")
        return True

    def clean_name(self) -> str:
        """The name on one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        for name in [name for name in self.errors if name in self.fields and not self.counts(name)]:
            del self.errors[name]
        return self.cleaned_data

    def _given(self, **keys: str) -> dict[str, Any]:
        """JSON keys with the values of their fields, without what is blank or wrong."""
        found = {key: self.cleaned_data.get(name) for key, name in keys.items()}
        return {key: value for key, value in found.items() if value is not None and value != ""}

    def study(self, space: Mapping[str, Any] | None) -> dict[str, Any]:
        """The study's JSON as far as the fields can be read; call after validation."""
        study = self._given(name="name") | {"objective": self.objective()}
        study |= {"space": space} if space is not None else {}
        study["optimizer"] = {"name": self.value("optimizer") or "auto"} | self._told("option", "optimizer")
        further = self.further_goals
        study |= {"metrics": [self.value("scoring"), *further]} if further else {}
        limits = [self._limit(place) for place in self.limit_rows]
        study |= {"constraints": limits} if limits else {}
        study["budget"] = self._budget()
        study |= self._stopping()
        tags = [" ".join(tag.split()) for tag in self.value("tags").split(",") if tag.strip()]
        study |= self._given(parallelism="parallelism", seed="seed") | ({"tags": tags} if tags else {})
        earlier = ids_in(self.value("warm_start"))
        return study | ({"warm_start": earlier} if earlier else {})

    @property
    def further_goals(self) -> list[str]:
        """What is optimized beside the score."""
        names = names_in(self.value("goals")) if self.counts("goals") else []
        return [name for name in names if name != self.value("scoring")]

    @property
    def limit_rows(self) -> list[int]:
        """The rows of limits that say something, in the order of the study's constraints."""
        return goals.said_rows(self.data)

    def _limit(self, place: int) -> dict[str, Any]:
        metric, side = (self.value(goals.limit_key(place, part)) for part in ("metric", "side"))
        return goals.limit_of(metric, side, self.cleaned_data.get(goals.limit_key(place, "value")))

    def _stopping(self) -> dict[str, Any]:
        """The rule that stops trials early, where one is chosen."""
        rule = self.value("rule")
        if rule in ("", NO_RULE):
            return {}
        told = self._told("rule", "rule")
        if isinstance(told.get("threshold"), int | float):
            told["threshold"] = turned(told["threshold"], self.negated)
        return {"stopping": {"name": rule} | told}

    def _budget(self) -> dict[str, Any]:
        budget = self._given(
            trials="trials",
            seconds="time",
            target="target",
            patience="patience",
            regret="regret",
            failures="failures",
        )
        if self.trainable_in_parts:
            budget |= self._given(full_trainings="full_trainings")
        if "target" in budget:
            budget["target"] = turned(budget["target"], self.negated)
        return budget

    @property
    def negated(self) -> bool:
        """Whether the score is an error, which is stored with its sign turned."""
        return self.value("kind") != "function" and self.value("scoring").startswith("neg_")

    @property
    def models(self) -> list[str]:
        """The models that are chosen."""
        return list(dict.fromkeys([self.value("model"), *names_in(self.value("also"))]))

    def objective(self) -> dict[str, Any]:
        """The objective's JSON as far as the fields can be read."""
        if self.value("kind") == "function":
            told = self._told("argument", "function") | self._fidelity()
            return {"kind": "function", "name": self.value("function")} | told
        objective: dict[str, Any] = {"kind": self.value("kind")}
        several = self.models if len(self.models) > 1 else None
        objective |= {"models": several} if several else self._given(model="model")
        objective |= self._given(dataset="dataset", scoring="scoring")
        measures = names_in(self.value("measures"))
        objective |= {"measures": measures} if measures else {}
        version = self.value("dataset_version")
        objective |= {"dataset_version": int(version)} if version.isascii() and version.isdecimal() else {}
        kind = self.value("validation") or "kfold"
        folds = (
            self._given(folds="folds", repeats="repeats")
            if kind == "kfold"
            else self._given(share="hold_out")
        )
        kept = self.cleaned_data.get("keep_aside")
        aside = self._given(test_share="test_share") if kept else {"test_share": 0.0}
        return objective | {"validation": {"kind": kind} | folds} | aside | self._fidelity()

    def _fidelity(self) -> dict[str, Any]:
        """The part of the objective that says how trials are trained in parts; {} for not at all."""
        if not self.trainable_in_parts:
            return {}
        ends = self._given(min="fidelity_min", max="fidelity_max")
        name = {} if self.value("kind") == "function" else {"name": self.value("fidelity")}
        return {"fidelity": name | ends} if name or ends else {}

    def _told(self, part: str, chooser: str) -> dict[str, Any]:
        prefix = f"{part}-{self.value(chooser)}-"
        return self._given(
            **{name.removeprefix(prefix): name for name in self.fields if name.startswith(prefix)}
        )

    def field_of(self, place: str) -> str | None:
        """The field that shows what is wrong at a dotted place of the study's JSON, None without one."""
        if place in FIELD_OF:
            return FIELD_OF[place]
        part, _, name = place.partition(".")
        if part == "constraints":
            return self._limit_field(name)
        key = {
            "optimizer": option_key(self.value("optimizer"), name),
            "objective": argument_key(self.value("function"), name),
            "stopping": rule_key(self.value("rule"), name),
        }.get(part)
        return key if key in self.fields else None

    def _limit_field(self, place: str) -> str:
        """The field of a limit, by its place among those that say something."""
        at, _, part = place.partition(".")
        rows = self.limit_rows
        row = rows[int(at)] if at.isdecimal() and int(at) < len(rows) else (rows or [0])[0]
        return goals.limit_key(row, "metric" if part == "metric" else "value")

    def bound(self, prefix: str) -> list[forms.BoundField]:
        """The fields whose names start with `prefix`."""
        return [self[name] for name in self.fields if name.startswith(prefix)]


def turned(target: float, negated: bool) -> float:
    """A target as people say it from a stored one, and back: an error is stored with a minus."""
    return -target if negated and target else target
