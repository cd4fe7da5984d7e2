"""The rows of a space on a page of their own, kept in step while edited; saved ones and studies'."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from trials.forms.distributions import families
from trials.forms.from_json import space_of
from trials.forms.in_words import grid_size, size_in_words
from trials.forms.json_reader import NotReadable
from trials.forms.space_draft import SpaceDraft
from trials.forms.space_rows import ranges_of

from .new_study import fragment, refused_json
from .parts import code_panes, space_effects
from .parts.asked import asked_row
from .parts.draft_changes import moved


def context(draft: SpaceDraft) -> dict[str, Any]:
    """What the templates of the editor show of a draft."""
    space = draft.space
    draft.decorate()
    return code_panes.of_space(draft.reading.json) | {
        "draft": draft,
        "space": space,
        "size": size_in_words(space) if space else "",
        "grid_points": grid_size(space) if space else None,
        "effects": space_effects.of(draft.data.get("study", ""), space),
        "distributions": families().items(),
        "rows_url": reverse("space-rows"),
        "json_url": reverse("space-json"),
        "json_target": "#steps",
    }


def changed(request: HttpRequest, draft: SpaceDraft) -> SpaceDraft:
    """The draft after a button of the editor."""
    if "add" in request.POST:
        return draft.with_new_row()
    if "undo" in request.POST:
        return draft.with_undone_ranges()
    return moved(draft, request.POST.get("move", ""))


@require_POST
def rows(request: HttpRequest) -> HttpResponse:
    """All rows, one row completed for its new type or scale, or one row more."""
    draft = SpaceDraft(request.POST)
    if "row" in request.GET:
        at = asked_row(draft, request.GET["row"])
        draft = draft.with_completed_row(at)
        shown = context(draft) | {"row": draft.rows.forms[at]}
        return fragment(request, "spaces/row.html", shown)
    draft = changed(request, draft)
    if "add" in request.POST:
        shown = context(draft) | {"row": draft.rows.forms[-1], "added": True}
        return fragment(request, "spaces/row.html", shown)
    return fragment(request, "spaces/ranges.html", context(draft) | {"fragment": True})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The rows' pictures, the code, and what is wrong; recomputed while people type."""
    return render(request, "spaces/preview.html", context(SpaceDraft(request.POST)) | {"fragment": True})


@require_POST
def json(request: HttpRequest) -> HttpResponse:
    """The rows as the typed JSON says; where it says no space, what is wrong with it and nothing else."""
    before = SpaceDraft(request.POST)
    try:
        draft = from_json(before)
    except NotReadable as error:
        return refused_json(request, error.complaints)
    return fragment(request, "spaces/ranges.html", context(draft) | {"fragment": True, "applied": True})


def from_json(before: SpaceDraft) -> SpaceDraft:
    """The draft that the typed JSON says; raises NotReadable."""
    space = space_of(before.data.get("json", ""))
    return before.with_ranges(ranges_of(space))
