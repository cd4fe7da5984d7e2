"""The finished study's downloads and its second try; the tab itself is one of `study`'s pages."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from trials import files, tasks
from trials.engine import finals
from trials.models import Study

FILES: dict[str, Callable[[Study], files.File]] = {
    "model.joblib": files.model_file,
    "params.json": files.params_file,
    "study.json": files.study_file,
    "reproduce.py": files.result_script,
}


@require_GET
def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send one of the finished study's files."""
    if name not in FILES:
        raise Http404(f"No file {name!r}; there are {', '.join(FILES)}.")
    return _sent(lambda: FILES[name](_study(pk)))


@require_GET
def trial_script(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Send the script that makes one trial again."""
    study = _study(pk)
    trial = get_object_or_404(study.trials, number=number)
    return _sent(lambda: files.trial_script(study, trial))


@require_GET
def trial_schedule(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """Send what a trial's line was trained with, part by part."""
    study = _study(pk)
    trial = get_object_or_404(study.trials, number=number)
    return _sent(lambda: files.schedule_file(study, trial))


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a final model that failed again, or one that there is not yet."""
    nudges = finals.retry(pk)
    if nudges is None:
        raise Http404(f"No study {pk}")
    tasks.send(nudges)
    return HttpResponse(status=204) if request.htmx else redirect("study-result", pk=pk)  # type: ignore[attr-defined]


def _study(pk: int) -> Study:
    return get_object_or_404(Study.objects.visible().select_related("space"), pk=pk)


def _sent(make: Callable[[], files.File]) -> HttpResponseBase:
    try:
        return make().response()
    except files.NoFile as reason:
        return HttpResponse(f"{reason}\n", status=404, content_type="text/plain; charset=utf-8")
