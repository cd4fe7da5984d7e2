"""How long suggestions and waits took in this process, as histograms; each worker reports its own in its row.

Counters since the process began, as Prometheus wants them: views/metrics.py shows them, nothing here forgets.
"""

import threading
from bisect import bisect_left
from typing import Any

#: Upper bounds of the buckets, in seconds; one more holds what is above.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0)


class Meter:
    """A histogram of seconds that several threads write into."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, seconds: float) -> None:
        with self._lock:
            self._counts[bisect_left(BOUNDS, seconds)] += 1
            self._sum += seconds

    def snapshot(self) -> dict[str, Any]:
        """{"counts": one number per bucket, "sum": seconds}, plain JSON."""
        with self._lock:
            return {"counts": list(self._counts), "sum": self._sum}


#: One question to an optimizer, and from "may start" to "starts" of a trial.
METERS = {"ask_seconds": Meter(), "queue_wait_seconds": Meter()}


def snapshot() -> dict[str, Any]:
    """All meters of this process, plain JSON."""
    return {name: meter.snapshot() for name, meter in METERS.items()}
