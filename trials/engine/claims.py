"""Claim trials for a slot: the one that a nudge names, or the study's next when the slot has become free."""

import secrets
import time
from dataclasses import dataclass

from django.conf import settings

from trials.models import FinalModel, Study, Trial
from trials.models.prepared import Prepared
from trials.models.trial import JOB_COLUMNS

from .early_stopping import Terms
from .meters import METERS

#: For how many seconds the answer to "does another study wait for a slot?" is believed.
FAIRNESS_SECONDS = 0.5


@dataclass(frozen=True)
class Held:
    """A trial this process has claimed, the token that holds it, what is trained, and what may stop it."""

    trial: Trial
    token: str
    job: dict
    terms: Terms


@dataclass(frozen=True)
class Slot:
    """Where trials run: the worker's name, and the foreground runner's token when there is one."""

    worker: str
    runner: str = ""


def claim(trial_id: int, slot: Slot) -> Held | None:
    """Claim a queued trial; None when it is gone, taken or may not start now."""
    trial = Trial.objects.filter(pk=trial_id, state=Trial.State.QUEUED).only(*JOB_COLUMNS).first()
    if trial is None:
        return None
    with Study.locked(trial.study_id) as study:
        if study is None or study.external:
            return None
        held = None if study.run_elsewhere(slot.runner) else _hold(study, trial, slot)
        if held is None:
            # Forget the nudge, so that the next free slot takes the trial.
            Trial.objects.filter(pk=trial.pk, state=Trial.State.QUEUED).update(dispatched_at=None)
        return held


def claim_next(study: Study, slot: Slot) -> Held | None:
    """Claim the study's next trial for a slot that has just become free; under the study's lock.

    Going on with the same study saves the way over the broker. A study that waits for a slot comes
    first, so that a long study does not keep all of them.
    """
    if not study.n_queued or study.external or study.run_elsewhere(slot.runner) or _others_wait(study.pk):
        return None
    trial = _next.first(study.pk)
    return None if trial is None else _hold(study, trial, slot)


def _hold(study: Study, trial: Trial, slot: Slot) -> Held | None:
    token = secrets.token_hex(16)
    if not trial.claim(study, token, slot.worker, settings.HPO_LEASE_SECONDS):
        return None
    if trial.dispatched_at is not None:
        METERS["queue_wait_seconds"].observe(max(0.0, (study.now - trial.dispatched_at).total_seconds()))
    job = {
        "objective": study.objective,
        "params": trial.params,
        "study_seed": study.seed,
        "number": trial.number,
        "fidelity": trial.fidelity,
        "metrics": study.metrics,
        "limited": [limit["metric"] for limit in study.constraints],
    }
    return Held(trial, token, job, Terms.of(study))


_next = Prepared(Trial, lambda study: Trial.objects.filter(study=study).waiting().only(*JOB_COLUMNS))

_asked: dict[int, tuple[float, bool]] = {}


def _others_wait(study_id: int) -> bool:
    """Whether another study has something that may start; asked again only after a moment."""
    now = time.monotonic()
    asked, answer = _asked.get(study_id, (0.0, False))
    if not asked or now - asked > FAIRNESS_SECONDS:
        answer = (
            Study.objects.startable().exclude(pk=study_id).exists() or FinalModel.objects.waiting().exists()
        )
        _asked.clear()
        _asked[study_id] = (now, answer)
    return answer
