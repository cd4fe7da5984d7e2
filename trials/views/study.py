"""Placeholder that its author replaces."""

from django.http import HttpRequest, HttpResponse


def overview(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)


def live(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)


def trials(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)
