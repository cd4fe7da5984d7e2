"""Signing in with a one-time link, and out again. There are no passwords."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hpo_dashboard.invocation import command, start
from trials.models import SignInLink

SPENT = "This sign-in link is unknown, was used already, or is more than an hour old."


@require_GET
@never_cache
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """How to get a sign-in link."""
    if request.user.is_authenticated:
        return redirect("studies")
    return render(request, "sign_in.html", _words())


@require_GET
@never_cache
@login_not_required
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in. The one GET that writes: one click in a terminal must be enough, and it works once.

    A browser that only prefetches the address does not spend it.
    """
    if request.user.is_authenticated:
        return redirect("studies")
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return HttpResponse(status=503)
    user = SignInLink.use(secret)
    if user is None:
        return render(request, "sign_in.html", _words(SPENT), status=403)
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    return redirect("studies")


def _words(problem: str = "") -> dict[str, str]:
    return {"problem": problem, "start": start(), "new_link": command("sign_in_link")}


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of this browser."""
    logout(request)
    return redirect("sign-in")
