"""A real broker of the tests' own: killed, it comes back empty, as Redis without persistence does."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

import redis

from hpo_dashboard import broker
from hpo_dashboard.tether import LINUX, die_with


class Valkey:
    """A server on a unix socket in a temporary folder, which ends with us; `stop` removes the folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hpo-broker-"))
        self._socket = self._folder / broker.SOCKET_NAME
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Its address in the form of REDIS_URL."""
        return broker.url(self._socket)

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        self._process = subprocess.Popen(
            broker.command(self._socket),
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(die_with, os.getpid()) if LINUX else None,
        )
        deadline = time.monotonic() + 30
        while not answers(self.url):
            assert self._process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def end(self, number: int = signal.SIGKILL) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait()

    def stop(self) -> None:
        self.end(signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)


def answers(url: str) -> bool:
    """Whether a broker answers there."""
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
