"""How a training speaks while it runs: its folds and reports, thinned, and heeded; called by `runner`."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from trials.objectives.base import FoldScore

#: So many reports go out one by one; then every second, fourth, … one, always as dense as half of that.
MOST_REPORTS = 500
THINNED = (
    f"More than {MOST_REPORTS:,} reports: of those that follow every second one is kept, then every fourth, "
    "and so on, so that the curve stays small."
)


class Reporter:
    """Sends what a training reports.

    `heeded`: after each message it waits for a byte from the other side, which may end the process instead,
    so that nothing is trained that a stopping rule has decided against.
    """

    def __init__(
        self, channel: socket.socket, send: Callable[[dict[str, Any]], None], *, heeded: bool
    ) -> None:
        self._channel, self._send, self._heeded = channel, send, heeded
        self._reports, self._stride = 0, 1
        self._held_back: dict[str, Any] | None = None

    def fold_done(self, fold: FoldScore) -> None:
        self._tell({"fold": asdict(fold)})

    def report(self, step: float, value: float) -> None:
        """Pass on an intermediate value; what is no finite number is left out."""
        if not math.isfinite(value) or not math.isfinite(step):
            return
        message = {"report": {"step": float(step), "value": float(value)}}
        place, self._reports = self._reports, self._reports + 1
        if place % self._stride:
            self._held_back = message
            return
        self._held_back = None
        self._tell(message)
        if self._reports >= MOST_REPORTS * self._stride:
            if self._stride == 1:
                print(THINNED, flush=True)
            self._stride *= 2

    def finish(self) -> None:
        """Send the last report, if it was held back."""
        if self._held_back is not None:
            self._send(self._held_back)

    def _tell(self, message: dict[str, Any]) -> None:
        self._send(message)
        if self._heeded and not self._channel.recv(1):
            os._exit(1)  # nobody is left who would want the result
