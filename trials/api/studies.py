"""/studies: make, list, read, change, delete, restore, pause, resume, stop; what they teach."""

from collections.abc import Callable
from typing import Any, Literal

from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from trials import tasks
from trials.charts import importance as chart
from trials.charts.base import StudyFacts
from trials.engine import changes, control, front
from trials.engine.creation import create_study
from trials.engine.nudges import Nudges
from trials.models import Insight, Study
from trials.outlook import left_to_gain, smaller_space

from . import paging, schemas
from .conditional import unchanged
from .errors import FAILURES, not_found

router = Router(tags=["studies"])


def find(study_id: int) -> Study:
    """Return a study with its space; refuses with 404."""
    study = Study.objects.visible().select_related("space").filter(pk=study_id).first()
    if study is None:
        raise not_found(f"study {study_id}")
    return study


@router.post("/studies", response={201: schemas.StudyOut, **FAILURES}, summary="Make and start a study")
def create(request: HttpRequest, body: schemas.StudyIn) -> Status[dict[str, Any]]:
    study, nudges = create_study(body.model_dump(exclude_unset=True), owner=request.auth)  # type: ignore[attr-defined]
    tasks.send(nudges)
    return Status(201, whole(find(study.pk)))


@router.get("/studies", response={200: schemas.Studies, **FAILURES}, summary="List studies, newest first")
def index(
    request: HttpRequest,
    response: HttpResponse,
    state: Literal["running", "paused", "completed", "stopped", "failed"] | None = None,
    limit: int = Query(100, ge=1, le=paging.MOST),
    cursor: str = "",
) -> Any:
    studies = Study.objects.visible()
    seen = studies.aggregate(Count("pk"), Max("pk"), Sum("revision"))
    if (known := unchanged(request, response, "studies", *seen.values())) is not None:
        return known
    studies = studies.order_by("-pk")
    if state:
        studies = studies.filter(state=state)
    if cursor:
        (after,) = paging.decode(cursor, int)
        studies = studies.filter(pk__lt=after)
    page = list(studies[: limit + 1])
    more = len(page) > limit
    return {
        "items": [summary(study) for study in page[:limit]],
        "next_cursor": paging.encode(page[limit - 1].pk) if more else None,
    }


@router.get("/studies/{int:study_id}", response={200: schemas.StudyOut, **FAILURES}, summary="Read a study")
def read(request: HttpRequest, response: HttpResponse, study_id: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "study", study.pk, study.revision)) is not None:
        return known
    return whole(study)


@router.patch(
    "/studies/{int:study_id}",
    response={200: schemas.StudyOut, **FAILURES},
    summary="Change name, tags, parallelism, budget or space; all of it or nothing",
)
def change(request: HttpRequest, study_id: int, body: schemas.StudyChange) -> dict[str, Any]:
    data = body.model_dump(exclude_unset=True)
    return _control(request, study_id, lambda pk, by: changes.change(pk, data, by))


@router.delete(
    "/studies/{int:study_id}",
    response={204: None, **FAILURES},
    summary="Delete a study; for a day it can be restored, then it is removed with all of its trials",
)
def delete(request: HttpRequest, study_id: int) -> Status[None]:
    if control.delete(study_id, who(request)) is None:
        raise not_found(f"study {study_id}")
    return Status(204, None)


def who(request: HttpRequest) -> str:
    """Whom the study's history names."""
    return f"{request.auth} over the API"  # type: ignore[attr-defined]


def _control(request: HttpRequest, study_id: int, act: Callable[[int, str], Nudges | None]) -> dict[str, Any]:
    nudges = act(study_id, who(request))
    if nudges is None:
        raise not_found(f"study {study_id}")
    tasks.send(nudges)
    return whole(find(study_id))


@router.post(
    "/studies/{int:study_id}/pause",
    response={200: schemas.StudyOut, **FAILURES},
    summary="Ask and start nothing more; what runs may finish",
)
def pause(request: HttpRequest, study_id: int) -> dict[str, Any]:
    return _control(request, study_id, control.pause)


@router.post(
    "/studies/{int:study_id}/resume",
    response={200: schemas.StudyOut, **FAILURES},
    summary="Go on after a pause",
)
def resume(request: HttpRequest, study_id: int) -> dict[str, Any]:
    return _control(request, study_id, control.resume)


