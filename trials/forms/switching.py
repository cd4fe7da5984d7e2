"""Keeps the space in step with what is searched: a new model brings its ranges, edited ones are kept; pure.

Ranges belong to a subject (a model, a function). When the subject changes, edited ones are kept beside the
form under their subject and come back with it; within a family, edits of parameters with one name go along.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from .space_rows import Ranges, Row

#: How many subjects' edited ranges are remembered; the oldest goes first.
MOST_KEPT = 8


Relation = Literal["same", "family", "other"]
Defaults = Callable[[str], Ranges | None]


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
    """The ranges to show, the edited ones kept of other subjects, and what to tell ("": nothing)."""

    ranges: Ranges
    kept: str
    notice: str = ""


def switch(change: Change, ranges: Ranges, kept: str, defaults: Defaults) -> Switched:
    """The ranges after the subject has changed, with what is kept of those before."""
    fresh, old = defaults(change.after) or Ranges(), defaults(change.before) or Ranges()
    if change.relation == "same":
        return Switched(_refreshed(ranges, old, fresh), kept)
    edited = bool(ranges.rows) and ranges != old
    if edited:
        kept = remember(kept, change.before, ranges)
    own, kept = recall(kept, change.after)
    if own is not None:
        return Switched(own, kept, f"Your own ranges of {change.new_title} are back.")
    if edited and change.relation == "family":
        carried = {(row.name, row.type): row for row in ranges.rows if row not in old.rows}
        fresh = Ranges(tuple(carried.get((row.name, row.type), row) for row in fresh.rows))
        notice = f"These are the ranges of {change.new_title}, with your edits where the names are the same."
    else:
        notice = f"These are the ranges of {change.new_title}."
    if change.old_title != change.new_title:
        notice += f" Your own ranges of {change.old_title} come back when you choose it again."
    return Switched(fresh, kept, notice if edited else "")


def remember(kept: str, name: str, ranges: Ranges) -> str:
    """`kept` with ranges under a name, as its newest."""
    stash = _read(kept)
    stash.pop(name, None)
    return _written(stash | {name: ranges})


def recall(kept: str, name: str) -> tuple[Ranges | None, str]:
    """The ranges kept under a name, None if there are none, and what stays kept."""
    stash = _read(kept)
    return stash.pop(name, None), _written(stash)


def _refreshed(ranges: Ranges, old: Ranges, fresh: Ranges) -> Ranges:
    """The rows as they are, those that nobody edited with what is new about their defaults."""
    renewed = {row.name: row for row in fresh.rows}
    known = {row.name for row in old.rows}
    lost = known - set(renewed)
    stay = [renewed.get(row.name, row) if row in old.rows else row for row in ranges.rows]
    rows: Sequence[Row] = [row for row in stay if row.name not in lost]
    new = [row for row in fresh.rows if row.name not in known]
    return Ranges((*rows, *new), ranges.constraints, ranges.forbidden)


def _read(kept: str) -> dict[str, Ranges]:
    """The kept ranges; whatever a browser sent that is none counts for nothing."""
    try:
        return {str(name): _ranges(entry) for name, entry in json.loads(kept or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _ranges(entry: Mapping[str, Any]) -> Ranges:
    rules = {name: entry.get(name, "") for name in ("constraints", "forbidden")}
    if not all(isinstance(text, str) for text in rules.values()):
        raise ValueError("rules are texts")
    return Ranges(tuple(_row(row) for row in entry["rows"]), **rules) if "rows" in entry else Ranges()


def _row(entry: Mapping[str, Any]) -> Row:
    known = {field.name: field for field in fields(Row)}
    for name, value in entry.items():
        if name not in known or not isinstance(value, bool if name == "ordered" else str):
            raise ValueError(f"{name} is no field of a row")
    return Row(**entry)


def _written(stash: Mapping[str, Ranges]) -> str:
    newest = list(stash.items())[-MOST_KEPT:]
    brief = {name: _brief(ranges) for name, ranges in newest}
    return json.dumps(brief, separators=(",", ":")) if brief else ""


def _brief(ranges: Ranges) -> dict[str, Any]:
    rules = {"constraints": ranges.constraints, "forbidden": ranges.forbidden}
    rows = [{name: value for name, value in asdict(row).items() if value} for row in ranges.rows]
    return {"rows": rows} | {name: text for name, text in rules.items() if text}
