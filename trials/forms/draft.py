"""A study being written in the browser: the form, its rows, what is wrong with them and the plan they make.

The page, its live preview and the submit all ask the same Draft, which asks the engine's own `check_study`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trials.engine.creation import StudyError, StudyPlan, check_study

from . import selection
from .conditions import NotACondition, condition
from .draws import picture
from .form_words import about_field, in_form_words, sentence
from .new_study import NewStudyForm, texts_of
from .refusals import all_refusals
from .row_changes import completed
from .rows import PREFIX, RowForm, RowFormSet, rows_data
from .space_rows import Reading, Row, grid_problems, read_rows, rows_of, shown_at
from .switching import Change, recall, remember, switch

#: Conditions are told apart by colour up to this many; the rest is grey.
MOST_CATEGORIES = 5
UNDO = "undo"


@dataclass(frozen=True)
class Fault:
    """One thing to fix: the id of its input, how the input is called, and what is wrong."""

    field: str
    label: str
    message: str


class Draft:
    """Texts as a browser sends them. `notice` tells the person what the server changed on its own."""

    def __init__(self, data: Mapping[str, Any], notice: str = "") -> None:
        self.data = {name: str(data[name]) for name in data}
        self.notice = notice
        self.form = NewStudyForm(self.data)
        self.rows = RowFormSet(self.data, prefix=PREFIX)

    @classmethod
    def of_study(cls, study: Mapping[str, Any], *, own_name: bool = False) -> "Draft":
        """The draft that says a study given as JSON; what it leaves out is filled in.

        Unless the name is a person's own, it changes with the model and the data.
        """
        name = study.get("name") or selection.automatic_name(study["objective"])
        with suppress(StudyError):  # else it is shown as it is, with what is wrong beside it
            study = check_study(study).to_dict()
        subject = selection.subject(study["objective"])
        rows = rows_of(study["space"]) if study.get("space") else selection.default_rows(subject) or []
        texts = texts_of(study) | {"name": name, "ranges_of": subject, "auto_name": "" if own_name else name}
        return cls(texts | rows_data(rows))

    # --- reading ----------------------------------------------------------------------------------------
    @cached_property
    def texts(self) -> dict[str, str]:
        """The texts of the form, rows aside."""
        return {name: text for name, text in self.data.items() if not name.startswith(f"{PREFIX}-")}

    @cached_property
    def _shown_rows(self) -> list[tuple[RowForm, Row]]:
        """The rows that count, with their forms: neither removed nor left blank."""
        self.rows.is_valid()
        forms = [form for form in self.rows.forms if not form.is_removed]
        return [(form, row) for form in forms if (row := form.row()) != Row()]

    @cached_property
    def reading(self) -> Reading:
        return read_rows([row for _, row in self._shown_rows])

    @cached_property
    def study(self) -> dict[str, Any]:
        """The study's JSON, as far as the form can be read."""
        self.form.is_valid()
        return self.form.study(self.reading.json)

    @cached_property
    def plan(self) -> StudyPlan | None:
        """The complete study, None while something is wrong; then the errors stand at forms and rows."""
        self.form.is_valid()
        self._note_row_problems()
        plan, refused = all_refusals(
            self.study if self.reading.space else {**self.study, "space": self._sound_space}
        )
        for place, message in refused.items():
            self._note(place, message)
        return None if self.faults_noted else plan

    @property
    def faults_noted(self) -> bool:
        return bool(self.form.errors) or any(form.errors for form, _ in self._shown_rows)

    @property
    def _sound_space(self) -> dict[str, Any] | None:
        """The rows that are fine by themselves, so that a model can be asked about them."""
        entries = zip(self.reading.json["parameters"], self.reading.parameters, strict=True)
        sound = [
            {key: value for key, value in entry.items() if key != "when"}
            for entry, parameter in entries
            if parameter is not None
        ]
        return {"parameters": sound} if sound and self.form.value("kind") == "model" else None

    def _note_row_problems(self) -> None:
        problems = self.reading.problems
        if self.form.value("optimizer") == "grid":
            problems += grid_problems(self.reading)
        for problem in problems:
            if problem.row is None:
                self.form.add_error(None, problem.message)
            elif problem.field not in (form := self._shown_rows[problem.row][0]).errors:
                form.add_error(problem.field, problem.message)

    def _note(self, place: str, message: str) -> None:
        """Put what `check_study` refused beside the field that says it, unless that has an error already."""
        if place == "space" or place.startswith("space."):
            self._note_space(place.removeprefix("space.parameters."), message)
            return
        name = self.form.field_of(place)
        if name is None:
            self.form.add_error(None, f"{place}: {message}")
        elif name not in self.form.errors:
            label = str(self.form.fields[name].label)
            self.form.add_error(name, about_field(message, place.rpartition(".")[2], label))

    def _note_space(self, place: str, message: str) -> None:
        if self.reading.space is None and self._sound_space is None:
            return  # the rows have said it already
        for form, row in self._shown_rows:
            name = row.name.strip()
            if place == name or place.startswith(f"{name}."):
                rest = place.removeprefix(name).removeprefix(".")
                field = shown_at(rest) if rest else self._at_fault(row)
                if field not in form.errors:
                    form.add_error(field, in_form_words(message))
                return
        if self.reading.space is not None:
            self.form.add_error(None, sentence(message))

    def _at_fault(self, row: Row) -> str:
        """The field to look at when a model refuses a whole row: its name, or its values if that is known."""
        known = {default.name for default in selection.default_rows(self.subject) or []}
        if row.name.strip() not in known:
            return "name"
        return {"categorical": "choices", "boolean": "type"}.get(row.type, "low")

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Everything to fix, in the order of the page."""
        if self.plan is not None:
            return ()
        found = [Fault("ranges", "Ranges", str(message)) for message in self.form.non_field_errors()]
        for form, row in self._shown_rows:
            name = row.name.strip() or f"row {int(form.position) + 1}"
            found += [
                Fault(place, f"{name}, {label}" if label else name, message)
                for place, label, message in form.problems
            ]
        for name, messages in self.form.errors.items():
            if name in self.form.fields:
                bound = self.form[name]
                label = str(bound.label)
                found += [
                    Fault(str(bound.auto_id), label, str(message).removeprefix(label).strip())
                    for message in messages
                ]
        return tuple(found)

    def decorate(self) -> None:
        """Give the rows what their page shows beside the fields: pictures, depth and colour of conditions."""
        pictures = map(picture, self.reading.parameters)
        parents = {row.name: _parents(row) for _, row in self._shown_rows}
        conditions: dict[str, int] = {}
        no_limits = selection.no_limits(self.subject)
        for (form, row), drawn in zip(self._shown_rows, pictures, strict=True):
            form.picture = drawn
            if row.default and row.default == no_limits.get(row.name):
                form.note = f"{row.default} stands for no limit, as scikit-learn’s default"
            form.depth = min(_depth(row.name, parents, ()), 6)
            if row.when.strip():
                number = conditions.setdefault(row.when.strip(), len(conditions) + 1)
                form.category = number if number <= MOST_CATEGORIES else 0

    # --- changing ---------------------------------------------------------------------------------------
    @cached_property
    def subject(self) -> str:
        """What the chosen model or function expects its ranges to be of."""
        self.form.is_valid()
        return selection.subject(self.form.objective())

    def settled(self) -> "Draft":
        """The draft with model, score, ranges and automatic name in step with what was chosen last."""
        changed = selection.fitting(self.texts)
        if changed:
            return Draft({**self.data, **changed}, self.notice).settled()
        before = self.form.value("ranges_of")
        if before == self.subject or selection.default_rows(self.subject) is None:
            return self
        change = Change(
            before,
            self.subject,
            selection.titled(before),
            selection.titled(self.subject),
            selection.relation(before, self.subject),
        )
        rows = [row for _, row in self._shown_rows]
        switched = switch(change, rows, self.form.value("kept"), selection.default_rows)
        texts = self.texts | {"ranges_of": self.subject, "kept": switched.kept} | self._renamed()
        return Draft(texts | rows_data(switched.rows), switched.notice)

    def _renamed(self) -> dict[str, str]:
        """A new automatic name, unless the person has chosen one."""
        automatic = selection.automatic_name(self.form.objective())
        untouched = self.form.value("name").strip() in ("", self.form.value("auto_name"))
        return {"auto_name": automatic} | ({"name": automatic} if untouched else {})

    def with_new_row(self) -> "Draft":
        """One blank row more, at the end."""
        total = len(self.rows.forms)
        more = {f"{PREFIX}-TOTAL_FORMS": str(total + 1), f"{PREFIX}-{total}-type": "float"}
        draft = Draft(self.data | more)
        if len(draft.rows.forms) > total:
            draft.rows.forms[total].fields["name"].widget.attrs["autofocus"] = True
        return draft

    def with_completed_row(self, position: int) -> "Draft":
        """The row at `position` with what its new type or scale needs."""
        if not 0 <= position < len(self.rows.forms):
            return self
        self.rows.is_valid()
        row = completed(self.rows.forms[position].row())
        return Draft({**self.data, f"{PREFIX}-{position}-args": row.args})

    def with_default_rows(self) -> "Draft":
        """The expert's ranges again; the rows until now can be had back."""
        rows = selection.default_rows(self.subject) or []
        own = [row for _, row in self._shown_rows]
        texts = (
            self.texts | {"kept": remember(self.form.value("kept"), UNDO, own)} if own != rows else self.texts
        )
        return Draft(texts | rows_data(rows), "These are the default ranges again.")

    def with_undone_rows(self) -> "Draft":
        """The rows before `with_default_rows`."""
        rows, kept = recall(self.form.value("kept"), UNDO)
        return self if rows is None else Draft(self.texts | {"kept": kept} | rows_data(rows))

    @property
    def undoable(self) -> bool:
        return bool(self.notice) and recall(self.form.value("kept"), UNDO)[0] is not None

    @cached_property
    def edited(self) -> bool:
        """Whether the rows differ from the expert's."""
        rows = [row for _, row in self._shown_rows]
        default = selection.default_rows(self.subject)
        return default is not None and rows != default


def _parents(row: Row) -> list[str]:
    try:
        return list(condition(row.when))
    except NotACondition:
        return []


def _depth(name: str, parents: Mapping[str, list[str]], above: tuple[str, ...]) -> int:
    own = [parent for parent in parents.get(name, []) if parent in parents and parent not in above]
    return 1 + max(_depth(parent, parents, (*above, name)) for parent in own) if own else 0
