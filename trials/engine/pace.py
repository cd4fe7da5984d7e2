"""How fast workers may learn about a study: in one thread at a time, and in a small share of a core while
anything trains. Called by insights and surrogate_views.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from trials.models import Study

#: The part of one core that each kind of learning may take: it grows dearer as a study grows.
SHARE = 0.05

_at_work: set[int] = set()
_guard = threading.Lock()


@contextmanager
def alone(study_id: int) -> Iterator[bool]:
    """Whether no other thread of this process learns about the study; others pass until this ends."""
    with _guard:
        free = study_id not in _at_work
        _at_work.add(study_id)
    try:
        yield free
    finally:
        if free:
            _at_work.discard(study_id)


def rested(seconds: float, since: datetime) -> bool:
    """Whether the pause has passed that is due after work of `seconds` which ended at `since`."""
    return timezone.now() - since >= timedelta(seconds=seconds / SHARE)


def unhurried(study: Study) -> bool:
    """Whether there is nobody to wait for: the study is over, and no other trains."""
    return study.is_over and not Study.objects.training().exists()
