"""The page where a study is written: shown, kept in step while it is filled in, checked and started."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from optimizers.registry import get
from trials.engine.creation import store, study_json
from trials.examples import example_named, examples
from trials.forms import selection
from trials.forms.draft import Draft
from trials.forms.in_words import grid_size, in_words
from trials.forms.json_text import json_text, marked
from trials.forms.new_study import first_study
from trials.forms.options import methods
from trials.models import Study, Worker
from trials.tasks import send

from .examples import person

#: Buttons that change the form; all others start the study.
BUTTONS = ("apply", "add", "reset", "undo")


@dataclass(frozen=True)
class Method:
    """One optimizer as an option card, with the fields of its options."""

    name: str
    title: str
    summary: str
    chosen: bool
    options: list[BoundField]

    @property
    def told(self) -> bool:
        """Whether an option was changed."""
        return any(option.value() for option in self.options)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; a POST starts the study, or shows what is wrong beside the fields."""
    if request.method != "POST":
        return render(request, "new_study/page.html", context(_opened(request)))
    draft = Draft(request.POST)
    settled = _changed(request, draft).settled()
    if settled is not draft or any(button in request.POST for button in BUTTONS):
        return render(request, "new_study/page.html", context(settled))
    if draft.plan is not None:
        study, nudges = store(draft.plan, person(request))
        send(nudges)
        return redirect("study", pk=study.pk)
    return render(request, "new_study/page.html", context(draft) | {"refused": True}, status=422)


@require_POST
def space(request: HttpRequest) -> HttpResponse:
    """What changes with a choice: all steps, one row completed for its new type or scale, or one row more."""
    draft = Draft(request.POST)
    if "row" in request.GET:
        return _row(request, draft, request.GET["row"])
    if "add" in request.POST:
        draft = draft.with_new_row()
        shown = context(draft) | {"row": draft.rows.forms[-1], "added": True}
        return _fragment(request, "new_study/row.html", shown)
    settled = _changed(request, draft).settled()
    return _fragment(request, "new_study/steps.html", context(settled) | {"fragment": True})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The plan in words and as JSON, the rows' pictures, and what is wrong; recomputed while people type."""
    shown = context(Draft(request.POST)) | {"fragment": True, "refused": "refused" in request.POST}
    return render(request, "new_study/preview.html", shown)


def _row(request: HttpRequest, draft: Draft, position: str) -> HttpResponse:
    if not position.isdecimal() or not int(position) < len(draft.rows.forms):
        raise Http404(f"there is no row {position[:20]}")
    draft = draft.with_completed_row(int(position))
    shown = context(draft) | {"row": draft.rows.forms[int(position)]}
    return _fragment(request, "new_study/row.html", shown)


def _fragment(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """Part of the form; once it is in place, the browser asks for a fresh preview."""
    response = render(request, template, shown)
    response["HX-Trigger-After-Settle"] = "draft-changed"
    return response


def _changed(request: HttpRequest, draft: Draft) -> Draft:
    """The draft after the button that was pressed, if it was not the one that starts."""
    if "add" in request.POST:
        return draft.with_new_row()
    if "reset" in request.POST:
        return draft.with_default_ranges()
    if "undo" in request.POST:
        return draft.with_undone_ranges()
    return draft


def _opened(request: HttpRequest) -> Draft:
    """The draft to begin with: an example, a copy of a study, or the usual."""
    if slug := request.GET.get("example"):
        example = example_named(slug)
        if example is None:
            raise Http404(f"there is no example {slug[:80]}")
        return Draft.of_study(example.body)
    if (pk := request.GET.get("from", "")).isdecimal():
        study = get_object_or_404(Study.objects.select_related("space"), pk=min(int(pk), 2**63 - 1))
        if study.external:
            raise Http404("a study that trains elsewhere begins there, through the API")
        return Draft.of_study(study_json(study) | {"name": f"{study.name[:190]}, again"}, own_name=True)
    slots, _ = training_slots()
    return Draft.of_study(first_study(slots or 2))


def training_slots() -> tuple[int, int]:
    """How many trials the living workers can train at once, and how many they train now."""
    found = Worker.objects.alive().training().aggregate(slots=Sum("slots"), busy=Sum("busy"))
    return found["slots"] or 0, found["busy"] or 0


def context(draft: Draft) -> dict[str, Any]:
    """What the templates show of a draft."""
    plan, form = draft.plan, draft.form
    draft.decorate()
    dataset, model = form.value("dataset"), form.value("model")
    form.fields["dataset"].widget.choices = selection.dataset_choices()
    form.fields["model"].widget.choices = selection.model_choices(dataset)
    form.fields["scoring"].widget.choices = selection.scorer_choices(dataset, form.models)
    slots, busy = training_slots()
    space = draft.reading.space
    return {
        "draft": draft,
        "budget_fields": [form[name] for name in ("trials", "time", "parallelism", "seed")],
        "shown_fields": _shown_fields(draft),
        "form": form,
        "rows": draft.rows,
        "plan": plan,
        "words": in_words(plan) if plan else [],
        "json": marked(json_text(draft.study)),
        "grid_points": grid_size(space) if space else None,
        "conditions": sum(1 for parameter in space.parameters.values() if parameter.when) if space else 0,
        "dataset": selection.dataset_named(dataset),
        "model": selection.model_named(model),
        "function_summary": selection.function_summary(form.value("function")),
        "arguments": form.bound(f"argument-{form.value('function')}-"),
        "methods": _methods(draft),
        "negated": form.value("scoring").startswith("neg_"),
        "slots": slots,
        "free": max(0, slots - busy),
        "examples": examples(),
    }


def _shown_fields(draft: Draft) -> list[BoundField]:
    """The fields that have a place for their errors on the page, rows aside."""
    form = draft.form
    names = ["name", "optimizer", "trials", "time", "parallelism", "seed", "target", "patience"]
    if form.value("kind") == "function":
        return [form[name] for name in (*names, "function")] + form.bound(
            f"argument-{form.value('function')}-"
        )
    names += ["dataset", "model", "scoring", "validation", "folds", "repeats", "hold_out", "test_share"]
    return [form[name] for name in names] + form.bound("option-")


def _methods(draft: Draft) -> list[Method]:
    chosen = draft.form.value("optimizer")
    return [
        Method(name, get(name).title, get(name).summary, name == chosen, draft.form.bound(f"option-{name}-"))
        for name in methods()
    ]
