"""Keyset paging: a page begins after the last row of the one before, so every page costs the same."""

import base64
import json
from typing import Any

from .errors import invalid

MOST = 1000


def encode(*position: Any) -> str:
    """Return a cursor, opaque to clients, for a position in a list."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type | tuple[type, ...]) -> tuple[Any, ...]:
    """Return the position a cursor stands for; each part must be of the given kind.

    Raises:
        Problem: 422, when this list did not hand out the cursor.
    """
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(position) == len(kinds) and all(map(isinstance, position, kinds)):
            return tuple(position)
    except (ValueError, TypeError):
        pass
    raise invalid({"cursor": ["no cursor of this list and order; begin again without one"]})
