"""The page where a person adds configurations of their own: by a form of the space, or as CSV."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from trials import tasks
from trials.engine import enqueueing
from trials.engine.findings import StudyError
from trials.forms import enqueue_csv
from trials.forms.configuration import ConfigurationForm
from trials.models import Study, Trial

from .control import who


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form, filled in from a trial (?from=12), or enqueue what was sent."""
    study = get_object_or_404(Study.objects.visible().select_related("space"), pk=pk)
    if request.method != "POST":
        return _page(request, study, ConfigurationForm(study.space.space, params=_from(request, study)))
    return _csv(request, study) if "csv" in request.POST else _form(request, study)


def _from(request: HttpRequest, study: Study) -> dict[str, Any] | None:
    """The parameters of the trial that the address names."""
    number = request.GET.get("from", "")
    if not number.isdecimal() or len(number) > 9:
        return None
    return study.trials.filter(number=int(number)).values_list("params", flat=True).first()


def _form(request: HttpRequest, study: Study) -> HttpResponse:
    form = ConfigurationForm(study.space.space, request.POST)
    if form.is_valid():
        try:
            return _done(request, study, [form.params])
        except StudyError as error:  # the space was edited meanwhile
            for place, texts in error.fields.items():
                form.refuse(place.removeprefix("params.0").removeprefix("."), texts[0])
    return _page(request, study, form, status=422)


def _csv(request: HttpRequest, study: Study) -> HttpResponse:
    text, problem = _text(request)
    reading = (
        enqueue_csv.read(text, study.space.space) if not problem else enqueue_csv.Reading((), (problem,))
    )
    problems = reading.problems
    if not problems:
        try:
            return _done(request, study, reading.configurations)
        except StudyError as error:
            problems = tuple(texts[0] for texts in error.fields.values())
    shown = {"csv": text, "problems": problems}
    return _page(request, study, ConfigurationForm(study.space.space), shown, status=422)


def _text(request: HttpRequest) -> tuple[str, str]:
    """What was pasted or, before that, what was uploaded; and what is wrong with the file."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return request.POST["csv"], ""
    if file.size is None or file.size > enqueue_csv.LARGEST:
        return request.POST["csv"], f"The file is larger than {enqueue_csv.LARGEST // 1000:,} KB."
    try:
        return file.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return request.POST["csv"], "The file is no text in UTF-8; export it as CSV in UTF-8."


def _done(request: HttpRequest, study: Study, configurations: Any) -> HttpResponse:
    enqueued = enqueueing.enqueue(study.pk, configurations, who(request))
    if enqueued is None:
        raise Http404(f"There is no study {study.pk}.")
    tasks.send(enqueued.nudges)
    messages.success(request, _said(enqueued))
    return redirect("study", pk=study.pk)


def _said(enqueued: enqueueing.Enqueued) -> str:
    numbers = sorted(set(enqueued.numbers))
    if not enqueued.new:
        return f"Trial {numbers[0]} has this configuration and is not done yet, so nothing was added."
    if len(numbers) == 1:
        return f"Your configuration is trial {numbers[0]}; it runs next."
    return f"{enqueued.new:,} configurations were added, up to trial {numbers[-1]}; they run next."


def _page(
    request: HttpRequest,
    study: Study,
    form: ConfigurationForm,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = study.trials.filter(state=Trial.State.QUEUED, enqueued=True).count()
    context = {
        "study": study,
        "form": form,
        "rows": form.rows(),
        "waiting": waiting,
        "csv": "",
        "problems": (),
    }
    number = request.GET.get("from", "")
    context |= {"origin": number if number.isdecimal() else "", "header": ",".join(study.space.space.names)}
    return render(request, "study/enqueue.html", context | (extra or {}), status=status)