@router.post(
    "/studies/{int:study_id}/stop",
    response={200: schemas.StudyOut, **FAILURES},
    summary="End a study now: what is queued or runs is cancelled; or once what runs has finished",
)
def stop(request: HttpRequest, study_id: int, body: schemas.StopIn | None = None) -> dict[str, Any]:
    later = body is not None and body.after_running
    return _control(request, study_id, control.stop_after_running if later else control.stop)


@router.post(
    "/studies/{int:study_id}/restore",
    response={200: schemas.StudyOut, **FAILURES},
    summary="Undo a deletion, up to a day later",
)
def restore(request: HttpRequest, study_id: int) -> dict[str, Any]:
    return _control(request, study_id, control.restore)


@router.post(
    "/studies/{int:study_id}/pick",
    response={200: schemas.StudyOut, **FAILURES},
    summary="Choose the trial of the front that stands for a study of several objectives",
)
def pick(request: HttpRequest, study_id: int, body: schemas.PickIn) -> dict[str, Any]:
    return _control(request, study_id, lambda pk, by: front.pick(pk, body.number, by))


@router.get(
    "/studies/{int:study_id}/importance",
    response={200: schemas.ImportanceOut, **FAILURES},
    summary="Read which parameters matter, as a worker last found out",
)
def importance(
    request: HttpRequest,
    response: HttpResponse,
    study_id: int,
    method: Literal["fanova", "ped_anova", "permutation", "mdi"] = "fanova",
) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "importance", study.pk, study.revision, method)) is not None:
        return known
    data = Insight.objects.filter(study=study).values_list("data", flat=True).first() or {}
    found = chart.stored(data, method)
    shown = chart.data(StudyFacts.of(study), found)
    nothing: dict[str, Any] = {"names": [], "share": [], "low": [], "high": [], "r2": None, "n": 0}
    return {
        **(found or nothing | {"method": method}),
        "interactions": data.get("interactions", []),
        "trusted": bool(shown.bars),
        "sentence": str(chart.words(shown)),
    }


@router.get(
    "/studies/{int:study_id}/remaining",
    response={200: schemas.RemainingOut, **FAILURES},
    summary="Read what further trials can still gain, as a worker last found out",
)
def remaining(request: HttpRequest, response: HttpResponse, study_id: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "remaining", study.pk, study.revision)) is not None:
        return known
    insight = Insight.objects.filter(study=study).first()
    found = (insight.data if insight else {}).get("remaining")
    nothing = {"gain": None, "low": None, "high": None, "n": 0}
    return {**(found or nothing), "sentence": left_to_gain(study, insight)}


@router.get(
    "/studies/{int:study_id}/narrowing",
    response={200: schemas.NarrowingOut, **FAILURES},
    summary="Read the smaller space that the results speak for, as a worker last found out",
)
def narrowing(request: HttpRequest, response: HttpResponse, study_id: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "narrowing", study.pk, study.revision)) is not None:
        return known
    insight = Insight.objects.filter(study=study).first()
    found = insight.narrowing(study) if insight else None
    if found is None:
        nothing = {"space": None, "ranges": None, "changes": [], "held": [], "inside": 0, "n": 0}
        return nothing | {"sentence": ""}
    return {**found, "sentence": smaller_space(found)}


def summary(study: Study) -> dict[str, Any]:
    """Return a study as in a list; reads nothing but its row."""
    plain = schemas.StudySummary.model_fields.keys() - {"id", "counts"}
    return {
        "id": study.pk,
        **{name: getattr(study, name) for name in plain},
        "counts": {state: getattr(study, f"n_{state}") for state in schemas.Counts.model_fields},
    }


def whole(study: Study) -> dict[str, Any]:
    """Return all of a study."""
    best = study.trials.filter(pk=study.best_id).values_list("number", flat=True).first()
    return {
        **summary(study),
        "note": study.notes.filter(trial=None).values_list("text", flat=True).first() or "",
        "objective": study.objective,
        "space": study.space.definition,
        "space_version": study.space.version,
        "parallelism": study.parallelism,
        "seed": study.seed,
        "warm_start": study.warm_start,
        "stopping": study.stopping,
        "trainings_saved": study.trainings_saved,
        "seconds_saved": study.seconds_saved,
        "best_number": best,
        "picked": study.picked,
        "active_seconds": study.elapsed(),
    }
