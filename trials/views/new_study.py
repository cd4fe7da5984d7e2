"""The page where a study is written: shown, kept in step while it is filled in, checked and started."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from trials.engine.creation import StudyPlan, store, study_json
from trials.engine.naming import what_is_searched
from trials.examples import example_named
from trials.forms import selection
from trials.forms.draft import Draft
from trials.forms.from_json import draft_of
from trials.forms.json_reader import Complaint, NotReadable
from trials.forms.space_rows import ranges_of
from trials.forms.study_texts import first_study
from trials.models import SavedSpace, Study
from trials.tasks import send

from .examples import person
from .frame import crew
from .parts.asked import asked_id, asked_row
from .parts.draft_changes import BUTTONS, Changed, changed
from .parts.new_study_context import context


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; a POST starts the study, or shows what is wrong beside the fields."""
    if request.method != "POST":
        return _shown(request, Changed(_opened(request)))
    draft = Draft(request.POST)
    if "from_json" in request.POST:
        return _shown(request, *_from_json(request, draft))
    change = changed(request, draft)
    settled = change.draft.settled()
    if settled is not draft or any(button in request.POST for button in BUTTONS):
        return _shown(request, Changed(settled, change.extra))
    if draft.plan is not None and request.POST.get("json", "").strip():
        # A text that was not taken over: the form is not what its writer means to start.
        _, complaints = _from_json(request, draft)
        if complaints:
            return _shown(request, Changed(draft), complaints)
    if draft.plan is not None:
        study, nudges = store(_named(draft, draft.plan), person(request))
        _note_use(draft)
        send(nudges)
        return redirect("study", pk=study.pk)
    return render(request, "new_study/page.html", context(request, draft) | {"refused": True}, status=422)


@require_POST
def space(request: HttpRequest) -> HttpResponse:
    """What changes with a choice: all steps, one row completed for its new type or scale, or one row more."""
    draft = Draft(request.POST)
    if "row" in request.GET:
        return _row(request, draft, request.GET["row"])
    if "add" in request.POST:
        draft = draft.with_new_row()
        shown = context(request, draft) | {"row": draft.rows.forms[-1], "added": True}
        return fragment(request, "spaces/row.html", shown)
    change = changed(request, draft)
    shown = context(request, change.draft.settled()) | change.extra
    return fragment(request, "new_study/steps.html", shown | {"fragment": True})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The plan in words and as code, the rows' pictures, and what is wrong; recomputed while people type."""
    shown = context(request, Draft(request.POST)) | {"fragment": True, "refused": "refused" in request.POST}
    return render(request, "new_study/preview.html", shown)


@require_POST
def json(request: HttpRequest) -> HttpResponse:
    """The steps as the typed JSON says; where it says no study, what is wrong with it and nothing else."""
    change, complaints = _from_json(request, Draft(request.POST))
    if complaints:
        return refused_json(request, complaints)
    shown = context(request, change.draft) | {"fragment": True, "applied": True}
    return fragment(request, "new_study/steps.html", shown)


def refused_json(request: HttpRequest, complaints: tuple[Complaint, ...]) -> HttpResponse:
    """What is wrong with the typed JSON, beside it; all else stays as it is."""
    shown = {"complaints": complaints, "fragment": True}
    response = render(request, "spaces/json_error.html", shown)
    response["HX-Reswap"] = "none"
    return response


def fragment(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """Part of the form; once it is in place, the browser asks for a fresh preview."""
    response = render(request, template, shown)
    response["HX-Trigger-After-Settle"] = "draft-changed"
    return response


def _shown(request: HttpRequest, change: Changed, complaints: tuple[Complaint, ...] = ()) -> HttpResponse:
    shown = context(request, change.draft) | change.extra
    if complaints:
        shown |= {"complaints": complaints, "json": request.POST.get("json", "")}
    return render(request, "new_study/page.html", shown, status=422 if complaints else 200)


def _from_json(request: HttpRequest, draft: Draft) -> tuple[Changed, tuple[Complaint, ...]]:
    try:
        return Changed(draft_of(request.POST.get("json", ""), draft)), ()
    except NotReadable as error:
        return Changed(draft), error.complaints


def _row(request: HttpRequest, draft: Draft, position: str) -> HttpResponse:
    at = asked_row(draft, position)
    draft = draft.with_completed_row(at)
    shown = context(request, draft) | {"row": draft.rows.forms[at]}
    return fragment(request, "spaces/row.html", shown)


def _named(draft: Draft, plan: StudyPlan) -> StudyPlan:
    """The plan; an automatic name that another study has taken since the form was opened is numbered."""
    return replace(plan, name=Study.objects.free_name(plan.name)) if draft.named_automatically else plan


def _note_use(draft: Draft) -> None:
    """Remember when a saved space was last of use."""
    pk = asked_id(draft.form.value("saved_space"))
    SavedSpace.objects.filter(pk=pk).update(used=timezone.now())


# --- what the form begins with ----------------------------------------------------------------------------
def _opened(request: HttpRequest) -> Draft:
    """The draft to begin with: an example, a copy of a study, a saved space, a data set, or the usual."""
    if slug := request.GET.get("example"):
        example = example_named(slug)
        if example is None:
            raise Http404(f"there is no example {slug[:80]}")
        return Draft.of_study(example.body)
    if (pk := request.GET.get("from", "")).isdecimal():
        return _copied(asked_id(pk), narrowed="narrowed" in request.GET)
    usual = first_study(crew(request).slots or 2)
    if (pk := request.GET.get("space", "")).isdecimal():
        return _of_saved(asked_id(pk), usual)
    if name := request.GET.get("dataset"):
        return _on_dataset(name, usual)
    return Draft.of_study(usual)


def _copied(pk: int | None, *, narrowed: bool = False) -> Draft:
    """A copy of a study; `narrowed`: over the smaller space its results speak for, beginning from them."""
    studies = Study.objects.select_related("space", "insight").filter(deleted=None)
    study = get_object_or_404(studies, pk=pk)
    if study.external:
        raise Http404("a study that trains elsewhere begins there, through the API")
    insight = getattr(study, "insight", None)
    found = insight.narrowing(study) if narrowed and insight else None
    own_name = not study.name.startswith(what_is_searched(study.objective))
    body = study_json(study) | {"name": Study.objects.free_name(study.name)}
    if found is not None:
        body |= {"name": Study.objects.free_name(f"{study.name[:180]}, narrowed")}
        body |= {"space": found["space"], "warm_start": [study.pk]}
    return Draft.of_study(body, own_name=own_name)


def _of_saved(pk: int | None, usual: dict[str, Any]) -> Draft:
    """A study over saved ranges, of what they were made for where that is still there."""
    saved = get_object_or_404(SavedSpace.objects.shown(), pk=pk)
    if selection.default_ranges(saved.subject) is not None:
        usual = usual | {"objective": selection.objective_of(saved.subject)}
    draft = Draft.of_study(usual).settled()
    return draft.with_saved(ranges_of(saved.definition), saved.pk, saved.name)


def _on_dataset(name: str, usual: dict[str, Any]) -> Draft:
    info = selection.dataset_named(name)
    if info is None:
        raise Http404(f"there is no data set {name[:80]}")
    draft = Draft.of_study(usual)
    return draft.with_texts(dataset=info.name, dataset_version="").settled()
