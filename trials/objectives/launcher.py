"""This process's connections to its fork servers, which it starts, replaces and ends; called by `process`."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from trials.objectives.base import Ground
from trials.objectives.forkserver import RECORD, START
from trials.objectives.inbox import Inbox

ROOT = Path(__file__).parents[2]
SERVER = "trials.objectives.forkserver"
CLOSE_SECONDS = 10.0
# Processes that wait for a job: enough for two slots that become free together.
FORKED_AHEAD = 2
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)
# Memory on huge pages halves what a fork costs: there are fewer page tables to copy.
HUGE_PAGES = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
# The hash seed lets a study be repeated exactly; the fault handler puts a crash's stack into the trial's log.
REPEATABLE = {"PYTHONHASHSEED": "0", "PYTHONFAULTHANDLER": "1"}


class ServerGone(ConnectionError):
    """The fork server is not there any more."""


class Launcher:
    """A fork server and the way to it."""

    def __init__(self, ground: Ground) -> None:
        self._lock = threading.Lock()
        self._ahead: deque[Inbox] = deque()
        self._control, far_end = socket.socketpair()
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with far_end:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", SERVER, str(far_end.fileno()), ground, str(os.getpid())],
                pass_fds=[far_end.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **ONE_THREAD, **HUGE_PAGES, **REPEATABLE, "PYTHONPATH": path},
                start_new_session=True,
            )

    def request(self, action: bytes, pid: int = 0, descriptors: Sequence[int] = ()) -> None:
        """Send one request; raises ServerGone."""
        try:
            with self._lock:
                socket.send_fds(self._control, [RECORD.pack(action, pid)], descriptors)
        except OSError as error:
            raise ServerGone(str(error)) from error

    def berth(self) -> tuple[Inbox, bool]:
        """A waiting process's inbox, and whether it was forked ahead; raises ServerGone."""
        with self._lock:
            if self._ahead:
                return self._ahead.popleft(), True
        return self._forked(), False

    def fork_ahead(self) -> None:
        """Have a process ready for the next job, so that no trial waits for its fork; raises ServerGone."""
        if len(self._ahead) < FORKED_AHEAD:
            self._ahead.append(self._forked())

    def _drop_ahead(self) -> None:
        while self._ahead:
            self._ahead.pop().close()

    def _forked(self) -> Inbox:
        inbox = Inbox()
        try:
            self.request(START, 0, inbox.far_ends())
        finally:
            inbox.close_far_ends()
        return inbox

    def close(self) -> None:
        """Let the server end, and all its trainings with it, and reap it."""
        self._control.close()
        self._drop_ahead()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(CLOSE_SECONDS)

    def disown(self) -> None:
        """Give up the connection in a forked copy of the process that made it."""
        self._control.close()
        self._drop_ahead()
        self.process.returncode = 0


_current: dict[Ground, Launcher] = {}
_lock = threading.Lock()


def current(ground: Ground) -> Launcher:
    """This process's launcher for trainings that need `ground` imported, made when there is none."""
    with _lock:
        if ground not in _current:
            _current[ground] = Launcher(ground)
        return _current[ground]


def discard(launcher: Launcher) -> None:
    """End `launcher`, so that the next call of `current` makes a new one; does nothing if that has
    happened.
    """
    with _lock:
        if launcher not in _current.values():
            return
        for ground in [ground for ground, known in _current.items() if known is launcher]:
            del _current[ground]
    launcher.close()


@atexit.register
def close() -> None:
    """End the fork servers of this process, if there are any, with all their trainings."""
    for launcher in list(_current.values()):
        discard(launcher)


def _disown() -> None:
    global _lock
    _lock = threading.Lock()
    for launcher in _current.values():
        launcher.disown()
    _current.clear()


os.register_at_fork(after_in_child=_disown)
