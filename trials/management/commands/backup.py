"""`manage.py backup FILE`: everything there is as one file, while the application runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hpo_dashboard import __version__
from hpo_dashboard.console import say
from hpo_dashboard.database import pending_migrations
from trials import backups


class Command(BaseCommand):
    help = "Write all studies, data sets, people and tokens into one file. The application may run meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file, such as hpo.backup.gz")

    def handle(self, *args: Any, file: Path | str, **options: Any) -> None:
        if len(pending_migrations()) and not _in_use():
            raise CommandError("There is no database yet, so there is nothing to keep. Is HPO_HOME set?")
        try:
            counts = backups.write(Path(file), __version__)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        say(f"{counts.get('trials.study', 0):,} studies, {counts.get('trials.trial', 0):,} trials → {file}")


def _in_use() -> bool:
    from django.db import connection

    return "trials_study" in connection.introspection.table_names()
