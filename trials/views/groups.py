"""A study repeated with other optimizers and seeds: the form that starts the group, and its controls."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from trials import tasks
from trials.engine import groups
from trials.engine.findings import StudyError
from trials.forms.repeat import RepeatForm, initial, outlook
from trials.models import Study, StudyGroup

from .control import who
from .examples import person
from .frame import crew


@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose optimizers and seeds and see what that comes to; a POST starts the group."""
    study = get_object_or_404(Study.objects.visible().select_related("space"), pk=pk)
    if study.external:
        raise Http404("a study that trains elsewhere is repeated there, through the API")
    fitting = groups.fitting(study)
    given = request.POST if request.method == "POST" else request.GET if "seeds" in request.GET else None
    form = RepeatForm(given if given is not None else initial(study, fitting), study, fitting)
    plan = None
    if form.is_valid():
        try:
            plan = groups.check_group(form.group())
        except StudyError as error:
            form.refuse(error)
    counting = "count" in request.POST
    if request.method == "POST" and plan is not None and not counting:
        group, nudges = groups.create_group(form.group(), person(request))
        tasks.send(nudges)
        return redirect(reverse("compare") + f"?group={group.pk}")
    context = {
        "study": study,
        "form": form,
        "outlook": outlook(plan, study, crew(request).slots) if plan else "",
        "chosen": set(form["optimizers"].value() or ()),
    }
    refused = request.method == "POST" and plan is None
    return render(request, "compare/repeat.html", context, status=422 if refused else 200)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Pause, resume, stop, delete or restore all studies of a group; 204 for a page that follows live."""
    nudges = groups.act(pk, action, who(request)) if action in groups.ACTIONS else None
    if nudges is None:
        raise Http404(f"No such group or action: {pk}, {action}")
    tasks.send(nudges)
    if action == "delete":
        name = StudyGroup.objects.values_list("name", flat=True).get(pk=pk)
        undo = reverse("group-control", args=[pk, "restore"])
        messages.success(request, f"“{name}” is deleted with all of its studies.", extra_tags=undo)
        return redirect("studies")
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return redirect(reverse("compare") + f"?group={pk}")
