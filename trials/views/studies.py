"""Placeholder that its author replaces."""

from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)


def live(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)
