"""Which study and trial a line of the log is about: set where work begins, added by a filter."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FIELDS = ("study", "trial")
_subject: ContextVar[dict[str, int | None] | None] = ContextVar("subject", default=None)


@contextmanager
def about(study: int, trial: int | None = None) -> Iterator[None]:
    """Everything logged inside is about this study (its key) and trial (its number; None: no single one)."""
    token = _subject.set({"study": study, "trial": trial})
    try:
        yield
    finally:
        _subject.reset(token)


class Subject(logging.Filter):
    """Gives each record `study`, `trial` (None where there is none), and both in words as `subject`."""

    def filter(self, record: logging.LogRecord) -> bool:
        known = _subject.get() or {}
        for field in FIELDS:
            if not hasattr(record, field):
                setattr(record, field, known.get(field))
        found = [(field, getattr(record, field)) for field in FIELDS]
        words = ", ".join(f"{field} {value}" for field, value in found if value is not None)
        record.subject = f" [{words}]" if words else ""
        return True
