"""The API's documentation as a page: Swagger UI, served by ourselves, at /api/docs and /api/v1/docs."""

from django.http import HttpRequest, HttpResponse
from ninja.openapi.views import openapi_view

from . import api


def page(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document; "try it out" uses the browser's session."""
    return openapi_view(request, api=api)
