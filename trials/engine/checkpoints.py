"""What trainings leave for those that continue them: files of this machine, and the rows that know them.

A file is written whole or not at all, by the training itself; its row is written with the trial's result, so
that a checkpoint counts only once the trial does. Whatever is missing, damaged or elsewhere costs time and
nothing else: the line is trained again from its start, and counted so.
"""

import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Now

from trials.models import Checkpoint, Study, Trial

from .lines import ancestors, line_of, source
from .outage import insist

logger = logging.getLogger(__name__)

MB = 1_000_000
#: Where machines are several, a checkpoint up to this size is copied into the database.
COPIED_BYTES = 8 * MB
#: How long a study that is over keeps them, in case it goes on.
KEPT = timedelta(hours=1)
#: A file without a row may belong to a training that is just ending.
YOUNG_SECONDS = 3600.0


@dataclass(frozen=True)
class Saved:
    """A file that a training has left."""

    path: Path
    size: int
    checksum: str


def folder(study_id: int) -> Path:
    """This machine's checkpoints of a study."""
    return Path(settings.HOME) / "checkpoints" / str(study_id)


def with_line(job: dict[str, Any], trial: Trial, token: str) -> dict[str, Any]:
    """The job with what a training in parts needs: the line it continues, where that was left, and where it
    may leave its own.
    """
    fidelity = job["objective"].get("fidelity")
    if not fidelity or trial.fidelity is None:
        return job
    return insist(lambda: job | _line(job, trial, token, fidelity))


def _line(job: Mapping[str, Any], trial: Trial, token: str, fidelity: Mapping[str, Any]) -> dict[str, Any]:
    line = line_of(trial)
    checkpoint: dict[str, Any] = {"most_bytes": int(settings.HPO_CHECKPOINT_MB * MB)}
    if fidelity["name"] == "folds":
        before = next(ancestors(trial), None)
        complete = before is not None and before.state == Trial.State.COMPLETE
        return line | {"checkpoint": {"folds": before.folds if before and complete else []}}
    if line:
        checkpoint |= _found(trial)
    if trial.fidelity < fidelity["max"]:
        folder(trial.study_id).mkdir(mode=0o700, parents=True, exist_ok=True)
        checkpoint["save"] = str(folder(trial.study_id) / f"{trial.pk}-{token[:12]}.pickle")
    return line | {"checkpoint": checkpoint}


def _found(trial: Trial) -> dict[str, Any]:
    """The checkpoint that the trial continues, on this machine; {} when there is none to be had."""
    rows = Checkpoint.objects.filter(study=trial.study_id, trial__number=source(trial))
    row = rows.defer("content").first()
    if row is None:
        return {}
    path = folder(trial.study_id) / row.file
    if not path.exists() and not _fetched(row, path):
        return {}
    return {"load": str(path), "checksum": row.checksum}


def _fetched(row: Checkpoint, path: Path) -> bool:
    """Whether the row's copy could be written to this machine, whole."""
    content = Checkpoint.objects.filter(pk=row.pk).values_list("content", flat=True).first()
    if content is None:
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(bytes(content))
        draft.replace(path)
    except OSError as error:
        logger.warning("The checkpoint %s could not be written: %s", path, error)
        draft.unlink(missing_ok=True)
        return False
    return True


def keep(study: Study, trial: Trial, saved: Saved | None) -> None:
    """Know what a finished trial has left, and forget what nobody will continue; under the study's lock."""
    if study.full_fidelity is None or trial.number is None:
        return
    if saved is not None:
        content = None
        # On SQLite all workers share this machine's files.
        if connection.vendor != "sqlite" and saved.size <= COPIED_BYTES:
            with suppress(OSError):
                content = saved.path.read_bytes()
        if content is not None and hashlib.sha256(content).hexdigest() != saved.checksum:
            content = None
        defaults = {"study": study, "file": saved.path.name, "size": saved.size, "checksum": saved.checksum}
        Checkpoint.objects.update_or_create(trial=trial, defaults=defaults | {"content": content})
    _forget_line(study, trial)
    if saved is not None:
        _stay_within(study)


def _forget_line(study: Study, trial: Trial) -> None:
    """Forget what is two steps behind in the line: one step behind may still be copied by another member of a
    population.
    """
    if trial.parent is None:
        return
    parents = study.trials.filter(number=trial.parent)
    behind = parents.exclude(parent=None).values_list("parent", flat=True).first()
    if behind is not None and behind not in _awaited(study):
        Checkpoint.objects.filter(study=study, trial__number=behind).delete()


def _awaited(study: Study) -> set[int]:
    """The trials that something which waits or runs continues."""
    pending = study.trials.pending().values_list("parent", "start_from")
    return {number for pair in pending for number in pair if number is not None}


def _stay_within(study: Study) -> None:
    """Forget the least promising when a study's checkpoints take too much room."""
    most = settings.HPO_CHECKPOINTS_MB * MB
    rows = Checkpoint.objects.filter(study=study)
    total = rows.aggregate(sum=Sum("size"))["sum"] or 0
    if total <= most:
        return
    value = F("trial__value").asc() if study.maximize else F("trial__value").desc()
    awaited = _awaited(study)
    for pk, number, size in rows.order_by("trial__fidelity", value).values_list(
        "pk", "trial__number", "size"
    ):
        if total <= most:
            return
        if number not in awaited:
            Checkpoint.objects.filter(pk=pk).delete()
            total -= size


def sweep() -> None:
    """Remove what no promotion can need: rows of studies that are over, files without a row."""
    ended = Checkpoint.objects.filter(study__state__in=Study.ENDED, study__ended__lt=Now() - KEPT)
    ended.delete()
    base = Path(settings.HOME) / "checkpoints"
    for place in base.glob("[0-9]*") if base.exists() else ():
        known = set(Checkpoint.objects.filter(study=place.name).values_list("file", flat=True))
        if not known and not Study.objects.filter(pk=place.name, deleted=None).exists():
            shutil.rmtree(place, ignore_errors=True)
            continue
        for file in place.glob("*"):
            with suppress(OSError):
                if file.name not in known and time.time() - file.stat().st_mtime > YOUNG_SECONDS:
                    file.unlink()
