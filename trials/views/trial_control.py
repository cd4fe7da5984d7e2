"""Cancel or retry one trial, or retry a group of failed ones: buttons of trial and failures."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from trials import tasks
from trials.engine import enqueueing
from trials.models import Study
from trials.wording import count

from .control import who
from .parts.failures import numbers_of


@require_POST
def cancel(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Cancel the trial and go back to its page; 204 for a page that follows live."""
    nudges = enqueueing.cancel_trial(pk, number, who(request))
    if nudges is None:
        raise Http404(f"There is no trial {number} in study {pk}.")
    tasks.send(nudges)
    htmx = request.htmx  # type: ignore[attr-defined]
    return HttpResponse(status=204) if htmx else redirect("trial", pk=pk, number=number)


@require_POST
def retry(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Retry the trial, once, and go to the one that repeats it."""
    retried = enqueueing.retry(pk, [number], who(request))
    if retried is None:
        raise Http404(f"There is no study {pk}.")
    tasks.send(retried.nudges)
    return redirect("trial", pk=pk, number=retried.numbers.get(number, number))


@require_POST
def retry_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Retry all failed trials of one group that were not retried yet, and go back to the failures."""
    study = get_object_or_404(Study.objects.visible(), pk=pk)
    numbers = numbers_of(study, request.POST.get("group", ""))
    retried = enqueueing.retry(pk, numbers, who(request))
    if retried is None:
        raise Http404(f"There is no study {pk}.")
    tasks.send(retried.nudges)
    if retried.new:
        messages.success(
            request, f"{count(retried.new, 'trial')} will be tried again; the budget grew by as many."
        )
    else:
        messages.info(request, "All of them were retried before.")
    return redirect("study-failures", pk=pk)
