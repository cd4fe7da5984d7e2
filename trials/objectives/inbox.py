"""What comes back from one training: its messages, what it prints and how it ended; called by `process`."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
from typing import IO, Any

from trials.objectives.base import FoldScore
from trials.objectives.outcome import Report

LOG_BYTES = 64 * 1024
READ_BYTES = 256 * 1024
PROGRESS_ITEMS = 10_000
LAST_READS = 4


class Inbox:
    """The near ends of a training's channel, output and status pipe, and all that was read from them.

    `progress` are the folds and reports, `unanswered` how many came since the last answer.
    `printed` keeps the last 64 KB of the output. `result` is the training's last message, {} before it came.
    `exit` is None while the process lives, {} if the fork server ended before it could say how it ended.
    """

    def __init__(self) -> None:
        self.progress: list[FoldScore | Report] = []
        self.unanswered = 0
        self.printed = bytearray()
        self.result: dict[str, Any] = {}
        self.exit: dict[str, Any] | None = None
        self._unread = bytearray()
        self.channel, channel_end = socket.socketpair()
        self._output, output_end = _pipe()
        self._status, status_end = _pipe()
        self._far_ends = (channel_end, output_end, status_end)

    def far_ends(self) -> tuple[int, int, int]:
        """The descriptors that go to the fork server: channel, output, status."""
        channel, output, status = self._far_ends
        return channel.fileno(), output.fileno(), status.fileno()

    def close_far_ends(self) -> None:
        """Have only the training's side hold them, so that its end shows."""
        for end in self._far_ends:
            end.close()

    def first_message(self, seconds: float) -> dict[str, Any] | None:
        """Wait for the training's first message; None if its end comes instead. Raises OSError,
        TimeoutError.
        """
        self.channel.settimeout(seconds)
        while b"\n" not in self._unread:
            received = self.channel.recv(READ_BYTES)
            if not received:
                return None
            self._unread += received
        self.channel.setblocking(False)
        os.set_blocking(self._output.fileno(), False)
        line, _, self._unread = self._unread.partition(b"\n")
        self._readers = {
            self.channel.fileno(): self._read_channel,
            self._output.fileno(): self._read_output,
            self._status.fileno(): self.read_exit,
        }
        self._poll = select.poll()
        for descriptor in self._readers:
            self._poll.register(descriptor, select.POLLIN)
        self._take_lines()
        message: dict[str, Any] = json.loads(line)
        return message

    def read(self, seconds: float) -> None:
        """Take in what is there, or comes within `seconds`."""
        for descriptor, _ in self._poll.poll(max(0.0, seconds) * 1000):
            self._readers[descriptor]()

    def answer(self) -> None:
        """Let a training go on that waits after each fold and report."""
        waiting, self.unanswered = self.unanswered, 0
        with contextlib.suppress(OSError):  # it is gone
            self.channel.send(b"." * waiting)

    def read_exit(self) -> None:
        """Take in how the process ended; waits for it."""
        self.exit = json.loads(self._status.read() or b"{}")

    def finish(self, patience: float) -> None:
        """Read what is left once the process has ended, or within `patience` seconds if it is just ending;
        close.
        """
        self.channel.settimeout(patience)
        while self._read_channel():
            continue
        # Whoever still prints has escaped from the training's group: it must not hold up the outcome.
        for _ in range(LAST_READS):
            if not self._read_output():
                break
        self.close()

    def close(self) -> None:
        """Close the near ends."""
        for stream in (self.channel, self._output, self._status):
            stream.close()

    def _read_channel(self) -> bool:
        """Take in some messages; False when there are no more."""
        try:
            received = self.channel.recv(READ_BYTES)
        except (BlockingIOError, TimeoutError):
            return False
        except ConnectionError:
            received = b""
        if not received:
            self._drop(self.channel)
            return False
        self._unread += received
        self._take_lines()
        return True

    def _take_lines(self) -> None:
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "complete" in message or "failed" in message:
            self.result = message
            return
        self.unanswered += 1
        if len(self.progress) < PROGRESS_ITEMS:
            item = FoldScore(**message["fold"]) if "fold" in message else Report(**message["report"])
            self.progress.append(item)

    def _read_output(self) -> bool:
        """Take in some of what was printed and keep the last of it; False when there is no more."""
        received = self._output.read(READ_BYTES)
        if received is None:
            return False
        if not received:
            self._drop(self._output)
            return False
        self.printed += received
        del self.printed[:-LOG_BYTES]
        return True

    def _drop(self, stream: socket.socket | IO[bytes]) -> None:
        """Stop listening to a stream that is at its end."""
        if self._readers.pop(stream.fileno(), None):
            self._poll.unregister(stream)


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """A pipe's read and write end; both close by themselves when nobody holds them."""
    reader, writer = os.pipe()
    return os.fdopen(reader, "rb", buffering=0), os.fdopen(writer, "wb", buffering=0)
