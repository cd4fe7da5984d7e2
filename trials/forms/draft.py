"""A study being written in the browser: the form, its space, what is wrong with them and the plan they make.

The page, its live preview and the submit all ask the same Draft, which asks the engine's own `check_study`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import QueryDict

from optimizers import Space
from trials.engine.creation import StudyError, StudyPlan, check_study
from trials.engine.naming import automatic_name
from trials.models import Study
from trials.objectives.preparation import PrepStep

from . import fidelities, selection
from .form_words import about_field
from .new_study import MANY, NewStudyForm
from .refusals import all_refusals
from .row_reader import Problem, grid_problems, read_rows
from .space_draft import Fault, SpaceDraft, ranges_data
from .space_rows import Ranges, Row, ranges_of, rows_of
from .study_texts import texts_of
from .switching import Change, switch


class Draft(SpaceDraft):
    """A new study's texts, its space among them."""

    def __init__(self, data: Mapping[str, Any], notice: str = "") -> None:
        if isinstance(data, QueryDict):
            data = data.dict() | {name: ",".join(data.getlist(name)) for name in MANY if name in data}
        super().__init__(data, notice)
        self.form = NewStudyForm(self.data)

    @classmethod
    def of_study(cls, study: Mapping[str, Any], *, own_name: bool = False) -> "Draft":
        """The draft that says a study given as JSON; what it leaves out is filled in.

        Unless the name is a person's own, it changes with the model and the data.
        """
        name = study.get("name") or automatic_name(study["objective"])
        name = name if own_name else Study.objects.free_name(name)
        with suppress(StudyError):  # else it is shown as it is, with what is wrong beside it
            study = check_study(study).to_dict()
        subject = selection.subject(study["objective"])
        ranges = ranges_of(study["space"]) if study.get("space") else selection.default_ranges(subject)
        texts = texts_of(study) | {"name": name, "ranges_of": subject, "auto_name": "" if own_name else name}
        return cls(texts | ranges_data(ranges or Ranges()))

    # --- reading ----------------------------------------------------------------------------------------
    @cached_property
    def study(self) -> dict[str, Any]:
        """The study's JSON, as far as the form can be read."""
        self.form.is_valid()
        return self.form.study(self.reading.json)

    @cached_property
    def plan(self) -> StudyPlan | None:
        """The complete study, None while something is wrong; then errors stand at form, rows and rules."""
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
        return bool(self.form.errors) or super().faults_noted

    @property
    def _sound_space(self) -> dict[str, Any] | None:
        """The rows that are fine by themselves, so that a model or function can be asked about them.

        Where a row is not, the usual one of its name stands in: a function needs all of its own.
        """
        usual = {row.name: row for row in (selection.default_ranges(self.subject) or Ranges()).rows}
        entries = zip(self.reading.json["parameters"], self.reading.parameters, strict=True)
        sound = {entry["name"]: entry for entry, parameter in entries if parameter is not None}
        for _, row in self._shown_rows:
            name = row.name.strip()
            if name in usual and name not in sound:
                sound[name] = read_rows([usual[name]]).json["parameters"][0]
        bare = [{key: value for key, value in entry.items() if key != "when"} for entry in sound.values()]
        return {"parameters": bare} if bare else None

    def _problems(self) -> tuple[Problem, ...]:
        grid = grid_problems(self.reading) if self.form.value("optimizer") == "grid" else ()
        return super()._problems() + grid

    def _note(self, place: str, message: str) -> None:
        """Put what `check_study` refused beside the field that says it, unless that has an error already."""
        if place == "space" or place.startswith("space."):
            self._note_space(
                place.removeprefix("space").removeprefix(".parameters").removeprefix("."), message
            )
            return
        name = self.form.field_of(place)
        if name is None:
            self.form.add_error(None, f"{place}: {message}")
        elif name not in self.form.errors:
            label = str(self.form.fields[name].label)
            self.form.add_error(name, about_field(message, place.rpartition(".")[2], label))

    def _at_fault(self, row: Row) -> str:
        """The field to look at when a model refuses a whole row: its name, or its values if that is known."""
        usual = selection.default_ranges(self.subject) or Ranges()
        if row.name.strip() not in {each.name for each in usual.rows}:
            return "name"
        return {"categorical": "choices", "boolean": "type"}.get(row.type, "low")

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Everything to fix, in the order of the page."""
        if self.plan is not None:
            return ()
        found = [Fault("ranges", "Study", str(message)) for message in self.form.non_field_errors()]
        found += self._range_faults()
        for name, messages in self.form.errors.items():
            if name in self.form.fields:
                bound = self.form[name]
                label = str(bound.label)
                found += [
                    Fault(str(bound.auto_id), label, str(message).removeprefix(label).strip())
                    for message in messages
                ]
        return tuple(found)

    def _no_limits(self) -> dict[str, str]:
        return selection.no_limits(self.subject)

    # --- changing ---------------------------------------------------------------------------------------
    @cached_property
    def objective(self) -> dict[str, Any]:
        """The objective's JSON, as far as the form can be read."""
        self.form.is_valid()
        return self.form.objective()

    @cached_property
    def subject(self) -> str:
        """What the chosen models or function expect their ranges to be of."""
        return selection.subject(self.objective)

    def settled(self) -> "Draft":
        """The draft with models, scores, ranges and automatic name in step with what was chosen last."""
        changed = selection.fitting(self.texts)
        if changed:
            return self.with_texts(self.notice, **changed).settled()
        before = self.form.value("ranges_of")
        if odd := self._odd_fidelity(before):
            return self.with_texts(self.notice, **odd).settled()
        if self.form.value("dataset_version") and not self._same_data(before):
            return self.with_texts(self.notice, dataset_version="").settled()
        if before == self.subject or selection.default_ranges(self.subject) is None:
            return self
        change = Change(
            before,
            self.subject,
            selection.titled(before),
            selection.titled(self.subject),
            selection.relation(before, self.subject),
        )
        switched = switch(change, self.ranges, self.rules.text("kept"), selection.default_ranges)
        texts = self.texts | {"ranges_of": self.subject, "kept": switched.kept} | self._renamed()
        return Draft(texts | ranges_data(switched.ranges), switched.notice)

    def _odd_fidelity(self, before: str) -> dict[str, str]:
        """What must change of a fidelity that the models do not have, or whose ends are those of another."""
        if self.form.value("kind") == "function":
            return {}
        name = self.form.value("fidelity")
        known = {"", *(resource.name for resource in fidelities.resources_of(self.objective))}
        told = selection.objective_of(before).get("fidelity") or {}
        wanted = {"fidelity": name if name in known else ""}
        if before and told.get("name", "") != wanted["fidelity"]:
            wanted |= {"fidelity_min": "", "fidelity_max": ""}
        if before and bool(told.get("name")) != bool(wanted["fidelity"]):
            wanted |= self._budget_in("full_trainings" if wanted["fidelity"] else "trials")
        return {key: text for key, text in wanted.items() if text != self.form.value(key)}

    def _budget_in(self, unit: str) -> dict[str, str]:
        """The same budget in the other unit: what counts where trials get parts are full trainings."""
        other = "trials" if unit == "full_trainings" else "full_trainings"
        amount = self.form.value(unit) or self.form.value(other)
        return {unit: amount, other: ""}

    def _same_data(self, before: str) -> bool:
        """Whether the data set is that of a subject before: only its own version can be meant."""
        return selection.objective_of(before).get("dataset", "") == self.form.value("dataset")

    def _renamed(self) -> dict[str, str]:
        """A new automatic name, unless the person has chosen one."""
        automatic = automatic_name(self.objective)
        return {"auto_name": automatic} | ({"name": automatic} if self.named_automatically else {})

    @property
    def named_automatically(self) -> bool:
        """Whether nobody has chosen the name."""
        return self.form.value("name").strip() in ("", self.form.value("auto_name"))

    def with_default_ranges(self) -> "Draft":
        """The expert's ranges again; those until now can be had back."""
        usual = selection.default_ranges(self.subject) or Ranges()
        return self.with_ranges(usual, "These are the default ranges again.")

    @cached_property
    def preparations(self) -> tuple[PrepStep, ...]:
        """The steps of preprocessing that are not among the rows yet."""
        if self.form.value("kind") == "function":
            return ()
        there = {row.name.strip() for _, row in self._shown_rows}
        steps = selection.preparations(self.objective)
        return tuple(step for step in steps if not there & set(step.parameters))

    def with_preparation(self, name: str) -> "Draft":
        """The rows with those of a step of preprocessing."""
        step = next((step for step in self.preparations if step.name == name), None)
        if step is None:
            return self
        rows = rows_of(Space(step.parameters).to_dict())
        ranges = replace(self.ranges, rows=(*self.ranges.rows, *rows))
        return self.with_ranges(ranges, f"{step.title}: {step.help}")

    def with_saved(self, ranges: Ranges, pk: int, name: str) -> "Draft":
        """Saved ranges in place of these."""
        notice = f"These are the ranges “{name}”."
        return self.with_ranges(ranges, notice).with_texts(notice, saved_space=str(pk))

    @cached_property
    def edited(self) -> bool:
        """Whether the ranges differ from the expert's."""
        usual = selection.default_ranges(self.subject)
        return usual is not None and self.ranges != usual
