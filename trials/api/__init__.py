"""The HTTP API under /api/v1, for programs (bearer token) and for the pages (session)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from ninja import NinjaAPI

from . import asking, datasets, errors, final, groups, notes, steering, studies, trials
from .access import Session, Token
from .border import BorderParser

DESCRIPTION = """\
Studies, their trials, and ask and tell for code that trains elsewhere.

Programs send `Authorization: Bearer hpo_…`; `hpo-dashboard token create --name NAME` makes a token.
Every error is `{"error": {"code", "message", "fields"}}`. Every GET has an ETag.

[Back to the dashboard](/)
"""


class DashboardAPI(NinjaAPI):
    """An API whose addresses answer strangers and wrong methods themselves, in the one shape of errors."""

    def _get_urls(self) -> list[Any]:
        patterns = [*super()._get_urls(), path("<path:rest>", _nowhere, name="nowhere")]
        for pattern in patterns:
            if pattern.name != "openapi-view":  # the page that shows this document wants a login
                _answer_for_itself(pattern)
        return patterns


def _answer_for_itself(pattern: URLPattern) -> None:
    view = pattern.callback

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:  # the root of the API is no address
            return _nowhere(request)
        if isinstance(response, HttpResponseNotAllowed):
            shaped = errors.not_allowed(request, response.headers["Allow"]).response()
            shaped.headers["Allow"] = response.headers["Allow"]
            return shaped
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # Session checks it
    pattern.callback = login_not_required(answer)


def _nowhere(request: HttpRequest, rest: str = "", **kwargs: Any) -> HttpResponse:
    return errors.not_found(f"address {request.path}").response()


api = DashboardAPI(
    title="HPO Dashboard",
    version="1",
    description=DESCRIPTION,
    auth=[Token(), Session()],
    parser=BorderParser(),
)
errors.register(api)
for resource in (studies, trials, final, steering, asking, datasets, groups, notes):
    api.add_router("", resource.router)
