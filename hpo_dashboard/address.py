"""Where the web server listens: the socket is opened before anything else starts; `up` uses it."""

import errno
import socket
import time
from dataclasses import dataclass

BACKLOG = 512


class AddressError(RuntimeError):
    """The address cannot be listened on; the message says what to do."""


@dataclass(frozen=True)
class Address:
    """A host and a port; `url` is what a person on this machine types."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """The host by which this machine reaches itself: 0.0.0.0 and :: mean every interface."""
        return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def parse(host: str | None, port: str | None) -> Address:
    """Read HOST and PORT as given; empty means 127.0.0.1 and 8000, port 0 any free one.

    Raises AddressError for a port that is no number from 0 to 65535.
    """
    text = (port or "8000").strip()
    if not text.isdecimal() or int(text) > 65535:
        raise AddressError(f"PORT is {text!r}; give a number from 1 to 65535, or 0 for any free port.")
    return Address((host or "127.0.0.1").strip(), int(text))


def listen(address: Address, patience: float = 1.5) -> tuple[socket.socket, Address]:
    """Return a listening socket and its address, with the port filled in.

    A taken port is tried again for `patience` seconds: a server that was just killed may still hold it.

    Raises AddressError when it stays taken or the host is not one of this machine.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            opened = _open(address)
            return opened, Address(address.host, opened.getsockname()[1])
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise AddressError(f"Cannot listen on {address.host}:{address.port}: {error}.") from error
            if time.monotonic() > deadline:
                raise AddressError(
                    f"Port {address.port} on {address.host} is taken by another program. "
                    f"Stop that one, or choose another port, for example PORT={_next(address.port)}."
                ) from error
        time.sleep(0.05)


def _open(address: Address) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(where)
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8000
