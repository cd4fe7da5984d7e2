"""What a fault is: something that happens to real processes from outside, after which nothing is repaired by
hand but what a person or a service manager would start again.
"""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tests.chaos.storm import Storm

#: A loaded machine takes its time to end a process; one that is there after so many seconds stays.
SILENCE = 60.0


class Fault(ABC):
    """One kind of fault; `weight` says how often a long storm takes it."""

    name: ClassVar[str]
    weight: ClassVar[int] = 1
    #: Whether the short storm of every run takes it.
    short: ClassVar[bool] = True

    def missing(self, storm: Storm) -> str:
        """Why it cannot happen here; empty when it can."""
        return ""

    @abstractmethod
    def strike(self, storm: Storm) -> bool:
        """Let it happen; False when there was nothing to hit."""


def hold(pids: list[int], number: int) -> list[int]:
    """Signal each of these processes; returns those that were still there."""
    reached = []
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        reached.append(pid)
    return reached


def kill_one(storm: Storm, role: str) -> bool:
    """SIGKILL one process of a role, chosen by the storm's seed."""
    pids = sorted(storm.app.pids(role))
    return bool(pids and hold([storm.chance.choice(pids)], 9))


def sleep_past(seconds: float) -> None:
    """Let so much time go by, by the clock that goes on while others are stopped."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        time.sleep(left)


def until(hit: Callable[[], object], seconds: float = 2.0) -> bool:
    """Try again and again until it hits; False when there was nothing to hit for so long."""
    deadline = time.monotonic() + seconds
    while not hit():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True
