"""What `up` does with the database, the queue and the person at the terminal; the supervisor calls these."""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet

from hpo_dashboard.console import say
from hpo_dashboard.database import migrate_when_needed
from hpo_dashboard.instance import Instance
from trials.engine.absence import back_again
from trials.models import SignInLink, Trial, Worker
from trials.models.access import owner

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hooks:
    """Hooks for one address (`url`, no slash at its end) and one broker."""

    url: str
    redis_url: str
    browser: bool

    def prepare(self, last: Instance | None) -> list[str]:
        """Migrate, tell the running studies that the last run has ended, and forget its workers: their rows
        would make us look ready too early.

        Returns those of them that still hold leases.
        """
        names = list(last.workers) if last else []
        if count := migrate_when_needed():
            say(f"The database was brought up to date ({count} migrations).")
        if last is not None:
            back_again(names, last.stopped and datetime.fromtimestamp(last.stopped, UTC))
        Worker.objects.filter(name__in=names).delete()
        busy = set(_running().filter(worker__in=names).values_list("worker", flat=True))
        connection.close()
        return [name for name in names if name in busy]

    def give_back(self, name: str) -> bool:
        """Put a dead worker's trials back into the queue; False when the database is away."""
        try:
            Worker.objects.filter(name=name).delete()
            if _running().filter(worker=name).exists():
                self._requeue(name)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The leases of %s wait for the database: %s", name, error)
            return False
        finally:
            connection.close()
        return True

    def _requeue(self, name: str) -> None:
        # Imported only when needed: the engine brings the numeric libraries with it.
        from hpo_dashboard.celery import app
        from trials.engine.recovery import worker_died
        from trials.tasks import publish

        app.conf.broker_url = self.redis_url.replace("unix://", "redis+socket://", 1)
        publish(worker_died(name))  # not `send`: a process that forks stays without threads

    def announce(self) -> None:
        """Print the address with a one-time sign-in link, and open it on a desktop."""
        # Not reversed: that would import every page and chart into the supervisor.
        link = f"{self.url}/sign-in/{SignInLink.make(owner())}/"
        connection.close()
        say(f"HPO Dashboard runs at {self.url}/ · sign in, once: {link}\nCtrl-C stops it.")
        if self.browser and on_a_desktop():
            open_browser(link)


def _running() -> QuerySet[Trial]:
    return Trial.objects.filter(state=Trial.State.RUNNING)


def on_a_desktop() -> bool:
    """Whether a person sits at this machine's screen: a terminal, and a display to show a browser on."""
    if not sys.stdout.isatty() or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_browser(url: str) -> None:
    """Open the person's browser; it is theirs, so it does not end with us."""
    subprocess.Popen(
        [sys.executable, "-m", "webbrowser", "-t", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
