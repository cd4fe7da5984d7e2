"""A study or a space as JSON, Python and shell, beside the form that makes it; for pages with an editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from trials.forms.as_code import client_code, shell_code, space_code
from trials.forms.json_text import json_text


@dataclass(frozen=True)
class Code:
    """One notation: its tab's title, the text (None for the JSON, which can be edited) and a hint below."""

    name: str
    title: str
    source: str | None = None
    hint: str = ""


def of_study(request: HttpRequest, study: Mapping[str, Any]) -> dict[str, Any]:
    """The context of a study's panes."""
    url = request.build_absolute_uri("/").rstrip("/")
    codes = (
        Code("json", "JSON"),
        Code(
            "python",
            "Python",
            client_code(study, url),
            "Runs as it is, on any machine that reaches this one.",
        ),
        Code("curl", "curl", shell_code(study, url), "For a terminal; the token is read from $HPO_TOKEN."),
    )
    return {"what": "the study", "json": json_text(study), "codes": codes}


def of_space(space: Mapping[str, Any]) -> dict[str, Any]:
    """The context of a space's panes."""
    hint = "For code of your own, with the library of optimizers."
    codes = (Code("json", "JSON"), Code("python", "Python", space_code(space), hint))
    return {"what": "the space", "json": json_text(space), "codes": codes}
