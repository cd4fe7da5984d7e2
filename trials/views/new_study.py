"""Placeholder that its author replaces."""

from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)


def space(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)


def preview(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=404)
