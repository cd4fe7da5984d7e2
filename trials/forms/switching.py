"""Keeps the space in step with what is searched: a new model brings its ranges, edited ones are kept; pure.

Rows belong to a subject (a model, a function). When the subject changes, edited rows are kept beside the form
under their subject and come back with it; within a family, edits of parameters with the same name go along.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from .space_rows import Row

#: How many subjects' edited rows are remembered; the oldest goes first.
MOST_KEPT = 8


Relation = Literal["same", "family", "other"]


@dataclass(frozen=True)
class Change:
    """From which subject to which, with their names for a sentence and how they are related."""

    before: str
    after: str
    old_title: str
    new_title: str
    relation: Relation


@dataclass(frozen=True)
class Switched:
    """The rows to show, the edited rows kept of other subjects, and what to tell the person ("": nothing)."""

    rows: list[Row]
    kept: str
    notice: str = ""


def switch(
    change: Change, rows: Sequence[Row], kept: str, default_rows: Callable[[str], list[Row] | None]
) -> Switched:
    """The rows after the subject has changed, with what is kept of those before."""
    fresh, old = default_rows(change.after) or [], default_rows(change.before) or []
    if change.relation == "same":
        return Switched(_refreshed(rows, old, fresh), kept)
    edited = bool(rows) and list(rows) != old
    if edited:
        kept = remember(kept, change.before, rows)
    own_rows, kept = recall(kept, change.after)
    if own_rows is not None:
        return Switched(own_rows, kept, f"Your own ranges of {change.new_title} are back.")
    if edited and change.relation == "family":
        carried = {(row.name, row.type): row for row in rows if row not in old}
        fresh = [carried.get((row.name, row.type), row) for row in fresh]
        notice = f"These are the ranges of {change.new_title}, with your edits where the names are the same."
    else:
        notice = f"These are the ranges of {change.new_title}."
    if change.old_title != change.new_title:
        notice += f" Your own ranges of {change.old_title} come back when you choose it again."
    return Switched(fresh, kept, notice if edited else "")


def remember(kept: str, name: str, rows: Sequence[Row]) -> str:
    """`kept` with rows under a name, as its newest."""
    stash = _read(kept)
    stash.pop(name, None)
    return _written(stash | {name: list(rows)})


def recall(kept: str, name: str) -> tuple[list[Row] | None, str]:
    """The rows kept under a name, None if there are none, and what stays kept."""
    stash = _read(kept)
    return stash.pop(name, None), _written(stash)


def _refreshed(rows: Sequence[Row], old: Sequence[Row], fresh: Sequence[Row]) -> list[Row]:
    """The rows as they are, those that nobody edited with what is new about their defaults."""
    renewed = {row.name: row for row in fresh}
    lost = {row.name for row in old} - set(renewed)
    known = {row.name for row in old}
    stay = [renewed.get(row.name, row) if row in old else row for row in rows if row.name not in lost]
    return stay + [row for row in fresh if row.name not in known]


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
