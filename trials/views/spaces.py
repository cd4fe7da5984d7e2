"""Saved spaces: the list, one in the editor, and what can be done with them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from trials.forms import selection
from trials.forms.json_reader import NotReadable
from trials.forms.space_draft import SpaceDraft
from trials.models import SavedSpace

from . import space_editor
from .examples import person
from .parts.asked import asked_id
from .parts.saved_rows import saved_rows

LARGEST_ID = 2**63 - 1
#: Buttons that change the rows; all others save.
BUTTONS = ("add", "undo", "move")


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest) -> HttpResponse:
    """Show all that are saved, and what was deleted just now."""
    pk = asked_id(request.GET.get("deleted", ""))
    gone = SavedSpace.objects.exclude(deleted=None).filter(pk=pk).first()
    return render(request, "spaces/page.html", {"rows": saved_rows(), "gone": gone})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A space from the first row on."""
    if request.method == "POST":
        return _posted(request, None)
    return _shown(request, SpaceDraft({"name": "", **_blank()}), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One saved space in the editor."""
    saved = get_object_or_404(SavedSpace.objects.shown(), pk=min(pk, LARGEST_ID))
    if request.method == "POST":
        return _posted(request, saved)
    return _shown(request, SpaceDraft.of_space(saved.definition, name=saved.name), saved)


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Another one with the same ranges."""
    saved = get_object_or_404(SavedSpace.objects.shown(), pk=min(pk, LARGEST_ID))
    copy = SavedSpace.objects.create(
        name=SavedSpace.objects.free_name(f"{saved.name}, copy"),
        definition=saved.definition,
        subject=saved.subject,
        owner=person(request),
    )
    return redirect("space", pk=copy.pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide it; it can be had back for a day."""
    SavedSpace.purge()
    SavedSpace.objects.shown().filter(pk=min(pk, LARGEST_ID)).update(deleted=timezone.now())
    return redirect(f"{reverse('spaces')}?deleted={pk}")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a deletion back."""
    SavedSpace.objects.filter(pk=min(pk, LARGEST_ID)).update(deleted=None)
    return redirect("spaces")


def _blank() -> dict[str, str]:
    return {"row-TOTAL_FORMS": "1", "row-INITIAL_FORMS": "0", "row-0-type": "float"}


def _posted(request: HttpRequest, saved: SavedSpace | None) -> HttpResponse:
    """Save, or show what is wrong beside the fields; without scripts also the buttons of the rows."""
    draft = SpaceDraft(request.POST)
    if "from_json" in request.POST:
        try:
            return _shown(request, space_editor.from_json(draft), saved)
        except NotReadable as error:
            typed = {"complaints": error.complaints, "json": request.POST.get("json", "")}
            return _shown(request, draft, saved, typed)
    if any(button in request.POST for button in BUTTONS):
        return _shown(request, space_editor.changed(request, draft), saved)
    name = " ".join(draft.data.get("name", "").split())
    problem = _name_problem(name, saved)
    if problem or draft.space is None:
        return _shown(request, draft, saved, {"name_problem": problem, "refused": True}, status=422)
    SavedSpace.purge(name)
    kept = saved or SavedSpace(owner=person(request))
    kept.name, kept.definition = name, draft.space.to_dict()
    kept.save()
    return redirect(f"{reverse('space', args=[kept.pk])}?saved=1")


def _name_problem(name: str, saved: SavedSpace | None) -> str:
    """What is wrong with a name, "" for nothing."""
    if not name:
        return "Give it a name"
    if len(name) > 200 or not name.isprintable():
        return "A name has up to 200 letters, all of which can be shown"
    others = SavedSpace.objects.shown().filter(name=name)
    taken = others.exclude(pk=saved.pk) if saved else others
    return f"“{name}” is there already; choose another name" if taken.exists() else ""


def _shown(
    request: HttpRequest,
    draft: SpaceDraft,
    saved: SavedSpace | None,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = space_editor.context(draft) | {
        "saved": saved,
        "made_for": selection.made_for(saved.subject) if saved else "",
        "name": draft.data.get("name", ""),
        "just_saved": "saved" in request.GET,
    }
    return render(request, "spaces/editor.html", shown | (extra or {}), status=status)
