"""Budget and trials at a time, name and tags: forms that open as dialogs, and are pages without a script."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from trials import tasks
from trials.engine.changes import change
from trials.engine.findings import StudyError
from trials.forms.extending import ExtendForm, facts
from trials.forms.naming import NameForm
from trials.models import Study

from .control import who
from .frame import crew


class ChangeForm(Protocol):
    """A form that says what to change of a study, and shows what was refused."""

    def is_valid(self) -> bool: ...
    def changes(self) -> Mapping[str, Any]: ...
    def refuse(self, error: StudyError) -> None: ...


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the budget and how many trials run at a time; a study that is over goes on."""
    study = _study(pk)
    form = ExtendForm(request.POST if request.method == "POST" else None, study, crew(request).slots)
    return _answer(request, study, form, "extend", {"facts": facts(study)})


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name and tags."""
    study = _study(pk)
    form = NameForm(request.POST if request.method == "POST" else None, study)
    return _answer(request, study, form, "rename", {})


def _study(pk: int) -> Study:
    return get_object_or_404(Study.objects.visible(), pk=pk)


def in_dialog(request: HttpRequest) -> bool:
    """Whether dialog.js asks: it gets the form alone, and no redirect."""
    return request.headers.get("X-Requested-With") == "dialog"


def _answer(
    request: HttpRequest, study: Study, form: ChangeForm, name: str, extra: Mapping[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            nudges = change(study.pk, form.changes(), who(request))
        except StudyError as error:
            form.refuse(error)
        else:
            if nudges is None:
                raise Http404(f"There is no study {study.pk}.")
            tasks.send(nudges)
            if in_dialog(request):
                return HttpResponse(status=204)
            messages.success(request, "Saved.")
            return redirect("study", pk=study.pk)
    context = {"study": study, "form": form, "fragment": f"study/dialogs/{name}.html", **extra}
    template = context["fragment"] if in_dialog(request) else "study/dialog_page.html"
    return render(request, str(template), context, status=422 if request.method == "POST" else 200)
