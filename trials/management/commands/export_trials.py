"""`manage.py export_trials ID [--output FILE]`: a study's trials as CSV, as the page exports them."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from trials.exports import trials_csv
from trials.models import Study


class Command(BaseCommand):
    help = "Write a study's trials as CSV, to standard output or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", type=int, metavar="ID", help="the study's number, as in its address")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to this file")

    def handle(self, *args: Any, study: int, output: Path | str | None, **options: Any) -> None:
        place = settings.DATABASES["default"]["NAME"]
        try:
            found = Study.objects.select_related("space").filter(pk=study).first()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                f"There are no studies in {place}: {error}. Is HPO_HOME set as it was when they ran?"
            ) from error
        if found is None:
            raise CommandError(f"There is no study {study} in {place}.")
        if output is None:
            self._write(found, self.stdout)  # type: ignore[arg-type]
            return
        try:
            with Path(output).open("w", encoding="utf-8", newline="") as file:
                self._write(found, file)
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}.") from error

    def _write(self, study: Study, file: TextIO) -> None:
        try:
            for piece in trials_csv(study):
                file.write(piece)
        except BrokenPipeError:  # the reader, such as `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
