"""Placeholder that its author replaces."""

from django.http import HttpRequest, HttpResponse


def act(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)
