"""POST /studies/{id}/retry and …/trials/{n}/cancel|retry: a person's hand on single trials."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from trials import tasks
from trials.engine import enqueueing
from trials.engine.enqueueing import Retried
from trials.models import Trial

from . import schemas
from .errors import FAILURES, Problem, not_found
from .studies import find, who

router = Router(tags=["trials"])


@router.post(
    "/studies/{int:study_id}/retry",
    response={200: schemas.RetriedOut, **FAILURES},
    summary="Retry trials that failed, were cancelled or pruned; all that failed when none are named",
)
def retry_many(request: HttpRequest, study_id: int, body: schemas.RetryIn | None = None) -> dict[str, Any]:
    numbers = None if body is None else body.numbers
    if numbers is None:
        failed = find(study_id).trials.numbered().filter(state=Trial.State.FAILED).order_by("number")
        numbers = [number for number in failed.values_list("number", flat=True) if number is not None]
    return _shown(_retry(request, study_id, numbers))


def _retry(request: HttpRequest, study_id: int, numbers: list[int]) -> Retried:
    retried = enqueueing.retry(study_id, numbers, who(request))
    if retried is None:
        raise not_found(f"study {study_id}")
    tasks.send(retried.nudges)
    return retried


def _shown(retried: Retried) -> dict[str, Any]:
    return {"numbers": dict(retried.numbers), "new": retried.new}


@router.post(
    "/studies/{int:study_id}/trials/{int:number}/retry",
    response={200: schemas.RetriedOut, **FAILURES},
    summary="Retry a trial as a new one, once; the budget grows by one",
)
def retry(request: HttpRequest, study_id: int, number: int) -> dict[str, Any]:
    trial = find(study_id).trials.filter(number=number).only("state").first()
    if trial is None:
        raise not_found(f"trial {number} in study {study_id}")
    retried = _retry(request, study_id, [number])
    if number not in retried.numbers:
        message = f"Trial {number} is {trial.state}; only failed, cancelled and pruned ones are retried. "
        raise Problem(409, "not_retriable", message + "Enqueue its params to evaluate them again.")
    return _shown(retried)


@router.post(
    "/studies/{int:study_id}/trials/{int:number}/cancel",
    response={200: schemas.CancelledOut, **FAILURES},
    summary="Cancel a queued or running trial; one that is over stays as it is",
)
def cancel(request: HttpRequest, study_id: int, number: int) -> dict[str, Any]:
    nudges = enqueueing.cancel_trial(study_id, number, who(request))
    if nudges is None:
        raise not_found(f"trial {number} in study {study_id}")
    tasks.send(nudges)
    state = find(study_id).trials.values_list("state", flat=True).get(number=number)
    return {"number": number, "state": state}
