"""The space of a study, edited while the study runs: what will happen, and a new version once it is saved."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from trials.engine import control
from trials.engine.creation import StudyError
from trials.forms.json_reader import NotReadable
from trials.forms.space_draft import SpaceDraft
from trials.models import Insight, Space, Study
from trials.tasks import send

from . import space_editor
from .spaces import BUTTONS, LARGEST_ID

#: Older versions are in the study's history.
MOST_VERSIONS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor with the study's space; a POST makes a new version of it."""
    studies = Study.objects.select_related("space").filter(deleted=None)
    study = studies.filter(pk=min(pk, LARGEST_ID)).first()
    if study is None:
        raise Http404(f"there is no study {pk}")
    if request.method != "POST":
        space = (_suggested(study) if "narrowed" in request.GET else None) or study.space.definition
        return _shown(request, study, SpaceDraft.of_space(space, study=str(study.pk)))
    draft = SpaceDraft({**request.POST.dict(), "study": str(study.pk)})
    if "from_json" in request.POST:
        try:
            return _shown(request, study, space_editor.from_json(draft))
        except NotReadable as error:
            typed = {"complaints": error.complaints, "json": request.POST.get("json", "")}
            return _shown(request, study, draft, typed)
    if any(button in request.POST for button in BUTTONS):
        return _shown(request, study, space_editor.changed(request, draft))
    return _saved(request, study, draft)


def _suggested(study: Study) -> dict[str, Any] | None:
    """The smaller ranges that the results speak for, as a worker last found out."""
    insight = Insight.objects.filter(study=study).first()
    found = insight.narrowing(study) if insight else None
    return found["ranges"] if found else None


def _saved(request: HttpRequest, study: Study, draft: SpaceDraft) -> HttpResponse:
    if draft.space is None:
        return _shown(request, study, draft, {"refused": True}, status=422)
    try:
        nudges = control.edit_space(study.pk, draft.space.to_dict(), by=request.user.get_username())
    except StudyError as error:
        draft.note_refused(error.fields)
        return _shown(request, study, draft, {"refused": True}, status=422)
    if nudges is None:
        raise Http404(f"there is no study {study.pk}")
    send(nudges)
    return redirect("study", pk=study.pk)


def _versions(study: Study) -> list[Space]:
    """The versions of the study's space, the present one first, each with the trials asked from it."""
    asked = dict(
        study.trials.exclude(number=None).order_by().values_list("space").annotate(count=Count("pk"))
    )
    versions: list[Space] = []
    version: Space | None = study.space
    while version is not None and len(versions) < MOST_VERSIONS:
        version.asked = asked.get(version.pk, 0)  # type: ignore[attr-defined]
        versions.append(version)
        version = version.previous
    return versions


def _shown(
    request: HttpRequest,
    study: Study,
    draft: SpaceDraft,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = space_editor.context(draft) | {"study": study, "versions": _versions(study)}
    return render(request, "spaces/of_study.html", shown | (extra or {}), status=status)
