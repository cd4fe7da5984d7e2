"""Asks our own web server for /healthz without ever waiting; the supervisor's loop reads the answer."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass

from hpo_dashboard.address import Address


@dataclass(frozen=True)
class Health:
    """What /healthz said: nothing is down when all is well."""

    down: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.down


class HealthProbe:
    """One request at a time over a non-blocking socket."""

    def __init__(self, address: Address, host_header: str) -> None:
        """`host_header`: a name that ALLOWED_HOSTS contains."""
        self._where = (address.reachable_host, address.port)
        self._request = f"GET /healthz HTTP/1.0\r\nHost: {host_header}\r\nConnection: close\r\n\r\n".encode()
        self._socket: socket.socket | None = None
        self._answer = b""

    @property
    def socket(self) -> socket.socket | None:
        """What to wait for with select; None while no request is under way."""
        return self._socket

    def ask(self) -> None:
        """Send a request unless one is under way; the listening socket is ours, so connecting never waits."""
        if self._socket is None:
            with suppress(OSError):
                self._socket = socket.create_connection(self._where, timeout=1)
                self._socket.sendall(self._request)
                self._socket.setblocking(False)
                self._answer = b""

    def read(self) -> Health | None:
        """Take what has arrived; return the answer once it is complete."""
        if self._socket is None:
            return None
        try:
            while chunk := self._socket.recv(65536):
                self._answer += chunk
        except BlockingIOError:
            return None
        except OSError:
            self._answer = b""
        self.close()
        return _understand(self._answer)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _understand(answer: bytes) -> Health:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n")[0].decode(errors="replace")
    with suppress(ValueError, AttributeError):
        data = json.loads(body)
        if " 200 " in status and data.get("status") == "ok":
            return Health(())
        return Health(tuple(str(item) for item in data.get("down", ())) or (f"web: answered {status!r}",))
    return Health((f"web: answered {status!r}" if status else "web: no answer",))
