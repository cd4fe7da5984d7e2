"""/studies/{id}/trials and /studies/{id}/best: what came of the trials, and trials of one's own."""

from dataclasses import replace
from typing import Any, Literal

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from trials import tasks
from trials.engine import enqueueing
from trials.forms.trial_filters import trial_query
from trials.listing import fields_of, matching_trials
from trials.models import Study, Trial

from . import paging, schemas
from .conditional import unchanged
from .errors import FAILURES, invalid, not_found
from .studies import find, who

router = Router(tags=["trials"])

State = Literal["queued", "running", "complete", "failed", "pruned", "cancelled"]
Order = Literal["number", "-number", "value", "-value"]
_LISTED = tuple(schemas.TrialSummary.model_fields)
_ALL = tuple(schemas.TrialOut.model_fields.keys() - {"failure", "reports"})


@router.get(
    "/studies/{int:study_id}/trials",
    response={200: schemas.Trials, **FAILURES},
    summary="List trials; those without a value come last when ordered by value",
)
def index(
    request: HttpRequest,
    response: HttpResponse,
    study_id: int,
    state: State | None = None,
    order: Order = "number",
    limit: int = Query(100, ge=1, le=paging.MOST),
    cursor: str = "",
) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "trials", study.pk, study.revision)) is not None:
        return known
    trials = _selected(study, request)
    if state:
        trials = trials.filter(state=state)
    rows = list(_after(trials, order, cursor).values(*_LISTED)[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [_listed(row) for row in rows[:limit]],
        "next_cursor": _cursor(order, rows[limit - 1]) if more else None,
    }


def _selected(study: Study, request: HttpRequest) -> QuerySet[Trial]:
    """The trials that the filters of the table of trials leave, on values as they are stored."""
    if not request.GET.keys() - {"state", "order", "limit", "cursor"}:
        return study.trials.numbered()
    fields = {key: replace(field, negated=False) for key, field in fields_of(study).items()}
    query = trial_query(request.GET, fields)
    if query.problems:
        raise invalid({key: [problem] for key, problem in query.problems.items()})
    return matching_trials(study, query.filters)


def _after(trials: QuerySet[Trial], order: Order, cursor: str) -> QuerySet[Trial]:
    """Order the trials and keep those that follow the cursor's."""
    if order.endswith("number"):
        if cursor:
            _, number = paging.decode(cursor, str, int)
            trials = trials.filter(**{"number__lt" if order == "-number" else "number__gt": number})
        return trials.order_by(order)
    descending = order == "-value"
    if cursor:
        _, value, number = paging.decode(cursor, str, (int, float, type(None)), int)
        trials = trials.filter(_worse(value, number, descending))
    value = F("value").desc(nulls_last=True) if descending else F("value").asc(nulls_last=True)
    return trials.order_by(value, "number")


def _worse(value: float | None, number: int, descending: bool) -> Q:
    if value is None:
        return Q(value=None, number__gt=number)
    beyond = Q(value__lt=value) if descending else Q(value__gt=value)
    return beyond | Q(value=value, number__gt=number) | Q(value=None)


def _cursor(order: Order, row: dict[str, Any]) -> str:
    if order.endswith("number"):
        return paging.encode(order, row["number"])
    return paging.encode(order, row["value"], row["number"])


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "error": (row["error"] or {}).get("message")}


@router.post(
    "/studies/{int:study_id}/trials",
    response={201: schemas.EnqueuedOut, **FAILURES},
    summary="Enqueue configurations of your own; they go before what the optimizer suggests",
)
def enqueue(request: HttpRequest, study_id: int, body: schemas.EnqueueIn) -> Status[dict[str, Any]]:
    configurations = body.params if isinstance(body.params, list) else [body.params]
    enqueued = enqueueing.enqueue(study_id, configurations, who(request))
    if enqueued is None:
        raise not_found(f"study {study_id}")
    tasks.send(enqueued.nudges)
    return Status(201, {"numbers": enqueued.numbers, "new": enqueued.new})


@router.get(
    "/studies/{int:study_id}/trials/{int:number}",
    response={200: schemas.TrialOut, **FAILURES},
    summary="Read a trial: folds, reports, why it was suggested, why it failed",
)
def read(request: HttpRequest, response: HttpResponse, study_id: int, number: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "trial", study.pk, study.revision)) is not None:
        return known
    trial = _find(study, number)
    row = {name: getattr(trial, name) for name in _ALL}
    reports = list(trial.reports.order_by("step").values_list("step", "value"))
    return {**_listed(row), "failure": trial.error, "reports": reports}


def _find(study: Study, number: int) -> Trial:
    trial = study.trials.filter(number=number).first()
    if trial is None:
        raise not_found(f"trial {number} in study {study.pk}")
    return trial


@router.get(
    "/studies/{int:study_id}/best",
    response={200: list[schemas.Best], **FAILURES},
    summary="Read the best trial, or the whole front of several objectives; empty before there is one",
)
def best(request: HttpRequest, response: HttpResponse, study_id: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "best", study.pk, study.revision)) is not None:
        return known
    trials = study.trials.on_front() if study.several else study.trials.filter(pk=study.best_id)
    rows = trials.order_by("number").values("pk", "number", "params", "values", "metrics", "constraints")
    return [{**row, "pick": row["pk"] == study.best_id} for row in rows]
