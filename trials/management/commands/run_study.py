"""`manage.py run_study STUDY.json`: run a study in the foreground, without Celery."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trials import wording
from trials.engine import control
from trials.engine.creation import StudyError, create_study
from trials.engine.local import HeldElsewhere, run_local
from trials.models import Study
from trials.models.access import owner

BAR = 30


class Command(BaseCommand):
    help = "Run a study in the foreground; its id is printed last. Ctrl-C pauses it, --resume ID goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "study", nargs="?", help="a JSON file, the body of POST /studies; - reads it from here"
        )
        parser.add_argument(
            "--workers", type=int, default=None, help="trainings at a time (default: as the study says)"
        )
        parser.add_argument("--csv", help="write the trials to this file at the end")
        parser.add_argument("--resume", type=int, metavar="ID", help="go on with this study")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.style_func = None  # progress and results are no errors: not in red
        call_command("migrate", verbosity=0)
        if (options["study"] is None) == (options["resume"] is None):
            raise CommandError("Give either a STUDY.json or --resume ID.")
        if options["workers"] is not None and options["workers"] < 1:
            raise CommandError(f"--workers must be at least 1, not {options['workers']}.")
        resumed = options["resume"] is not None
        study = self.resumed(options["resume"]) if resumed else self.created(options["study"], options)
        try:
            study = run_local(study.pk, options["workers"] or study.parallelism, self.progress)
        except (HeldElsewhere, Study.DoesNotExist) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write(f"\nPaused. Go on with: run_study --resume {study.pk}")
            self.stdout.write(str(study.pk))
            sys.exit(130)
        if self.stderr.isatty():
            self.stderr.write("")
        self.report(study)
        if options["csv"]:
            call_command("export_trials", str(study.pk), output=options["csv"])
        self.stdout.write(str(study.pk))

    def created(self, path: str, options: dict[str, Any]) -> Study:
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text()
            data = json.loads(text)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{path} is not valid JSON: {error}.") from error
        if options["workers"] is not None and isinstance(data, dict):
            data["parallelism"] = options["workers"]
        try:
            study, _ = create_study(data, owner())
        except StudyError as error:
            lines = [f"  {field or 'study'}: {' '.join(texts)}" for field, texts in error.fields.items()]
            raise CommandError("The study cannot be run:\n" + "\n".join(lines)) from error
        return study

    def resumed(self, pk: int) -> Study:
        study = Study.objects.filter(pk=pk).first()
        if study is None:
            raise CommandError(f"There is no study {pk}.")
        if study.external:
            raise CommandError(
                f"Study {pk} is trained elsewhere: its trials are handed out over the HTTP API."
            )
        if study.is_over:
            raise CommandError(f"Study {pk} is over: {study.ending}.")
        control.resume(pk)
        return study

    def progress(self, study: Study) -> None:
        """One line, rewritten in place; quiet when nobody looks."""
        if not self.stderr.isatty():
            return
        total = study.budget.get("trials")
        share = study.n_terminal / total if total else 0.0
        bar = "█" * round(BAR * share) + "░" * (BAR - round(BAR * share))
        done = f"{study.n_terminal} of {total}" if total else f"{study.n_terminal} trials"
        best = "no result yet"
        if study.several and study.front_size:
            best = f"{study.front_size} on the front"
        elif study.best_value is not None:
            best = f"best {study.metric} {wording.five(study.best_value)}"
        aside = f" · {study.n_pruned} stopped early" if study.n_pruned else ""
        aside += f" · {study.n_failed} failed" if study.n_failed else ""
        self.stderr.write(f"\r\x1b[2K{bar} {done} · {best}{aside}", ending="")
        self.stderr.flush()

    def report(self, study: Study) -> None:
        self.stderr.write(f"{study.name}: {study.ending or 'paused by somebody else'}.")
        if study.trainings_saved:
            early = wording.count(study.n_pruned, "trial")
            self.stderr.write(f"{early} stopped early: that saved {study.share_saved:.0%} of the training.")
        if study.best_id is not None and study.best is not None:
            values = zip(study.metrics, study.best.values or (), strict=True)
            reached = wording.listed([f"{name} {wording.five(value)}" for name, value in values])
            which = f"Compromise of {study.front_size}" if study.several else "Best"
            self.stderr.write(f"{which}: {reached}, trial {study.best.number}:")
            for name, value in study.best.params.items():
                self.stderr.write(f"  {name} = {value!r}")
