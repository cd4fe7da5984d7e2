"""Answers to live.js: 304 while nothing changed, else fragments; and how soon the page is to ask again."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trials.models import Insight, Study

#: Milliseconds between two questions.
WHILE_RUNNING, WHILE_WAITING = 1000, 3000
#: An ended study may still get its last insights; its final model may take longer.
SETTLING = timedelta(seconds=20)


def every(study: Study) -> int:
    """Return how soon to ask again about a study; 0 = never, it is over and settled."""
    if study.is_over:
        settling = study.ended is None or timezone.now() - study.ended < SETTLING
        awaited = settling or study.finals.pending().exists() or Insight.final_awaited(study)
        return WHILE_WAITING if awaited else 0
    return WHILE_RUNNING if study.state == Study.State.RUNNING or study.n_running else WHILE_WAITING


def tag(*parts: object) -> str:
    """Return an ETag of everything that a page depends on."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'


def answer(
    request: HttpRequest, etag: str, soon: int, template: str, context: Callable[[], Mapping[str, object]]
) -> HttpResponse:
    """Render the fragments unless the page already shows what the tag stands for."""
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponse(status=304)
    else:
        response = render(request, template, dict(context()))
    response["ETag"] = etag
    response["X-Live-Every"] = str(soon)
    response["Cache-Control"] = "no-store"
    return response
