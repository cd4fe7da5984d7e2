"""Pause, resume, stop: a person's hand on a study."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trials import tasks
from trials.engine import control

ACTIONS = {"pause": control.pause, "resume": control.resume, "stop": control.stop}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do it, nudge the workers, and go back to the study; 204 for a page that follows live."""
    nudges = ACTIONS[action](pk) if action in ACTIONS else None
    if nudges is None:
        raise Http404(f"No such study or action: {pk}, {action}")
    tasks.send(nudges)
    return HttpResponse(status=204) if request.htmx else redirect("study", pk=pk)  # type: ignore[attr-defined]
