"""One process under the supervisor: how it starts, how it is stopped, and when it may start again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from hpo_dashboard.tether import LINUX, Watchdog, die_with, kill_group

#: A child that lived this long, in seconds, is started again at once when it dies.
SETTLED = 30.0
LONGEST_PAUSE = 15.0
LARGEST_LOG = 5_000_000


@dataclass(frozen=True)
class Program:
    """What to run: `role` is for people, `files` are passed on, `worker` is its name in leases, if any."""

    role: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    files: tuple[int, ...] = ()
    worker: str = ""


class Child:
    """A program that is kept running: each start is a new incarnation with a command line of its own."""

    def __init__(self, program: Callable[[], Program], watchdog: Watchdog | None = None) -> None:
        self._program = program
        self._watchdog = watchdog
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.0
        self._due = 0.0
        self.program = program()

    @property
    def role(self) -> str:
        return self.program.role

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def due(self) -> bool:
        """Whether it does not run and its pause is over."""
        return self._process is None and time.monotonic() >= self._due

    def renew(self) -> Program:
        """Prepare the next incarnation."""
        self.program = self._program()
        return self.program

    def start(self) -> None:
        """Start the incarnation at hand.

        Call it from the main thread: Linux ends the child when its starter's thread ends.
        """
        with _open_log(self.program.log) as log:
            self._process = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.program.environment),
                pass_fds=self.program.files,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid()) if LINUX else None,
            )
        self._started = time.monotonic()
        if self._watchdog:
            self._watchdog.guard(self._process.pid)

    def ended(self) -> str | None:
        """Say in words how it ended since the last call, or return None while it runs.

        Its group is killed along with it, and the pause before the next start grows with each early end.
        """
        if self._process is None or (status := self._process.poll()) is None:
            return None
        self._forget()
        lived = time.monotonic() - self._started
        self._pause = 0.0 if lived > SETTLED else min(LONGEST_PAUSE, 2 * self._pause or 0.5)
        # The first early end costs no pause at all: a single kill is repaired at once.
        self._due = time.monotonic() + (self._pause if self._pause > 0.5 else 0.0)
        return how_it_ended(status)

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def stopped(self) -> bool:
        """Whether nothing of it runs any more; a stopped child is not started again."""
        if self._process is not None and self._process.poll() is not None:
            self._forget()
        return self._process is None

    def kill(self) -> None:
        """End it and everything in its group now."""
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait()
            self._forget()

    def _forget(self) -> None:
        assert self._process is not None
        kill_group(self._process.pid)
        if self._watchdog:
            self._watchdog.release(self._process.pid)
        self._process = None


def how_it_ended(status: int) -> str:
    """Put a process's return code into words."""
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"stopped with exit code {status}"


def _open_log(path: Path) -> IO[bytes]:
    """Open a log for appending; a large one is put aside first, in place of the one before it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
