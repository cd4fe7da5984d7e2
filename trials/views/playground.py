"""The playground: a page for each picture, which asks for its figures; workers compute, pages read."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from hpo_dashboard.invocation import start_worker
from optimizers.registry import get as optimizer_of
from trials import tasks
from trials.engine import demonstrations
from trials.models import Demonstration
from trials.playground.base import Picture
from trials.playground.fields import Field, read_all
from trials.playground.registry import key_of, pictures

from .frame import crew
from .parts.answers import Answers

#: Figures of this process, by the key of what they show.
answers = Answers()


@dataclass(frozen=True)
class Control:
    """A field as the form shows it: what it was asked for, as text, and what is wrong with that."""

    field: Field
    text: str
    error: str


@require_GET
def page(request: HttpRequest, slug: str = "grid-or-random") -> HttpResponse:
    """Show a picture's page with the values of the address; its script asks for the figures."""
    name, picture = _picture(slug)
    given = _given(picture, request.GET.dict())
    _, wrong = read_all(picture.fields, given)
    controls = [
        Control(field, given.get(field.key, field.write(field.default)), wrong.get(field.key, ""))
        for field in picture.fields
    ]
    context = {
        "tabs": [(_slug(each), found.title, each == name) for each, found in pictures().items()],
        "slug": slug,
        "picture": picture,
        "controls": controls,
        "methods": [(each.title, each.name, each.summary) for each in map(optimizer_of, picture.methods)],
        "nobody": _nobody(request),
    }
    return render(request, "playground/page.html", context)


@require_POST
@gzip_page
@never_cache
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a picture: 200 with its figures, 202 with the address where they will be, or what is wrong.

    422 names the fields, 429 says that the playground has had its share, 503 that nobody computes.
    """
    name, picture = _picture(slug)
    values, wrong = read_all(picture.fields, _given(picture, request.POST.dict()))
    if wrong:
        return JsonResponse({"fields": wrong}, status=422)
    key = key_of(name, values)
    if (known := answers.get(key)) is not None:
        return HttpResponse(known, content_type="application/json")
    nobody = _nobody(request)
    if nobody and not Demonstration.objects.filter(key=key, computed__isnull=False).exists():
        return JsonResponse(nobody, status=503)
    try:
        found, nudges = demonstrations.ask(key, name, values)
    except demonstrations.TooMuch as error:
        return JsonResponse({"message": str(error)}, status=429)
    tasks.send(nudges)
    return _answer(found, picture)


@require_GET
@gzip_page
@never_cache
def look(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The figures once a worker has computed them: 200, until then 202."""
    name, picture = _picture(slug)
    return _answer(get_object_or_404(Demonstration, key=key, picture=name), picture)


def _answer(found: Demonstration, picture: Picture) -> HttpResponse:
    slug = _slug(found.picture)
    if not found.computed:
        return JsonResponse({"look": reverse("playground-look", args=[slug, found.key])}, status=202)
    if found.error:
        message = f"A worker could not compute this: {found.error}. Change something; its log says more."
        return JsonResponse({"message": message}, status=502)
    drawn = picture.drawn(found.data).to_dict()
    body = json.dumps(drawn, separators=(",", ":"), allow_nan=False).encode()
    return HttpResponse(answers.keep(found.key, body), content_type="application/json")


def _picture(slug: str) -> tuple[str, Picture]:
    name = slug.replace("-", "_")
    picture = pictures().get(name)
    if picture is None or slug != _slug(name):
        raise Http404(f"There is no picture {slug}.")
    return name, picture


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _given(picture: Picture, texts: dict[str, str]) -> dict[str, str]:
    return {field.key: texts[field.key] for field in picture.fields if field.key in texts}


def _nobody(request: HttpRequest) -> dict[str, Any] | None:
    """What to do where no worker computes; None where one does."""
    if "optimizers" in crew(request).queues:
        return None
    message = "No worker serves the optimizers, and pages compute nothing themselves. What starts one:"
    return {"message": message, "command": start_worker("optimizers")}
