"""Run one trial: claim it, train it in a process of its own, keep its lease, record what it came to."""

import logging
import secrets
import threading
import time
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection

from trials.models import Study, Trial
from trials.objectives.outcome import Limits, Outcome, to_json
from trials.objectives.process import StartError, Training, start

from .finish import Verdict, record
from .nudges import Nudges
from .outage import OUTAGES, insist
from .slots import to_start

logger = logging.getLogger(__name__)

#: How often a training's lease is looked at, so that a cancelled one stops well within two seconds.
LOOK_SECONDS = 0.5

#: Set when this process is asked to stop: trainings end and their trials go back into the queue.
stopping = threading.Event()


@dataclass(frozen=True)
class Held:
    """A trial this process has claimed."""

    trial: Trial
    token: str
    job: dict


def execute(trial_id: int, worker: str, runner: str = "") -> Nudges:
    """Run a queued trial to its end; returns what follows.

    A trial that is gone, taken, or not allowed to start (paused, enough of them running) is left
    alone: the message that named it was a nudge, no order.

    Args:
        trial_id: the trial's primary key.
        worker: the name under which the lease is held.
        runner: the foreground runner's token when it is the caller.
    """
    if stopping.is_set():
        return Nudges()
    held = insist(lambda: _claim(trial_id, worker, runner))
    if held is None:
        return Nudges()
    try:
        training = start(held.job, _limits())
    except StartError as error:
        logger.error("Trial %s could not be started: %s", held.trial, error)
        insist(lambda: give_back(held, lost=True))
        return Nudges()  # no haste: a worker with a free slot tries again in a while
    outcome = _watch(training, held)
    if outcome is None:
        return insist(lambda: give_back(held, lost=False))
    if outcome.state == "killed":
        return insist(lambda: give_back(held, lost=True))
    _, nudges = insist(lambda: record(held.trial.study_id, trial_id, held.token, _verdict(outcome)))
    return nudges


def _claim(trial_id: int, worker: str, runner: str) -> Held | None:
    trial = Trial.objects.filter(pk=trial_id).defer("info").first()
    if trial is None or trial.state != Trial.State.QUEUED:
        return None
    token = secrets.token_hex(16)
    with Study.locked(trial.study_id) as study:
        if study is None or study.external or study.run_elsewhere(runner):
            return None
        if not trial.claim(study, token, worker, settings.HPO_LEASE_SECONDS):
            # Forget the nudge, so that the next free slot takes the trial.
            Trial.objects.filter(pk=trial.pk, state=Trial.State.QUEUED).update(dispatched_at=None)
            return None
    return Held(trial, token, _job(study, trial))


def _job(study: Study, trial: Trial) -> dict:
    return {
        "objective": study.objective,
        "params": trial.params,
        "study_seed": study.seed,
        "number": trial.number,
        "fidelity": trial.fidelity,
    }


def _limits() -> Limits:
    return Limits(
        memory_mb=settings.HPO_TRIAL_MEMORY_MB,
        cpu_seconds=settings.HPO_TRIAL_SECONDS,
        wall_seconds=settings.HPO_TRIAL_SECONDS,
    )


def _watch(training: Training, held: Held) -> Outcome | None:
    """Wait for the training and keep its lease; None when it was stopped because it is no longer ours."""
    renewed = time.monotonic()
    while True:
        outcome = training.wait(LOOK_SECONDS)
        if outcome is not None:
            return outcome
        try:
            ours = held.trial.holds(held.token)
            if ours and time.monotonic() - renewed >= settings.HPO_HEARTBEAT_SECONDS:
                ours = held.trial.renew(held.token)
                renewed = time.monotonic()
        except OUTAGES as error:  # the training goes on; its result will wait for the database
            logger.warning("No contact with the database while %s trains: %s", held.trial, error)
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
        return Nudges() if stopping.is_set() else Nudges(trials=to_start(study))


def _verdict(outcome: Outcome) -> Verdict:
    extra = {
        "metrics": outcome.metrics,
        "folds": [asdict(fold) for fold in outcome.folds],
        "log": outcome.log,
        "seconds": outcome.seconds,
        "peak_memory_mb": outcome.peak_memory_mb,
    }
    if outcome.state == "complete":
        return Verdict(Trial.State.COMPLETE, outcome.values, None, extra)
    return Verdict(Trial.State.FAILED, (), to_json(outcome.error) if outcome.error else None, extra)
