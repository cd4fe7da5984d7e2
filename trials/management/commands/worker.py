"""`manage.py worker`: one Celery worker that joins others on the same database and broker."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hpo_dashboard.console import say
from hpo_dashboard.invocation import command, embedded
from hpo_dashboard.programs import ONE_THREAD, OPTIMIZER_SLOTS, WORKER_ENVIRONMENT, worker_command

from .up import SlotsError, slots_of


class Command(BaseCommand):
    help = "Run one worker for a database and a broker that several machines share. Ctrl-C stops it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--queue",
            choices=("training", "optimizers"),
            default="training",
            help="train trials (the default), or suggest new ones: one worker for that is enough",
        )
        parser.add_argument(
            "--workers", default=os.environ.get("WORKERS"), help="trainings at once: $WORKERS, else the cores"
        )

    def handle(self, *, queue: str, workers: str | None, **options: Any) -> None:
        if embedded():
            raise CommandError(
                "REDIS_URL is not set. A worker joins others through a broker and a database they share: "
                f"set REDIS_URL and DATABASE_URL. On one machine, `{command('up')}` starts workers by itself."
            )
        try:
            slots = slots_of(workers) if queue == "training" else OPTIMIZER_SLOTS
        except SlotsError as error:
            raise CommandError(str(error)) from error
        say(f"A worker for {queue} starts, {slots} at a time.")
        os.environ.update(ONE_THREAD | WORKER_ENVIRONMENT)
        os.execv(sys.executable, worker_command(queue, slots, queue))
