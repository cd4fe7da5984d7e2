"""From JSON typed into a pane to the form that shows the same; called by the pages with such a pane."""

from collections.abc import Mapping
from typing import Any

from optimizers import Space
from optimizers.errors import OptimizerError, SpaceError
from trials.engine.creation import StudyError, check_study

from .draft import Draft
from .form_words import sentence
from .json_reader import Complaint, Lines, NotReadable, read_json

#: More complaints help nobody.
MOST_COMPLAINTS = 6
SHOWN_KINDS = ("model", "function")


def draft_of(text: str, before: Draft) -> Draft:
    """The draft that a study's JSON says; what only the page knows is kept of the draft `before`.

    Raises:
        NotReadable: for a text that makes no study, or one that the form cannot show.
    """
    value, lines = read_json(text)
    try:
        plan = check_study(value)
    except StudyError as error:
        raise NotReadable(*_complaints(error.fields, lines)) from None
    study = plan.to_dict()
    if plan.objective.kind not in SHOWN_KINDS:
        kind = plan.objective.kind
        raise NotReadable(
            Complaint(
                lines.of("objective.kind"), f"this form shows no study of kind {kind}; begin it by the API"
            )
        )
    own_name = value.get("name") not in (None, "", before.form.value("auto_name"))
    draft = Draft.of_study(study, own_name=own_name)
    shown = draft.plan.to_dict() if draft.plan else {}
    for key in study:
        if shown.get(key) != study[key]:
            raise NotReadable(
                Complaint(lines.of(key), f"the form cannot show this {key}; begin it by the API")
            )
    unseen = {"kept": before.rules.text("kept")} | ({} if "seed" in value else {"seed": ""})
    return draft.with_texts(**unseen)


def space_of(text: str) -> dict[str, Any]:
    """The space that a text says, as complete JSON.

    Raises:
        NotReadable: for a text that makes no space.
    """
    value, lines = read_json(text)
    try:
        return Space.from_dict(value).to_dict()
    except SpaceError as error:
        place = f"parameters.{error.parameter}." if error.parameter else ""
        told = f"{error.parameter}: {error.problem}" if error.parameter else sentence(error.problem)
        raise NotReadable(
            Complaint(lines.of((place + (error.field or "")).removesuffix(".")), told)
        ) from None
    except OptimizerError as error:
        raise NotReadable(Complaint(None, sentence(str(error)))) from None


def _complaints(fields: Mapping[str, list[str]], lines: Lines) -> list[Complaint]:
    """What the check of a study says, each with its line, in the order of the text."""
    found = [
        Complaint(lines.of(place), _about(place, message))
        for place, messages in fields.items()
        for message in messages
    ]
    return sorted(found, key=lambda complaint: complaint.line or 0)[:MOST_COMPLAINTS]


def _about(place: str, message: str) -> str:
    """The message with the parameter it is about, where it is about one."""
    _, parameters, rest = place.partition("space.parameters.")
    return f"{rest.partition('.')[0]}: {message}" if parameters else sentence(message)
