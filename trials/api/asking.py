"""/studies/{id}/ask and /studies/{id}/trials/{number}/…: training elsewhere, with our optimizers."""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from trials import tasks
from trials.engine import external
from trials.engine.finish import Verdict
from trials.models import Study, Trial
from trials.models.trial import Told

from . import schemas
from .errors import FAILURES, Problem, invalid, not_found
from .studies import find

router = Router(tags=["ask and tell"])

#: Seconds until a suggestion may be ready, a slot may be free, a paused study may go on.
SOON, LATER, PAUSED = 0.05, 1.0, 5.0


@router.post(
    "/studies/{int:study_id}/ask",
    response={200: schemas.Asked, **FAILURES},
    exclude_none=False,
    summary="Ask for trials to train; 409 once the study is over",
)
def ask(request: HttpRequest, study_id: int, body: schemas.AskIn | None = None) -> dict[str, Any]:
    body = body or schemas.AskIn()
    lease = body.lease_seconds or settings.HPO_LEASE_SECONDS
    try:
        handout = external.ask(study_id, body.count, body.worker or _name(request), lease)
    except Study.DoesNotExist as error:
        raise not_found(f"study {study_id}") from error
    except ValueError as error:
        raise Problem(409, "not_external", str(error)) from error
    tasks.send(handout.nudges)
    if handout.trials:
        return {"trials": handout.trials}
    study = find(study_id)
    if handout.over:
        raise Problem(409, "study_over", f"Study {study_id} is over: {study.ending or study.state}.")
    return {"trials": [], "retry_after": _wait(study)}


def _name(request: HttpRequest) -> str:
    return str(request.auth)[:200]  # type: ignore[attr-defined]


def _wait(study: Study) -> float:
    if study.state == Study.State.PAUSED:
        return PAUSED
    return SOON if study.n_running < study.parallelism and not study.ending else LATER


@router.post(
    "/studies/{int:study_id}/trials/{int:number}/heartbeat",
    response={200: schemas.HeartbeatOut, **FAILURES},
    exclude_unset=True,
    summary="Keep a trial; learn that it was cancelled or lost",
)
def heartbeat(request: HttpRequest, study_id: int, number: int, body: schemas.Held) -> dict[str, Any]:
    try:
        pulse = external.heartbeat(study_id, number, body.token)
    except Trial.DoesNotExist as error:
        raise not_found(f"trial {number} in study {study_id}") from error
    return {"lease_expires": pulse.expires} | _advice(pulse)


@router.post(
    "/studies/{int:study_id}/trials/{int:number}/reports",
    response={200: schemas.ReportOut, **FAILURES},
    exclude_unset=True,
    summary="Report an intermediate value; it renews the lease like a heartbeat",
)
def report(request: HttpRequest, study_id: int, number: int, body: schemas.ReportIn) -> dict[str, Any]:
    try:
        pulse = external.report(study_id, number, body.token, body.step, body.value)
    except Trial.DoesNotExist as error:
        raise not_found(f"trial {number} in study {study_id}") from error
    return _advice(pulse)


def _advice(pulse: external.Pulse) -> dict[str, Any]:
    return {"should_stop": pulse.should_stop} | ({"reason": pulse.reason} if pulse.reason else {})


@router.post(
    "/studies/{int:study_id}/trials/{int:number}/tell",
    response={200: schemas.Told, **FAILURES},
    summary="Tell what a trial came to; the same twice is fine, NaN or infinity is a failed trial",
)
def tell(request: HttpRequest, study_id: int, number: int, body: schemas.TellIn) -> dict[str, Any]:
    study = find(study_id)
    verdict = _verdict(study, body)
    try:
        recorded = external.tell(study_id, number, body.token, verdict)
    except external.NoValue as error:
        raise invalid({"value": ["a pruned trial needs a value, or a report before it"]}) from error
    except Trial.DoesNotExist as error:
        raise not_found(f"trial {number} in study {study_id}") from error
    tasks.send(recorded.nudges)
    if recorded.told is Told.LEASE_LOST:
        message = f"Trial {number} is no longer yours: its lease lapsed or it was cancelled. Ask for another."
        raise Problem(409, "lease_lost", message)
    if recorded.told is Told.CONFLICT:
        raise Problem(409, "already_told", f"Trial {number} was told already, with another outcome.")
    return {"number": number, "state": verdict.checked().state, "repeated": recorded.told is Told.REPEATED}


def _verdict(study: Study, body: schemas.TellIn) -> Verdict:
    extra: dict[str, Any] = {"constraints": body.constraints, "user_attrs": body.user_attrs}
    extra["metrics"] = dict(body.metrics)
    if body.seconds is not None:
        extra["seconds"] = body.seconds
    if body.state == "failed":
        return Verdict(body.state, (), _error(body.error), extra)
    values = _values(study, body)
    if not values and body.state != "pruned":
        raise invalid({"value": [f"a {body.state} trial needs a value; a training without one is “failed”"]})
    further = zip(study.metrics[1:], values[1:], strict=bool(values))
    extra["metrics"] |= {name: value for name, value in further if math.isfinite(value)}
    if body.state == "complete":
        _check_limited(study, {*study.metrics, *body.metrics})
    return Verdict(body.state, values, None, extra)


def _check_limited(study: Study, told: set[str]) -> None:
    """A limit that nothing is held against would keep every trial from being the best."""
    missing = {limit["metric"] for limit in study.constraints} - told
    if missing:
        names = ", ".join(sorted(missing))
        raise invalid({"metrics": [f'the study limits {names}: tell it, as in {{"metrics": {{…}}}}']})


def _values(study: Study, body: schemas.TellIn) -> tuple[float, ...]:
    if body.value is not None and body.values is not None and [body.value] != body.values:
        raise invalid({"values": ["differs from value; give one of the two"]})
    values = tuple(body.values) if body.values is not None else () if body.value is None else (body.value,)
    if values and len(values) != len(study.metrics):
        wanted = ", ".join(study.metrics)
        raise invalid({"values": [f"{len(values)} given; the study measures {len(study.metrics)}: {wanted}"]})
    return values


def _error(error: str | schemas.FailureIn | None) -> dict[str, str]:
    if isinstance(error, schemas.FailureIn):
        return error.model_dump()
    return schemas.FailureIn(**({"message": error} if error else {})).model_dump()
