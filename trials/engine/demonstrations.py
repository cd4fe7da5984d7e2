"""The playground's computations: asked for by pages, done by workers beside the suggestions, one at a time.

They must never hold up trials: a worker gives them one slot, whatever is asked, and together they may take a
third of a core.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from trials.models import Demonstration

from .nudges import Nudges

logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
#: Seconds of processor time a minute, new pictures a minute, and pictures that may wait.
MOST_SECONDS = 20.0
MOST_NEW = 300
MOST_WAITING = 20

Compute = Callable[[str, Mapping[str, Any]], dict[str, Any]]
_at_work = threading.Lock()


class TooMuch(RuntimeError):
    """The playground has had its share of the workers, in words for the reader."""


def ask(key: str, picture: str, values: Mapping[str, Any]) -> tuple[Demonstration, Nudges]:
    """The demonstration of this key, made unless there is one; nudges while it is not computed.

    Asked again for one that waits, it is nudged again: a message may have been lost. Raises TooMuch.
    """
    found = Demonstration.objects.filter(key=key).first()
    if found is None:
        _check_share()
        found, _ = Demonstration.objects.get_or_create(
            key=key, defaults={"picture": picture, "values": dict(values)}
        )
    return found, Nudges() if found.computed else Nudges(demonstrations=True)


def _check_share() -> None:
    recent = Demonstration.objects.since(MINUTE)
    if recent.seconds() > MOST_SECONDS or recent.count() >= MOST_NEW:
        raise TooMuch("The playground has had its share of the workers: go on in a minute.")
    if Demonstration.objects.waiting().count() >= MOST_WAITING:
        raise TooMuch("Many pictures wait for a worker already: go on in a moment.")


def work(compute: Compute) -> None:
    """Compute what waits, unless another thread of this process is at it: that one will see it too."""
    while (waiting := Demonstration.objects.free().first()) is not None:
        if not _at_work.acquire(blocking=False):
            return
        try:
            _finish(waiting, compute)
        finally:
            _at_work.release()


def _finish(demonstration: Demonstration, compute: Compute) -> None:
    if not demonstration.take():
        return
    begun, data, error = time.thread_time(), {}, ""
    try:
        data = compute(demonstration.picture, demonstration.values)
    except Exception as failure:  # a bug of one picture, not of the worker; the log has the traceback
        logger.exception("The picture %s could not be computed", demonstration)
        error = f"{type(failure).__name__}: {failure}"
    demonstration.finish(data, error, time.thread_time() - begun)
