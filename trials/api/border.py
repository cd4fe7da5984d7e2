"""Reads the API's JSON bodies and refuses what one of the databases could not store."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from trials.engine.border import unstorable

from .errors import invalid


class BorderParser(Parser):
    """Ninja's parser behind the border."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; ValueError when it is no JSON, Problem when it holds what it must not."""
        data = json.loads(request.body.decode("utf-8"))
        if fields := unstorable(data):
            raise invalid(fields)
        return data
