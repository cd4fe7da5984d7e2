"""Ties child processes to their parent's life; the supervisor, gunicorn and the test servers use it.

Linux kills a child itself when its parent dies (PR_SET_PDEATHSIG). Elsewhere a small watchdog process
reads a pipe that only the supervisor holds open, and kills the recorded process groups at its end.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
#: Loaded here, because between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with(parent: int) -> None:
    """Have Linux kill the calling process when the thread that forked it ends; elsewhere do nothing.

    A parent that died before the request was made is noticed by the parent's id having changed.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def kill_group(group: int) -> None:
    """Kill what is left of a process group, if anything."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


class Watchdog:
    """A process that outlives ours for an instant, to kill the process groups it was told about."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def guard(self, group: int) -> None:
        """Kill this process group when we are gone."""
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """Forget a process group that has ended: its number may come back as somebody else's."""
        self._tell(f"-{group}")

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """End the watchdog, which kills whatever it still guards."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()


def watch(lines: Iterable[str]) -> None:
    """Keep the set of guarded groups until the lines end, then kill them all."""
    guarded: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line[0] == "+":
            guarded.add(group)
        else:
            guarded.discard(group)
    for group in guarded:
        kill_group(group)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch(sys.stdin)
