"""Starts an example study with one click."""

from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from trials.engine.creation import create_study
from trials.examples import example_named
from trials.models import Study
from trials.tasks import send


@require_POST
def start(request: HttpRequest, name: str) -> HttpResponse:
    """Make the example's study and go to its page."""
    example = example_named(name)
    if example is None:
        raise Http404(f"there is no example {name[:80]}")
    name = Study.objects.free_name(example.body["name"])
    study, nudges = create_study(example.body | {"name": name}, person(request))
    send(nudges)
    return redirect("study", pk=study.pk)


def person(request: HttpRequest) -> AbstractBaseUser | None:
    """Who asks: the owner of what they start."""
    return request.user if request.user.is_authenticated else None
