"""Every error of the API in one shape: {"error": {"code", "message", "fields"}}; registered by the API."""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from trials.engine.creation import StudyError
from trials.engine.uploads import FileTooLarge

logger = logging.getLogger(__name__)


class ErrorDetail(Schema):
    code: str
    message: str
    fields: dict[str, list[str]]


class Error(Schema):
    """The body of every answer that is not a success."""

    error: ErrorDetail


#: For `response=`: what any operation may answer besides its success.
FAILURES: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 413, 422, 500}): Error}


class Problem(Exception):
    """A refusal with its HTTP status, a code for programs, a message for people and the fields at fault."""

    def __init__(
        self, status: int, code: str, message: str, fields: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields = status, code, message, fields or {}

    def response(self) -> HttpResponse:
        body = {"code": self.code, "message": self.message, "fields": self.fields}
        response = JsonResponse({"error": body}, status=self.status)
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="HPO Dashboard"'
        return response


def invalid(fields: dict[str, list[str]]) -> Problem:
    """Return the refusal of input; the message names the first field."""
    name, texts = next(iter(fields.items()))
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    return Problem(422, "invalid", f"{name}: {texts[0]}{more}" if name else texts[0], fields)


def unauthorized() -> Problem:
    make = "`hpo-dashboard token create --name NAME` makes one."
    return Problem(401, "unauthorized", f"Send a token: “Authorization: Bearer hpo_…”. {make}")


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no {what}.")


def not_allowed(request: HttpRequest, allowed: str) -> Problem:
    return Problem(
        405, "method_not_allowed", f"{request.method} is not possible here; this address takes {allowed}."
    )


def register(api: NinjaAPI) -> None:
    """Have the API answer all of its exceptions in the one shape."""
    handlers: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda error: error,
        StudyError: lambda error: invalid(error.fields),
        ValidationError: _validation,
        AuthenticationError: lambda error: unauthorized(),
        HttpError: _http,
        Http404: lambda error: not_found("such address"),
        FileTooLarge: lambda error: Problem(413, "too_large", f"{error}.", {"file": [str(error)]}),
        RequestDataTooBig: lambda error: Problem(413, "too_large", "The body is larger than 2.5 MB."),
        Exception: _unexpected,
    }
    for kind, problem in handlers.items():
        api.add_exception_handler(kind, partial(_answer, problem))


def _answer(problem: Callable[[Any], Problem], request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error).response()


def _validation(error: ValidationError) -> Problem:
    """pydantic's findings; their places begin with where the input came from and its argument's name."""
    fields: dict[str, list[str]] = {}
    for found in error.errors:
        source, *place = found["loc"]
        if source == "body":
            place = place[1:]
        fields.setdefault(".".join(map(str, place)), []).append(found["msg"])
    return invalid(fields)


def _http(error: HttpError) -> Problem:
    """Errors that django-ninja raises by itself, and those it wraps while it reads a body."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    if error.status_code == 400:
        reason = str(error.__cause__ or error)
        return Problem(400, "malformed_json", f"The body is not valid JSON: {reason}.")
    code = HTTPStatus(error.status_code).name.lower()
    return Problem(error.status_code, code, error.message)


def _unexpected(error: Exception) -> Problem:
    logger.error("A request to the API failed", exc_info=error)
    return Problem(500, "internal", "This is a defect of HPO Dashboard; its log has the details.")
