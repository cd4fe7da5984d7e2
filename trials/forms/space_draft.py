"""A space being written in the browser: its rows, its rules, what is wrong with them; used by the pages of
spaces, and by Draft for the space of a new study.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django import forms

from optimizers import Space

from . import switching
from .conditions import NotACondition, condition, family
from .draws import LARGE, picture
from .form_words import in_form_words, sentence
from .row_changes import completed
from .row_reader import RULES, Problem, Reading, read_ranges, shown_at
from .rows import BEYOND, PREFIX, RowForm, RowFormSet, rows_data
from .space_rows import Ranges, Row, ranges_of

#: Conditions are told apart by colour up to this many; the rest is grey.
MOST_CATEGORIES = 5
#: Deeper conditions are not indented further.
DEEPEST = 6
UNDO = "undo"
LONGEST = 20_000


@dataclass(frozen=True)
class Fault:
    """One thing to fix: the id of its input, how the input is called, and what is wrong."""

    field: str
    label: str
    message: str


def _lines(label: str, placeholder: str) -> forms.CharField:
    attrs = {"class": "input", "rows": 2, "spellcheck": "false", "placeholder": placeholder}
    widget = forms.Textarea(attrs)
    return forms.CharField(required=False, max_length=LONGEST, label=label, widget=widget)


class RulesForm(forms.Form):
    """The rules between parameters, one a line; every text is accepted here."""

    constraints = _lines("Constraints", "2 * min_samples_leaf <= min_samples_split")
    forbidden = _lines("Forbidden combinations", "solver = lbfgs; penalty = l1")
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name in RULES:
            self.fields[name].widget.attrs["aria-describedby"] = f"{self[name].auto_id}-error"

    @property
    def told(self) -> bool:
        """Whether there is any rule."""
        return any(str(self[name].value() or "").strip() for name in RULES)

    def text(self, name: str) -> str:
        """A field as typed, on the lines it was typed on."""
        return str(self[name].value() or "").replace("\r\n", "\n")


class SpaceDraft:
    """Texts as a browser sends them. `notice` tells the person what the server changed on its own."""

    def __init__(self, data: Mapping[str, Any], notice: str = "") -> None:
        self.data = {name: str(data[name]) for name in data}
        self.notice = notice
        self.rows = RowFormSet(self.data, prefix=PREFIX)
        self.rules = RulesForm(self.data)

    @classmethod
    def of_space(cls, space: Mapping[str, Any], **texts: str) -> Self:
        """The draft that says a space given as JSON."""
        return cls(texts | ranges_data(ranges_of(space)))

    # --- reading ----------------------------------------------------------------------------------------
    @cached_property
    def texts(self) -> dict[str, str]:
        """The texts beside the rows and rules."""
        ranges = (*RULES, f"{PREFIX}-")
        return {name: text for name, text in self.data.items() if not name.startswith(ranges)}

    @cached_property
    def ordered_rows(self) -> list[RowForm]:
        """The forms in the order of the page."""
        return sorted(self.rows.forms, key=lambda form: form.order)

    @cached_property
    def _shown_rows(self) -> list[tuple[RowForm, Row]]:
        """The rows that count, with their forms: neither removed nor left blank."""
        self.rows.is_valid()
        forms = [form for form in self.ordered_rows if not form.is_removed]
        return [(form, row) for form in forms if (row := form.row()) != Row()]

    @property
    def ranges(self) -> Ranges:
        """The space as typed."""
        rows = tuple(row for _, row in self._shown_rows)
        return Ranges(rows, self.rules.text("constraints").strip(), self.rules.text("forbidden").strip())

    @cached_property
    def reading(self) -> Reading:
        return read_ranges(self.ranges)

    @cached_property
    def space(self) -> Space | None:
        """The space, None while something is wrong; then the errors stand at rows and rules."""
        self._note_row_problems()
        return None if self.faults_noted else self.reading.space

    @property
    def faults_noted(self) -> bool:
        return bool(self.rules.errors) or any(form.errors for form, _ in self._shown_rows)

    def _note_row_problems(self) -> None:
        self.rules.is_valid()
        for problem in self._problems():
            if problem.row is None:
                self.rules.add_error(problem.field or None, problem.message)
            elif problem.field not in (form := self._shown_rows[problem.row][0]).errors:
                form.add_error(problem.field, problem.message)

    def _problems(self) -> tuple[Problem, ...]:
        if not self.beyond:
            return self.reading.problems
        message = f"{self.beyond} more parameters do not fit into this form; use the API for so large a space"
        return (*self.reading.problems, Problem(None, "", message))

    @property
    def beyond(self) -> str:
        """How many rows of the space are not on the page, "" for none."""
        return self.data.get(BEYOND, "")[:9]

    def note_refused(self, fields: Mapping[str, list[str]]) -> None:
        """Put what the engine refused beside the rows and rules that say it: "space.parameters.C.low"."""
        for place, messages in fields.items():
            part = place.removeprefix("space").removeprefix(".parameters").removeprefix(".")
            self._note_space(part, messages[0])

    def _note_space(self, place: str, message: str) -> None:
        for form, row in self._shown_rows:
            name = row.name.strip()
            if name and (place == name or place.startswith(f"{name}.")):
                rest = place.removeprefix(name).removeprefix(".")
                field = shown_at(rest) if rest else self._at_fault(row)
                if field not in form.errors:
                    form.add_error(field, in_form_words(message))
                return
        if self.reading.space is not None:
            self.rules.add_error(place if place in RULES else None, sentence(message))

    def _at_fault(self, row: Row) -> str:
        """The field to look at when a whole row is refused."""
        return "name"

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Everything to fix, in the order of the page."""
        return () if self.space is not None and not self.faults_noted else self._range_faults()

    def _range_faults(self) -> tuple[Fault, ...]:
        found = [Fault("ranges", "Ranges", str(message)) for message in self.rules.non_field_errors()]
        for form, row in self._shown_rows:
            name = row.name.strip() or f"row {self._shown_rows.index((form, row)) + 1}"
            found += [
                Fault(place, f"{name}, {label}" if label else name, message)
                for place, label, message in form.problems
            ]
        for name in RULES:
            bound = self.rules[name]
            found += [Fault(str(bound.auto_id), str(bound.label), str(message)) for message in bound.errors]
        return tuple(found)

    # --- what the page shows beside the fields --------------------------------------------------------------
    def decorate(self) -> None:
        """Give the rows their pictures, and the depth and colour of their conditions."""
        parents = {row.name: _parents(row) for _, row in self._shown_rows}
        depths = _depths(parents)
        conditions: dict[str, int] = {}
        no_limits = self._no_limits()
        for (form, row), parameter in zip(self._shown_rows, self.reading.parameters, strict=True):
            form.picture, form.figure = picture(parameter), picture(parameter, LARGE)
            if row.default and row.default == no_limits.get(row.name):
                form.note = f"{row.default} stands for no limit, as scikit-learn’s default"
            form.depth = depths[row.name]
            if row.when:
                number = conditions.setdefault(family(row.when, row.name) or row.when, len(conditions) + 1)
                form.category = number if number <= MOST_CATEGORIES else 0

    def _no_limits(self) -> dict[str, str]:
        """Defaults, by parameter, that stand for no limit at all."""
        return {}

    @property
    def conditions(self) -> int:
        """How many parameters depend on others."""
        space = self.reading.space
        return sum(1 for parameter in space.parameters.values() if parameter.when) if space else 0

    @property
    def rule_count(self) -> int:
        """How many constraints and forbidden combinations there are."""
        return sum(len(self.reading.json.get(name, ())) for name in RULES)

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self.rules[name] for name in RULES]

    # --- changing ---------------------------------------------------------------------------------------
    def with_texts(self, notice: str = "", **texts: str) -> Self:
        return type(self)({**self.data, **texts}, notice)

    def with_new_row(self) -> Self:
        """One blank row more, at the end."""
        total = len(self.rows.forms)
        place = 1 + max((form.order for form in self.rows.forms), default=-1)
        more = {"TOTAL_FORMS": str(total + 1), f"{total}-type": "float", f"{total}-place": str(place)}
        draft = self.with_texts(**{f"{PREFIX}-{name}": text for name, text in more.items()})
        if len(draft.rows.forms) > total:
            draft.rows.forms[total].fields["name"].widget.attrs["autofocus"] = True
        return draft

    def with_completed_row(self, position: int) -> Self:
        """The row at `position` with what its new type, scale or belief needs."""
        if not 0 <= position < len(self.rows.forms):
            return self
        self.rows.is_valid()
        row = completed(self.rows.forms[position].row())
        texts = {"args": row.args, "center": row.center, "spread": row.spread}
        draft = self.with_texts(**{f"{PREFIX}-{position}-{name}": text for name, text in texts.items()})
        draft.rows.forms[position].opened = "opened" in self.data
        return draft

    def with_moved_row(self, position: int, by: int) -> Self:
        """The row at `position` so many places further down; up when negative."""
        order = [form.position for form in self.ordered_rows]
        if str(position) not in order:
            return self
        at = order.index(str(position))
        order.insert(max(0, min(len(order) - 1, at + by)), order.pop(at))
        return self.with_texts(**{f"{PREFIX}-{moved}-place": str(place) for place, moved in enumerate(order)})

    def with_ranges(self, ranges: Ranges, notice: str = "") -> Self:
        """Other ranges in place of these, which can be had back."""
        texts = self.texts
        if self.ranges != ranges:
            texts = texts | {"kept": switching.remember(self.rules.text("kept"), UNDO, self.ranges)}
        return type(self)(texts | ranges_data(ranges), notice)

    def with_undone_ranges(self) -> Self:
        """The ranges before `with_ranges`."""
        ranges, kept = switching.recall(self.rules.text("kept"), UNDO)
        return self if ranges is None else type(self)(self.texts | {"kept": kept} | ranges_data(ranges))

    @property
    def undoable(self) -> bool:
        return bool(self.notice) and switching.recall(self.rules.text("kept"), UNDO)[0] is not None


def ranges_data(ranges: Ranges) -> dict[str, str]:
    """What a browser would send for these rows and rules."""
    return rows_data(ranges.rows) | {"constraints": ranges.constraints, "forbidden": ranges.forbidden}


def _parents(row: Row) -> list[str]:
    try:
        return list(condition(row.when))
    except NotACondition:
        return []


def _depths(parents: Mapping[str, list[str]]) -> dict[str, int]:
    """How many parameters stand above each, up to the deepest that is shown."""
    depths = dict.fromkeys(parents, 0)
    for _ in range(DEEPEST):
        depths = {
            name: min(DEEPEST, 1 + max((depths[each] for each in above if each in depths), default=-1))
            for name, above in parents.items()
        }
    return depths
