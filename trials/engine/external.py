"""Trials that are trained elsewhere: ask, heartbeat, report and tell on behalf of a client of the API."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models.functions import Now

from trials.models import Report, Study, Trial
from trials.models.trial import JOB_COLUMNS

from . import reports
from .early_stopping import Terms, with_saved
from .finish import Recorded, Verdict, record
from .nudges import Nudges


@dataclass(frozen=True)
class Handout:
    """What an ask gave: claimed trials, each with the token that holds it."""

    trials: tuple[Trial, ...]
    over: bool
    nudges: Nudges


class NoValue(ValueError):
    """A pruned trial that has neither a value nor a report."""


#: What is read of a study to judge one of its trials.
STUDY_COLUMNS = ("objective", "stopping", "metrics", "directions", "created")


@dataclass(frozen=True)
class Pulse:
    """Answer to a heartbeat; `expires` is None when the lease is lost. `reason`: why a rule stops it."""

    expires: datetime | None
    should_stop: bool
    reason: str | None = None


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
    trial = Trial.objects.only("lease_expires", "stopped").get(pk=trial.pk)
    return Pulse(trial.lease_expires, trial.stopped is not None, _reason(trial))


def report(study_id: int, number: int, token: str, step: float, value: float) -> Pulse:
    """Keep an intermediate value; a second report of the same step replaces the first.

    Where the study's rule decides to stop the trial, that is kept with the trial: it stays so.

    Raises:
        Trial.DoesNotExist: there is no such trial.
    """
    trial = (
        Trial.objects.select_related("study")
        .only("number", "lease_seconds", "stopped", "fidelity", *(f"study__{name}" for name in STUDY_COLUMNS))
        .get(study=study_id, number=number)
    )
    if not token or not trial.renew(token):
        return Pulse(None, True)
    if trial.stopped is None:
        Report.objects.update_or_create(trial=trial, step=step, defaults={"value": value})
        reports.keep_few(trial)
        _judge(trial, token)
    return Pulse(None, trial.stopped is not None, _reason(trial))


def _judge(trial: Trial, token: str) -> None:
    """Ask the study's rule, and keep what it decides as long as the trial is its trainer's."""
    if not trial.study.stopping:
        return
    told = dict(Report.objects.filter(trial=trial).order_by("step").values_list("step", "value"))
    stop = Terms.of(trial.study).judged(trial.number, told, trial.fidelity)
    if stop is not None and Trial.objects.held_by(trial.pk, token).update(stopped=stop.to_json(None)):
        trial.stopped = stop.to_json(None)


def _reason(trial: Trial) -> str | None:
    return trial.stopped["reason"] if trial.stopped else None


def tell(study_id: int, number: int, token: str, verdict: Verdict) -> Recorded:
    """Record what a client's training came to; idempotent by token.

    A pruned trial without a value has that of its reports: what the rule saw, else the last one.

    Raises:
        Trial.DoesNotExist: there is no such trial.
        NoValue: it is told as pruned, without a value, and has reported none.
    """
    columns = (*JOB_COLUMNS, "stopped", "started_at")
    trial = Trial.objects.only(*columns).annotate(now=Now()).get(study=study_id, number=number)
    if verdict.state == Trial.State.PRUNED:
        verdict = _as_reported(trial, verdict)
    elif trial.stopped is not None and not trial.is_terminal:
        verdict = replace(verdict, extra=verdict.extra | {"stopped": None})  # it went on to its end
    return record(trial, token, verdict)


def _as_reported(trial: Trial, verdict: Verdict) -> Verdict:
    last = Report.objects.filter(trial=trial).order_by("step").last()
    stopped = trial.stopped
    value = stopped["value"] if stopped else last.value if last else None
    values = verdict.values or (() if value is None or trial.study.several else (value,))
    if not values:
        raise NoValue
    extra = dict(verdict.extra)
    if stopped:
        taken = (trial.now - trial.started_at).total_seconds() if trial.started_at else None
        seconds = extra.get("seconds", taken)
        extra |= {"fidelity": stopped["step"], "stopped": with_saved(stopped, seconds)}
    elif last is not None:
        extra["fidelity"] = last.step
    return replace(verdict, values=values, extra=extra)
