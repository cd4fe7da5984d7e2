"""Saved spaces as lists show them: name, what they were made for, how large they are; for two pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trials.forms import selection
from trials.models import SavedSpace
from trials.wording import count

#: More than anybody reads through; the newest come first.
MOST_SHOWN = 200


@dataclass(frozen=True)
class SavedRow:
    """One saved space."""

    pk: int
    name: str
    subject: str
    parameters: int
    conditions: int
    changed: datetime
    used: datetime | None

    @property
    def facts(self) -> str:
        """Its size and what it was made for, in a few words."""
        size = count(self.parameters, "parameter")
        return f"{size}, for {self.subject}" if self.subject else size


def saved_rows(first: str = "") -> list[SavedRow]:
    """The saved spaces, those made for the subject `first` before the others, then the newest first."""
    found = SavedSpace.objects.shown().order_by("-changed")[:MOST_SHOWN]
    return [row_of(saved) for saved in sorted(found, key=lambda saved: saved.subject != first or not first)]


def row_of(saved: SavedSpace) -> SavedRow:
    parameters: list[Mapping[str, Any]] = saved.definition.get("parameters", [])
    return SavedRow(
        saved.pk,
        saved.name,
        selection.made_for(saved.subject),
        len(parameters),
        sum(1 for parameter in parameters if parameter.get("when")),
        saved.changed,
        saved.used,
    )
