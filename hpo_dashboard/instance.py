"""Who runs on a home folder: a lock that ends with its holder, and what the holder wrote about itself."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LOCK = "up.lock"
NOTE = "up.json"


@dataclass(frozen=True)
class Instance:
    """A supervisor: its process, its address and the names its workers carry in leases.

    `stopped`: when it was stopped in order, as time.time() says it; None while it runs, or if it was killed.
    """

    pid: int
    url: str
    workers: tuple[str, ...] = ()
    stopped: float | None = None


class AlreadyRunning(RuntimeError):
    """Another supervisor holds the home."""

    def __init__(self, home: Path, instance: Instance | None) -> None:
        who = f"process {instance.pid}, {instance.url}" if instance else "another process"
        super().__init__(
            f"HPO Dashboard already runs on {home}: {who}. Use that one, stop it first, "
            "or set HPO_HOME to another folder."
        )


class HomeLock:
    """Held while a supervisor lives; the operating system frees it however the supervisor ends."""

    def __init__(self, home: Path) -> None:
        """Take the lock; raises AlreadyRunning when somebody else has it."""
        self._home = home
        # Not inheritable: a child that outlived us by an instant must not keep the home locked.
        self._file = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise AlreadyRunning(home, read(home)) from None
        #: What the last supervisor left behind; its workers are gone by now.
        self.previous = read(home)

    def write(self, instance: Instance) -> None:
        """Tell others who holds the home."""
        draft = self._home / f"{NOTE}.new"
        draft.write_text(json.dumps(asdict(instance)))
        draft.replace(self._home / NOTE)

    def release(self) -> None:
        """Free the home. The files stay: removing the lock would let two supervisors lock different files."""
        os.close(self._file)


def read(home: Path) -> Instance | None:
    """Return what the last supervisor of this home wrote about itself, whether or not it still runs."""
    try:
        data = json.loads((home / NOTE).read_text())
        pid, workers, stopped = int(data["pid"]), tuple(data["workers"]), data.get("stopped")
        return Instance(pid, str(data["url"]), workers, stopped and float(stopped))
    except (OSError, ValueError, KeyError, TypeError):
        return None
