"""Pause, resume, stop, delete and undo: a person's hand on a study, one button each."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from trials import tasks
from trials.engine import control, front
from trials.engine.findings import StudyError
from trials.models import Study


def who(request: HttpRequest) -> str:
    """Whom the study's history names."""
    return request.user.get_username()


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do it, nudge the workers, and go back to the study; 204 for a page that follows live."""
    nudges = control.ACTIONS[action](pk, who(request)) if action in control.ACTIONS else None
    if nudges is None:
        raise Http404(f"No such study or action: {pk}, {action}")
    tasks.send(nudges)
    return HttpResponse(status=204) if request.htmx else redirect("study", pk=pk)  # type: ignore[attr-defined]


@require_POST
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another trial of the front stand for the study; without a number, its compromise."""
    number = request.POST.get("number", "")
    try:
        nudges = front.pick(
            pk, int(number) if number.isdecimal() and len(number) < 10 else None, who(request)
        )
    except StudyError as error:
        messages.error(request, " ".join(text for texts in error.fields.values() for text in texts))
        return redirect("study", pk=pk)
    if nudges is None:
        raise Http404(f"There is no study {pk}.")
    tasks.send(nudges)
    return redirect("study", pk=pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the study and go home, where one click undoes it."""
    study = get_object_or_404(Study, pk=pk)
    control.delete(pk, who(request))
    undo = reverse("study-restore", args=[pk])
    messages.success(request, f"“{study.name}” is deleted.", extra_tags=undo)
    return redirect("studies")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a deletion."""
    nudges = control.restore(pk, who(request))
    if nudges is None:
        raise Http404(f"There is no study {pk} any more.")
    tasks.send(nudges)
    return redirect("study", pk=pk)
