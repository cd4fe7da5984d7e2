"""/studies/{id}/trials and /studies/{id}/best: what came of the trials, and trials of one's own."""

from dataclasses import replace
from typing import Any, Literal

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from optimizers.errors import did_you_mean
from trials import tasks
from trials.engine import enqueueing
from trials.forms.trial_filters import TrialQuery, trial_query
from trials.listing import Order, Place, fields_of, matching_trials, page_of
from trials.models import Note, Study, Trial

from . import paging, schemas
from .conditional import unchanged
from .errors import FAILURES, invalid, not_found
from .studies import find, who

router = Router(tags=["trials"])

State = Literal["queued", "running", "complete", "failed", "pruned", "cancelled"]
#: Orders whose cursors say a position; those by other columns name the trial before.
PLAIN = ("number", "-number", "value", "-value")
_LISTED = tuple(schemas.TrialSummary.model_fields)
_ALL = tuple(schemas.TrialOut.model_fields.keys() - {"failure", "reports", "note", "tags"})


@router.get(
    "/studies/{int:study_id}/trials",
    response={200: schemas.Trials, **FAILURES},
    summary="List trials; those without what they are ordered by come last",
)
def index(
    request: HttpRequest,
    response: HttpResponse,
    study_id: int,
    state: State | None = None,
    order: str = Query("number", max_length=200, description="a column of the table, - before it: downwards"),
    limit: int = Query(100, ge=1, le=paging.MOST),
    cursor: str = "",
) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "trials", study.pk, study.revision)) is not None:
        return known
    if order not in PLAIN:
        return _by_column(study, request, order, limit, cursor)
    trials = _selected(study, request)
    if state:
        trials = trials.filter(state=state)
    rows = list(_after(trials, order, cursor).values(*_LISTED)[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [_listed(row) for row in rows[:limit]],
        "next_cursor": _cursor(order, rows[limit - 1]) if more else None,
    }


def _by_column(study: Study, request: HttpRequest, order: str, limit: int, cursor: str) -> dict[str, Any]:
    """A page in the order of any column that the table of trials sorts by."""
    query = _asked(study, request)
    key = order.removeprefix("-")
    if key not in query.fields:
        raise invalid(
            {"order": [f"there is no column “{key[:60]}”; {did_you_mean(key, list(query.fields))}"]}
        )
    place = Place()
    if cursor:
        asked, number = paging.decode(cursor, str, int)
        if asked != order:
            raise invalid({"cursor": ["no cursor of this list and order; begin again without one"]})
        place = Place(after=number)
    keys = page_of(
        study, query.filters, Order(query.fields[key], order.startswith("-")), place, limit + 1
    ).keys
    rows = {row.pop("pk"): row for row in Trial.objects.filter(pk__in=keys[:limit]).values("pk", *_LISTED)}
    found = [rows[key] for key in keys[:limit] if key in rows]
    more = len(keys) > limit
    return {
        "items": [_listed(row) for row in found],
        "next_cursor": paging.encode(order, found[-1]["number"]) if more else None,
    }


def _asked(study: Study, request: HttpRequest) -> TrialQuery:
    """The filters of the table of trials, on values as they are stored."""
    fields = {key: replace(field, negated=False) for key, field in fields_of(study).items()}
    query = trial_query(request.GET, fields)
    if query.problems:
        raise invalid({key: [problem] for key, problem in query.problems.items()})
    return query


def _selected(study: Study, request: HttpRequest) -> QuerySet[Trial]:
    """The trials that the filters leave."""
    if not request.GET.keys() - {"state", "order", "limit", "cursor"}:
        return study.trials.numbered()
    return matching_trials(study, _asked(study, request).filters)


def _after(trials: QuerySet[Trial], order: str, cursor: str) -> QuerySet[Trial]:
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


def _cursor(order: str, row: dict[str, Any]) -> str:
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
    note = Note.objects.filter(trial=trial).first() or Note()
    written = {"note": note.text, "tags": note.tags}
    return {**_listed(row), **written, "failure": trial.error, "reports": reports}


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
