"""The workers page: who trains where, at what, how busy their machines are; live."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hpo_dashboard.invocation import CHECKOUT, command, embedded

from . import live as living
from .frame import crew
from .parts.trouble import troubles
from .parts.worker_rows import totals_of, workers_of


def page(request: HttpRequest) -> HttpResponse:
    """Show all workers, those lost within the last hour, and everybody else who holds a trial."""
    context = _context(request)
    context |= {"etag": living.tag(context), "every": living.WHILE_RUNNING}
    return render(request, "workers/page.html", context)


def live(request: HttpRequest) -> HttpResponse:
    """Send the rows again when a worker reported something new."""
    context = _context(request)
    return living.answer(
        request, living.tag(context), living.WHILE_RUNNING, "workers/live.html", lambda: context
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    here = crew(request)
    rows, guests = workers_of()
    return {
        "rows": rows,
        "guests": guests,
        "totals": totals_of(rows, guests),
        "workers": here.slots,
        "troubles": troubles(here),
        "embedded": embedded(),
        "restart": "make run WORKERS=4" if CHECKOUT else "WORKERS=4 hpo-dashboard up",
        "join": f"DATABASE_URL=postgres://… REDIS_URL=redis://… {command('worker')}",
    }
