"""`manage.py worker_health`: whether this host's workers are heard; the health check of their containers."""

import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from hpo_dashboard.console import say
from trials.models import Worker


class Command(BaseCommand):
    help = "Exit with 0 if a worker of this host has reported within a lease, else with 1 and the reason."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default=socket.gethostname(), help="whose workers (default: this host's)"
        )

    def handle(self, *args: Any, host: str, **options: Any) -> None:
        try:
            heard = Worker.objects.alive().filter(host=host).values_list("name", flat=True)
            names = sorted(heard)
        except DatabaseError as error:
            sys.exit(f"The database does not answer: {error}")
        if not names:
            sys.exit(f"No worker of {host} has reported within a lease.")
        say(f"Heard from {', '.join(names)}")
