"""Several studies held against each other: how each went, who shares an optimizer, what that shows."""

from collections.abc import Iterable

from trials.models import Study

from .arms import Entry, panels_of
from .course import course_of
from .verdict import Verdict, verdict_of

__all__ = ["compare"]


def compare(studies: Iterable[Study]) -> tuple[Verdict, ...]:
    """Return a verdict for each metric and direction; studies come with their space, courses from memory."""
    entries = [Entry.of(study, course_of(study)) for study in studies]
    return tuple(verdict_of(panel) for panel in panels_of(entries))
