"""A study's trials as a CSV download, for browsers (session) and for scripts (bearer token)."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from trials import exports
from trials.api.access import visitor
from trials.api.errors import unauthorized
from trials.models import Study


@require_GET
@login_not_required  # it asks for either way in by itself
def trials_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stream the CSV; a stranger's browser is sent to the sign-in, a wrong token gets the API's 401."""
    if visitor(request) is None:
        if "Authorization" in request.headers:
            return unauthorized().response()
        return redirect_to_login(request.get_full_path())
    study = get_object_or_404(Study.objects.visible().select_related("space"), pk=pk)
    name = slugify(study.name)[:80] or "study"
    return StreamingHttpResponse(
        exports.trials_csv(study),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{study.pk}.csv"',
            "Cache-Control": "private, no-store",
        },
    )
