"""The home page: all studies, live; with nothing there yet, examples that start with one click."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trials.examples import examples

from . import live as living
from .frame import training_slots
from .parts import study_rows


def page(request: HttpRequest) -> HttpResponse:
    """Show one page of studies, newest first."""
    slots = training_slots()
    context = _context(request, slots) | {
        "slots": slots,
        "every": living.WHILE_RUNNING,
        "etag": _etag(request, slots),
    }
    return render(request, "studies/page.html", context)


def live(request: HttpRequest) -> HttpResponse:
    """Send the rows and totals again when one of them changed."""
    slots = training_slots()
    context = lambda: _context(request, slots)  # noqa: E731
    return living.answer(request, _etag(request, slots), living.WHILE_RUNNING, "studies/live.html", context)


def _asked(request: HttpRequest) -> tuple[str, int]:
    page = request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 8 else 1
    return request.GET.get("state", ""), max(1, number)


def _etag(request: HttpRequest, slots: int) -> str:
    return study_rows.now_etag(*_asked(request), slots)


def _context(request: HttpRequest, slots: int) -> dict[str, Any]:
    chosen, page = _asked(request)
    chips = study_rows.counts_by_filter()
    total = {key: number for key, _, number in chips}.get(chosen, chips[0][2])
    start = (page - 1) * study_rows.PER_PAGE
    studies = study_rows.filtered(chosen).select_related("best")
    studies = studies.defer("best__params", "best__log", "best__info", "best__error")
    rows = study_rows.rows_of(studies[start : start + study_rows.PER_PAGE], slots)
    return {
        "rows": rows,
        "totals": study_rows.totals_of(slots),
        "chips": chips,
        "chosen": chosen,
        "number": page,
        "total": total,
        "first": start + 1,
        "last": start + len(rows),
        "more": start + len(rows) < total,
        "any": chips[0][2] > 0,
        "examples": examples(),
        "workers": slots,
    }
