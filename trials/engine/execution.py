"""Run one trial: claim it, train it in a process of its own, keep its lease, record what it came to."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from trials.models import FinalModel, Study, Trial
from trials.objectives.outcome import Limits, Outcome, to_json
from trials.objectives.process import StartError, Training, start
from trials.objectives.validation import mean_metrics

from . import reports
from .checkpoints import Saved, with_line
from .claims import Held, Slot, claim
from .data import equipped
from .early_stopping import Watched
from .endings import settle
from .finish import Verdict, record
from .log_context import about
from .nudges import Nudges
from .outage import OUTAGES, insist
from .slots import to_start

logger = logging.getLogger(__name__)

#: How often a training's lease is looked at, so that a cancelled one stops well within two seconds.
LOOK_SECONDS = 0.5

#: Set when this process is asked to stop: trainings end and their trials go back into the queue.
stopping = threading.Event()


def execute(trial_id: int, slot: Slot) -> Iterator[Nudges]:
    """Run a queued trial to its end, then the study's next one as long as the slot may keep to it.

    A trial that is gone, taken, or not allowed to start (paused, enough of them running) is left
    alone: the message that named it was a nudge, no order. Yields what follows from each trial.
    """
    held = None if stopping.is_set() else insist(lambda: claim(trial_id, slot))
    while held is not None:
        with about(held.trial.study_id, held.trial.number):
            nudges, held = _run(held, slot)
        yield nudges


def _run(held: Held, slot: Slot) -> tuple[Nudges, Held | None]:
    """Train a held trial and record what it came to; returns what follows and the slot's next trial."""
    watched = Watched(held.terms, held.trial.number, held.trial.fidelity)
    try:
        job = with_line(held.job, held.trial, held.token)
        training = start(equipped(job), limits(), watched.heed if watched.judged else None)
    except StartError as error:
        logger.error("%s could not be started: %s", held.trial, error)
        insist(lambda: give_back(held, lost=True))
        return Nudges(), None  # no haste: a worker with a free slot tries again in a while
    outcome = watch(training, held.trial, held.token, lambda: _keep_reports(training, held.trial, watched))
    if outcome is None or (outcome.state == "killed" and watched.stop is None):
        return insist(lambda: give_back(held, lost=outcome is not None)), None
    keep = None if stopping.is_set() else slot
    logger.debug("Trained: %s", outcome.state)
    watched.catch_up(training.progress())
    recorded = insist(lambda: record(held.trial, held.token, _verdict(outcome, watched), keep))
    return recorded.nudges, recorded.following


def limits() -> Limits:
    """What one process may use, whatever it does."""
    return Limits(
        memory_mb=settings.HPO_TRIAL_MEMORY_MB,
        cpu_seconds=settings.HPO_TRIAL_SECONDS,
        wall_seconds=settings.HPO_TRIAL_SECONDS,
    )


def watch(
    training: Training, row: Trial | FinalModel, token: str, look: Callable[[], None] = lambda: None
) -> Outcome | None:
    """Wait for the training and keep the lease on its row; None when it was stopped because it is no longer
    ours. While it is, `look` is called every now and then.
    """
    renewed = time.monotonic()
    while True:
        outcome = training.wait(LOOK_SECONDS)
        if outcome is not None:
            return outcome
        try:
            ours = row.holds(token)
            if ours and time.monotonic() - renewed >= settings.HPO_HEARTBEAT_SECONDS:
                ours = row.renew(token)
                renewed = time.monotonic()
            if ours:
                look()
        except OUTAGES as error:  # the training goes on; its result will wait for the database
            logger.warning("No contact with the database while %s trains: %s", row, error)
            connection.close()
            ours = True
        if stopping.is_set() or not ours:
            training.kill()
            return None


def give_back(held: Held, *, lost: bool) -> Nudges:
    """Put the trial back into the queue, if it is still ours; return what may start in its place."""
    with Study.locked(held.trial.study_id) as study:
        if study is None or not held.trial.holds(held.token):
            return Nudges(studies=(held.trial.study_id,))
        held.trial.give_back(study, lost=lost)
        settle(study)
        return Nudges() if stopping.is_set() else Nudges(trials=to_start(study), studies=(study.pk,))


def _keep_reports(training: Training, trial: Trial, watched: Watched) -> None:
    """Store what a running trial has reported since."""
    if not watched.judged:  # else the training asks
        watched.catch_up(training.progress())
    if unsaved := watched.unsaved():
        reports.add(trial, unsaved)


def _verdict(outcome: Outcome, watched: Watched) -> Verdict:
    extra: dict[str, Any] = {
        "metrics": outcome.metrics,
        "folds": [asdict(fold) for fold in outcome.folds],
        "log": outcome.log,
        "seconds": outcome.seconds,
        "peak_memory_mb": outcome.peak_memory_mb,
    }
    kept = watched.reports
    if outcome.state == "complete":
        left = {"checkpoint": _saved(outcome), "resumed_from": outcome.resumed_from}
        return Verdict(Trial.State.COMPLETE, outcome.values, None, extra, kept, **left)
    if watched.stop is not None and outcome.error is None:
        stop = watched.stop
        extra |= {"fidelity": stop.step, "stopped": stop.to_json(outcome.seconds)}
        extra["metrics"] = mean_metrics(outcome.folds) if outcome.folds else {}
        return Verdict(Trial.State.PRUNED, (stop.value,), None, extra, kept)
    return Verdict(Trial.State.FAILED, (), to_json(outcome.error) if outcome.error else None, extra, kept)


def _saved(outcome: Outcome) -> Saved | None:
    found = outcome.checkpoint
    return Saved(Path(found["path"]), found["size"], found["checksum"]) if found else None
