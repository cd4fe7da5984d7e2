"""What the buttons of the new study form change on its draft; for the page and its fragments."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest

from trials.forms.draft import Draft
from trials.forms.space_draft import SpaceDraft
from trials.forms.space_rows import ranges_of
from trials.models import SavedSpace
from trials.views.examples import person

from .asked import asked_id

#: Buttons that change the form; all others start the study.
BUTTONS = ("apply", "add", "reset", "undo", "move", "prepare", "save", "use")


Kind = TypeVar("Kind", bound=SpaceDraft)


@dataclass(frozen=True)
class Changed:
    """The draft after a button, and what else the page is to show."""

    draft: Draft
    extra: dict[str, Any] = field(default_factory=dict)


def changed(request: HttpRequest, draft: Draft) -> Changed:
    """The draft after the button that was pressed, if it was not the one that starts."""
    told = request.POST
    if "save" in told:
        return _saved(request, draft)
    if "add" in told:
        return Changed(draft.with_new_row())
    if "reset" in told:
        return Changed(draft.with_default_ranges())
    if "undo" in told:
        return Changed(draft.with_undone_ranges())
    if "move" in told:
        return Changed(moved(draft, told["move"]))
    if "prepare" in told:
        return Changed(draft.with_preparation(told["prepare"]))
    if "use" in told:
        return Changed(_used(draft, told["use"]))
    return Changed(draft)


def moved(draft: Kind, move: str) -> Kind:
    """The draft with one row moved, by a button's value such as "3:-1"."""
    position, _, by = move.partition(":")
    at = asked_id(position)
    return draft.with_moved_row(at, int(by)) if at is not None and by in ("1", "-1") else draft


def _used(draft: Draft, pk: str) -> Draft:
    saved = SavedSpace.objects.shown().filter(pk=asked_id(pk)).first()
    return draft if saved is None else draft.with_saved(ranges_of(saved.definition), saved.pk, saved.name)


def _saved(request: HttpRequest, draft: Draft) -> Changed:
    """Keep the ranges under a name; a name that is taken has to be confirmed."""
    name = " ".join(request.POST.get("save_as", "").split())
    problem, taken = "", SavedSpace.objects.shown().filter(name=name).first()
    if not name:
        problem = "Give them a name"
    elif len(name) > 200 or not name.isprintable():
        problem = "A name has up to 200 letters, all of which can be shown"
    elif draft.reading.space is None:
        problem = "There is something to fix in the ranges; then they can be saved"
    elif taken is not None and "save_over" not in request.POST:
        problem = f"“{name}” is there already: replace it, or choose another name"
    if problem or draft.reading.space is None:
        return Changed(draft, {"save_problem": problem, "save_name": name, "save_taken": taken is not None})
    SavedSpace.purge(name)
    definition = {"definition": draft.reading.space.to_dict(), "subject": draft.subject[:2000]}
    saved, _ = SavedSpace.objects.update_or_create(
        name=name, defaults=definition, create_defaults=definition | {"owner": person(request)}
    )
    return Changed(
        draft.with_texts(f"Saved as “{saved.name}”; it is under Spaces.", saved_space=str(saved.pk))
    )
