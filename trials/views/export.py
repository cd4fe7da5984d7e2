"""A study's trials as a CSV or JSON download, for browsers (session) and for scripts (bearer token).

It takes the query string of the table of trials, and holds exactly the trials that the table shows for it.
"""

from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from trials import exports
from trials.api.access import visitor
from trials.api.errors import unauthorized
from trials.forms.trial_filters import trial_query
from trials.listing import OLDEST_FIRST, fields_of
from trials.models import Study

Writer = Callable[..., Iterator[str]]


@require_GET
@login_not_required  # it asks for either way in by itself
def trials_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stream the CSV; a stranger's browser is sent to the sign-in, a wrong token gets the API's 401."""
    return _download(request, pk, exports.trials_csv, "csv", "text/csv; charset=utf-8")


@require_GET
@login_not_required
def trials_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stream the JSON, likewise."""
    return _download(request, pk, exports.trials_json, "json", "application/json")


def _download(request: HttpRequest, pk: int, write: Writer, ending: str, kind: str) -> HttpResponseBase:
    if visitor(request) is None:
        if "Authorization" in request.headers:
            return unauthorized().response()
        return redirect_to_login(request.get_full_path())
    study = get_object_or_404(Study.objects.visible().select_related("space", "best"), pk=pk)
    query = trial_query(request.GET, fields_of(study))
    if query.problems:
        told = "\n".join(f"{key}: {problem}" for key, problem in query.problems.items())
        return HttpResponse(f"{told}\n", status=400, content_type="text/plain; charset=utf-8")
    name = f"{slugify(study.name)[:80] or 'study'}-{study.pk}{'-selection' if query.filters else ''}"
    return StreamingHttpResponse(
        write(study, query.filters, query.order if query.sorted else OLDEST_FIRST),
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )
