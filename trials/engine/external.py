"""Trials that are trained elsewhere: ask, heartbeat, report and tell on behalf of a client of the API."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from trials.models import Report, Study, Trial

from .finish import Recorded, Verdict, record
from .nudges import Nudges


@dataclass(frozen=True)
class Handout:
    """What an ask gave: claimed trials, each with the token that holds it."""

    trials: tuple[Trial, ...]
    over: bool
    nudges: Nudges


@dataclass(frozen=True)
class Pulse:
    """Answer to a heartbeat; `expires` is None when the lease is lost."""

    expires: datetime | None
    should_stop: bool


def ask(study_id: int, count: int, worker: str, lease_seconds: float) -> Handout:
    """Claim up to `count` trials for a client: queued ones first; what is missing is put on demand.

    Raises:
        Study.DoesNotExist: there is no such study.
        ValueError: the study trains its trials itself.
    """
    with Study.locked(study_id) as study:
        if study is None or study.deleted is not None:
            raise Study.DoesNotExist(f"There is no study {study_id}.")
        if not study.external:
            raise ValueError(
                f"Study {study_id} trains its trials on its own workers; "
                'only studies of kind "external" hand them out.'
            )
        if study.is_over:
            return Handout((), True, Nudges())
        claimed = _claim(study, count, worker, lease_seconds)
        missing = count - len(claimed)
        if missing and study.state == Study.State.RUNNING and study.demand < missing:
            study.change(demand=min(missing, study.parallelism))
        return Handout(tuple(claimed), False, Nudges(studies=(study_id,)) if missing else Nudges())


def _claim(study: Study, count: int, worker: str, lease_seconds: float) -> list[Trial]:
    claimed = []
    for trial in study.trials.waiting()[:count]:
        if not trial.claim(study, secrets.token_hex(16), worker, lease_seconds):
            break
        claimed.append(trial)
    return claimed


def heartbeat(study_id: int, number: int, token: str) -> Pulse:
    """Prolong a trial's lease; the same call delivers cancellation.

    Raises:
        Trial.DoesNotExist: there is no such trial.
    """
    trial = Trial.objects.only("pk", "lease_seconds").get(study=study_id, number=number)
    if not token or not trial.renew(token):
        return Pulse(None, True)
    trial = Trial.objects.only("lease_expires").get(pk=trial.pk)
    return Pulse(trial.lease_expires, False)


def report(study_id: int, number: int, token: str, step: int, value: float) -> bool:
    """Keep an intermediate value; a second report of the same step replaces the first. True: stop.

    Raises:
        Trial.DoesNotExist: there is no such trial.
    """
    trial = Trial.objects.only("pk", "lease_seconds").get(study=study_id, number=number)
    if not token or not trial.renew(token):
        return True
    Report.objects.update_or_create(trial=trial, step=step, defaults={"value": value})
    return False


def tell(study_id: int, number: int, token: str, verdict: Verdict) -> Recorded:
    """Record what a client's training came to; idempotent by token.

    Raises:
        Trial.DoesNotExist: there is no such trial.
    """
    trial = Trial.objects.only("study_id", "number", "params").get(study=study_id, number=number)
    return record(trial, token, verdict)
