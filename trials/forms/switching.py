"""Keeps the space in step with what is searched: a new model brings its ranges, edited ones are kept; pure.

Rows belong to a subject (a model, a function). When the subject changes, edited rows are kept beside the form
under their subject and come back with it; within a family, edits of parameters with the same name go along.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from .space_rows import Row

#: How many subjects' edited rows are remembered; the oldest goes first.
MOST_KEPT = 8


@dataclass(frozen=True)
class Switched:
    """The rows to show, the edited rows kept of other subjects, and what to tell the person."""

    rows: list[Row]
    kept: str
    notice: str
    undo: str = ""


def switch(
    before: str,
    after: str,
    rows: Sequence[Row],
    kept: str,
    default_rows: Callable[[str], list[Row] | None],
    related: bool,
    titled: Callable[[str], str],
) -> Switched:
    """Go from one subject to another; `related` ones share the meaning of parameters by name."""
    stash = _read(kept)
    fresh, old = default_rows(after) or [], default_rows(before) or []
    edited = [row for row in rows if row not in old]
    was_edited = list(rows) != old and bool(rows)
    if was_edited:
        stash.pop(before, None)
        stash[before] = list(rows)
    if after in stash:
        back = stash.pop(after)
        return Switched(back, _written(stash), f"Your own ranges of {titled(after)} are back.")
    if related and was_edited:
        carried = {(row.name, row.type): row for row in edited}
        fresh = [carried.get((row.name, row.type), row) for row in fresh]
        return Switched(
            fresh, _written(stash), f"These are the ranges of {titled(after)}, with your edits.", before
        )
    if was_edited:
        words = f"These are the ranges of {titled(after)}. Your own ranges of {titled(before)} are kept."
        return Switched(fresh, _written(stash), words, before)
    return Switched(fresh, _written(stash), "")


def _read(kept: str) -> dict[str, list[Row]]:
    """The kept rows; whatever a browser sent that is none counts for nothing."""
    try:
        stash = json.loads(kept or "{}")
        return {str(name): [_row(entry) for entry in entries] for name, entries in stash.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _row(entry: Mapping[str, Any]) -> Row:
    known = {field.name: field for field in fields(Row)}
    for name, value in entry.items():
        if name not in known or not isinstance(value, bool if name == "ordered" else str):
            raise ValueError(f"{name} is no field of a row")
    return Row(**entry)


def _written(stash: Mapping[str, Sequence[Row]]) -> str:
    newest = list(stash.items())[-MOST_KEPT:]
    brief = {name: [_brief(row) for row in rows] for name, rows in newest}
    return json.dumps(brief, separators=(",", ":")) if brief else ""


def _brief(row: Row) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if value not in ("", False)}
