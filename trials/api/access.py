"""Ways in: a bearer token for programs, the session for browsers. Called by the API and the CSV view."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth
from ninja.utils import check_csrf

from trials.models import AccessToken

from .errors import Problem


class Token(HttpBearer):
    """`Authorization: Bearer hpo_…`; no CSRF check, since no browser sends it by itself."""

    def authenticate(self, request: HttpRequest, token: str) -> AbstractBaseUser | None:
        return AccessToken.user_of(token)


class Session(SessionAuth):
    """The browser's session; what changes something needs the X-CSRFToken header besides."""

    def __call__(self, request: HttpRequest) -> Any | None:
        if not request.user.is_authenticated:  # a stranger is told to log in, not about CSRF
            return None
        if self.csrf and check_csrf(request):
            raise Problem(
                403,
                "csrf",
                "A browser's request needs the header X-CSRFToken with the value of the cookie hpo_csrf.",
            )
        return request.user


def visitor(request: HttpRequest) -> AbstractBaseUser | None:
    """Return whom a request speaks for, by its token or else its session; None for a stranger."""
    return Token()(request) or (request.user if request.user.is_authenticated else None)
