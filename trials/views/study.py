"""A study's pages: its overview and all its trials, both live."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.gzip import gzip_page

from trials import wording
from trials.models import Study
from trials.models.prepared import Prepared
from trials.outlook import left_to_gain

from . import live as living
from .frame import training_slots
from .parts.activity import activity_of
from .parts.best import best_of
from .parts.failures import failures_of
from .parts.families import families_of, has_families
from .parts.front import arrow, front_of
from .parts.gallery import gallery_of
from .parts.heading import subject_of, subtitle_of
from .parts.leaderboard import leaderboard_of
from .parts.matters import matters_of
from .parts.mind import mind_of
from .parts.narrowing import narrowing_of
from .parts.noted import noted_of
from .parts.notices import notices_of
from .parts.progress import progress_of
from .parts.remaining import recent_pace
from .parts.result import result_of
from .parts.rungs import rungs_of
from .parts.trial_table import canonical, read_query, trial_table


@gzip_page
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the study is going and what it has found; of a deleted one, how to bring it back."""
    try:
        return _page(request, pk, "overview")
    except Http404:
        gone = get_object_or_404(Study, pk=pk, deleted__isnull=False)
        return render(request, "study/deleted.html", {"study": gone}, status=410)


@gzip_page
def trials(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all trials, sorted and filtered by the address; a submitted form is led to its own address."""
    if "apply" in request.GET:
        return redirect(request.path + canonical(get_object_or_404(_studies(), pk=pk), request.GET))
    return _page(request, pk, "trials")


@gzip_page
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the charts; each is fetched when it comes into view."""
    return _page(request, pk, "analysis")


@gzip_page
def mind(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the optimizer's surrogate believed before a trial: the present, or a moment of the past."""
    return _page(request, pk, "mind")


def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the best configuration came to on the test part, once the study has ended."""
    return _page(request, pk, "result")


def failures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the failed trials in groups, with what to do about each."""
    return _page(request, pk, "failures")


@gzip_page
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what changed on one of the pages; one small query while nothing did."""
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    study = _pulse.first(pk)
    if study is None:
        raise Http404
    slots = training_slots()
    context = lambda: _context(request, pk, tab, slots)  # noqa: E731
    return living.answer(
        request, etag_of(study, slots), living.every(study), f"study/{tab}_live.html", context
    )


_pulse = Prepared(
    Study,
    lambda pk: (
        Study.objects.visible().only("revision", "state", "ended", "n_running", "n_complete").filter(pk=pk)
    ),
)


def etag_of(study: Study, slots: int) -> str:
    """A tag that changes with whatever the study's pages show."""
    return f'"{study.pk}-{study.revision}-{slots}"'


def _page(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    slots = training_slots()
    context = _context(request, pk, tab, slots)
    study = context["study"]
    context |= {"etag": etag_of(study, slots), "every": living.every(study)}
    return render(request, f"study/{tab}.html", context)


def _context(request: HttpRequest, pk: int, tab: str, slots: int) -> dict[str, Any]:
    study = get_object_or_404(_studies(), pk=pk)
    shown = wording.Shown(study.metric, study.maximize)
    return {
        "study": study,
        "tab": tab,
        "workers": slots,
        "subject": subject_of(study.objective, study.optimizer),
        "subtitle": subtitle_of(study),
        "progress": progress_of(study, slots, recent_pace(study)),
        "notices": notices_of(study, slots),
        "metric": shown.title,
        "direction": arrow(shown) if study.several else "arrow-down" if shown.maximize else "arrow-up",
        **TABS[tab](request, study),
    }


def _studies() -> QuerySet[Study]:
    return (
        Study.objects.visible()
        .select_related("space", "insight", "best", "owner")
        .defer("best__log", "best__info")
    )


def _overview(request: HttpRequest, study: Study) -> dict[str, Any]:
    return {
        "best": None if study.several else best_of(study),
        "front": front_of(study),
        "matters": matters_of(study, getattr(study, "insight", None), request.GET.get("importance", "")),
        "narrowing": narrowing_of(study, getattr(study, "insight", None)),
        "left": left_to_gain(study, getattr(study, "insight", None)),
        "leaderboard": leaderboard_of(study),
        "rungs": rungs_of(study),
        **_families(request, study),
        "activity": activity_of(study),
        "noted": noted_of(study),
        "result": result_of(study),
    }


def _families(request: HttpRequest, study: Study) -> dict[str, Any]:
    """The leaderboard by family, read only where the address asks for it."""
    several = has_families(study) and not study.several
    asked = several and request.GET.get("board") == "families"
    return {"several_models": several, "families": families_of(study) if asked else None}


def _trials(request: HttpRequest, study: Study) -> dict[str, Any]:
    return {"table": trial_table(study, read_query(study, request.GET))}


def _result(request: HttpRequest, study: Study) -> dict[str, Any]:
    return {"result": result_of(study)}


TABS: dict[str, Callable[[HttpRequest, Study], dict[str, Any]]] = {
    "overview": _overview,
    "trials": _trials,
    "result": _result,
    "analysis": lambda request, study: {"gallery": gallery_of(study, request.GET)},
    "mind": lambda request, study: {"mind": mind_of(study, request.GET)},
    "failures": lambda request, study: {"failures": failures_of(study)},
}
