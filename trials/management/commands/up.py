"""`manage.py up`: run broker, web server and workers until Ctrl-C."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from hpo_dashboard import __version__, address
from hpo_dashboard.address import AddressError
from hpo_dashboard.broker import BrokerError
from hpo_dashboard.console import say
from hpo_dashboard.hooks import Hooks
from hpo_dashboard.instance import AlreadyRunning, HomeLock
from hpo_dashboard.programs import Programs
from hpo_dashboard.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run everything on this machine: broker, web server and workers. Ctrl-C stops it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST"), help="$HOST, else 127.0.0.1")
        parser.add_argument(
            "--port", default=os.environ.get("PORT"), help="$PORT, else 8000; 0: any free one"
        )
        parser.add_argument(
            "--workers", default=os.environ.get("WORKERS"), help="trainings at once: $WORKERS, else the cores"
        )
        parser.add_argument("--no-browser", action="store_true", help="only print the address")

    def handle(self, *, host: str, port: str, workers: str, no_browser: bool, **options: Any) -> None:
        try:
            wanted = address.parse(host, port)
            slots = slots_of(workers)
            lock = HomeLock(settings.HOME)
            listener, where = address.listen(wanted)
            programs = Programs(settings.HOME, slots, os.environ)
            say(f"HPO Dashboard {__version__} is starting. Data: {settings.HOME}")
            hooks = Hooks(where.url, programs.redis_url, browser=not no_browser)
            Supervisor(programs, lock, where, host_header(), hooks).run(listener)
        except (AddressError, AlreadyRunning, BrokerError, SlotsError) as error:
            sys.exit(str(error))
        except DatabaseError as error:
            sys.exit(f"The database cannot be used ({error}). Check DATABASE_URL.")
        say("Stopped.")


class SlotsError(ValueError):
    """WORKERS is no positive number."""


def slots_of(workers: str | None) -> int:
    """Read how many trainings run at once; empty means one for each core this process may use."""
    if not workers:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not workers.isdecimal() or int(workers) == 0:
        raise SlotsError(f"WORKERS is {workers!r}; give a whole number from 1 on.")
    return int(workers)


def host_header() -> str:
    """Return a host name that the web server answers to."""
    return next((name for name in settings.ALLOWED_HOSTS if name[:1] not in "*."), "localhost")
