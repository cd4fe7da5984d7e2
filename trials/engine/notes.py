"""Write down what people think of a study or a trial, and star studies. Called by API and pages."""

from collections.abc import Mapping
from typing import Any

from trials.models import Event, Note, Star, Study
from trials.models.study import said
from trials.objectives.base import unknown

from .border import unstorable
from .control import visible
from .findings import Findings, StudyError, shown
from .plan import check_tags

LONGEST_NOTE = 20_000


def write(study_id: int, number: int | None, data: Mapping[str, Any], by: str = "") -> Note | None:
    """Change the note of a study (`number` None) or of a trial; None when there is no such study or trial.

    data: `text` in Markdown and, of a trial, `tags`; what is left out stays. The history says who wrote.

    Raises:
        StudyError: with a message for every field that is wrong.
    """
    if unstored := unstorable(dict(data)):
        raise StudyError(unstored)
    text, tags = _checked(data, ("text",) if number is None else ("text", "tags"))
    with visible(study_id) as study:
        if study is None:
            return None
        trial = None if number is None else study.trials.filter(number=number).only("pk").first()
        if number is not None and trial is None:
            return None
        note = Note.objects.filter(study=study, trial=trial).first() or Note(study=study, trial=trial)
        before = note.text, note.tags
        note.text = note.text if text is None else text
        note.tags = note.tags if tags is None else tags
        if (note.text, note.tags) != before:
            _keep(note)
            study.change()
            study.note(Event.Kind.CHANGED, said(_told(before, note), by), number)
        return note


def _keep(note: Note) -> None:
    if note.text or note.tags:
        note.save()
    elif note.pk:
        note.delete()


def _told(before: tuple[str, list[str]], note: Note) -> str:
    """The history's line: "Note written", "Tags: odd, keep"."""
    parts = []
    if note.text != before[0]:
        parts.append(f"Note {'removed' if not note.text else 'changed' if before[0] else 'written'}")
    if note.tags != before[1]:
        parts.append(f"Tags: {', '.join(note.tags)}" if note.tags else "Tags removed")
    return ". ".join(parts)


def _checked(data: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str | None, list[str] | None]:
    found = Findings()
    for key in data:
        if key not in keys:
            found.add(str(key)[:100], unknown("field of a note", key, keys))
    text = data.get("text")
    if text is not None and not isinstance(text, str):
        found.add("text", f"a note is a text, not {shown(text)}")
        text = None
    text = None if text is None else text.replace("\r\n", "\n").strip()
    if text is not None and len(text) > LONGEST_NOTE:
        found.add("text", f"{len(text):,} characters are too many: keep it to {LONGEST_NOTE:,}")
    tags = check_tags(data["tags"], found) if "tags" in data else None
    found.stop_if_any()
    return text, tags


def star(study_id: int, user: int, on: bool) -> bool:
    """Mark a study as the favourite of a user (by key), or no more; False when there is no such study."""
    if not Study.objects.visible().filter(pk=study_id).exists():
        return False
    if on:
        Star.objects.get_or_create(user_id=user, study_id=study_id)
    else:
        Star.objects.filter(user=user, study=study_id).delete()
    return True
