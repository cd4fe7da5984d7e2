"""`manage.py restore FILE`: bring a backup into an empty installation, of this version or an older one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hpo_dashboard.console import say
from hpo_dashboard.instance import AlreadyRunning, HomeLock
from hpo_dashboard.invocation import command
from trials import backups


class Command(BaseCommand):
    help = (
        "Bring a backup into an installation that holds nothing yet. SQLite or PostgreSQL, whichever it was."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")

    def handle(self, *args: Any, file: Path | str, **options: Any) -> None:
        try:
            lock = HomeLock(settings.HOME)
        except AlreadyRunning as error:
            raise CommandError(f"{error} A backup is brought back while nothing runs.") from error
        try:
            counts = backups.read(Path(file))
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            lock.release()
        studies, trials = counts.get("trials.study", 0), counts.get("trials.trial", 0)
        say(f"{studies:,} studies, {trials:,} trials are back. What was running goes on: {command('up')}")
