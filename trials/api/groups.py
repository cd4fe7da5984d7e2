"""/groups: a study repeated with other optimizers and seeds; /compare: what studies show side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status
from pydantic import BaseModel, ConfigDict

from trials import tasks
from trials.charts.comparing import compare
from trials.charts.comparing import verdict as verdicts
from trials.charts.comparing.statistics import Pair
from trials.charts.comparing.verdict import Standing, Verdict
from trials.engine import groups
from trials.models import Study, StudyGroup

from .conditional import unchanged
from .errors import FAILURES, invalid, not_found
from .schemas import JSON, StopIn
from .studies import who

router = Router(tags=["groups"])
MOST_COMPARED = 100
MOST_LISTED = 100


class GroupIn(BaseModel):
    """A study to repeat."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"example": {"study": 1, "optimizers": ["random", "gp"], "seeds": 6}},
    )

    study: JSON = Field(None, description="id of a study that is there, or a body of POST /studies")
    optimizers: JSON = Field(None, description='names, or objects with options: ["random", {"name": "gp"}]')
    seeds: JSON = Field(None, description="how many, from the study’s own on; or a list of them")
    budget: JSON = Field(None, description="instead of the study’s")
    name: JSON = Field(None, description="of the group; made from the study’s when left out")


class Member(Schema):
    """A study of a group; GET /studies/{id} tells all of it."""

    id: int
    name: str
    state: Literal["running", "paused", "completed", "stopped", "failed"]
    optimizer: dict[str, Any]
    seed: int
    best_value: float | None


class Group(Schema):
    id: int
    name: str
    source: int | None = Field(description="the study that it repeats, where it was one that is there")
    created: datetime
    studies: list[Member]


class Groups(Schema):
    items: list[Group]


class Arm(Schema):
    """Studies that differ by their seed alone."""

    label: str
    studies: list[int]
    values: list[float] = Field(description="the best of each study that has a result")
    mean: float | None
    median: float | None
    low: float | None = Field(description="with `high` the 95 % bootstrap interval of the mean; null for few")
    high: float | None


class PairOut(Schema):
    """Two arms on the seeds that both have; `difference` is first minus second."""

    first: str
    second: str
    seeds: int
    wins: int = Field(description="seeds at which the first was better")
    losses: int
    ties: int
    difference: float
    low: float | None
    high: float | None
    p: float = Field(description="Wilcoxon’s signed rank test")
    p_corrected: float = Field(description="the same corrected for the number of pairs (Holm)")
    sentence: str


class Comparison(Schema):
    """Studies of one metric. Values are as the pages show them: of a negated score the error itself."""

    metric: str
    direction: Literal["minimize", "maximize"]
    comparable: bool = Field(description="whether all are scored on the same data in the same way")
    basis: str = Field(description="when they are compared: at the end, or after so many trials each")
    sentence: str
    arms: list[Arm] = Field(description="from the best to the worst")
    pairs: list[PairOut] = Field(description="where all search the same and share seeds")


class Comparisons(Schema):
    panels: list[Comparison] = Field(description="one for each metric and direction")


@router.post("/groups", response={201: Group, **FAILURES}, summary="Repeat a study with optimizers and seeds")
def create(request: HttpRequest, body: GroupIn) -> Status[dict[str, Any]]:
    data = body.model_dump(exclude_unset=True)
    group, nudges = groups.create_group(data, owner=request.auth)  # type: ignore[attr-defined]
    tasks.send(nudges)
    return Status(201, _whole(group))


@router.get("/groups", response={200: Groups, **FAILURES}, summary="List the newest groups")
def index(request: HttpRequest, response: HttpResponse, limit: int = Query(50, ge=1, le=MOST_LISTED)) -> Any:
    seen = Study.objects.exclude(group=None).aggregate(Count("pk"), Max("pk"), Sum("revision"))
    if (known := unchanged(request, response, "groups", limit, *seen.values())) is not None:
        return known
    return {"items": [_whole(group) for group in StudyGroup.objects.visible().order_by("-pk")[:limit]]}


@router.get("/groups/{int:group_id}", response={200: Group, **FAILURES}, summary="Read a group")
def read(request: HttpRequest, response: HttpResponse, group_id: int) -> Any:
    group = _find(group_id)
    marks = _members(group).values_list("pk", "revision")
    if (known := unchanged(request, response, "group", group_id, hash(tuple(marks)))) is not None:
        return known
    return _whole(group)


@router.delete(
    "/groups/{int:group_id}",
    response={204: None, **FAILURES},
    summary="Delete all studies of a group; for a day they can be restored",
)
def delete(request: HttpRequest, group_id: int) -> Status[None]:
    _act(request, group_id, "delete")
    return Status(204, None)


@router.post("/groups/{int:group_id}/pause", response={200: Group, **FAILURES}, summary="Pause all studies")
def pause(request: HttpRequest, group_id: int) -> dict[str, Any]:
    return _act(request, group_id, "pause")


@router.post("/groups/{int:group_id}/resume", response={200: Group, **FAILURES}, summary="Resume all studies")
def resume(request: HttpRequest, group_id: int) -> dict[str, Any]:
    return _act(request, group_id, "resume")


@router.post(
    "/groups/{int:group_id}/stop",
    response={200: Group, **FAILURES},
    summary="Stop all studies now, or once what runs has finished",
)
def stop(request: HttpRequest, group_id: int, body: StopIn | None = None) -> dict[str, Any]:
    return _act(request, group_id, "stop-after-running" if body and body.after_running else "stop")


@router.post("/groups/{int:group_id}/restore", response={200: Group, **FAILURES}, summary="Undo a deletion")
def restore(request: HttpRequest, group_id: int) -> dict[str, Any]:
    return _act(request, group_id, "restore")


@router.get(
    "/groups/{int:group_id}/comparison",
    response={200: Comparisons, **FAILURES},
    summary="Read what a group shows: by optimizer, and seed by seed",
)
def group_comparison(request: HttpRequest, response: HttpResponse, group_id: int) -> Any:
    return _compared(request, response, list(_members(_find(group_id)).values_list("pk", flat=True)))


@router.get("/compare", response={200: Comparisons, **FAILURES}, summary="Compare any studies")
def comparison(
    request: HttpRequest,
    response: HttpResponse,
    studies: str = Query(..., description="ids with commas between them, such as 1,2,3"),
) -> Any:
    texts = [text.strip() for text in studies.split(",") if text.strip()]
    good = [int(text) for text in texts if text.isdecimal() and text.isascii() and len(text) < 19]
    if len(good) < len(texts) or not 1 <= len(good) <= MOST_COMPARED:
        raise invalid({"studies": [f"1 to {MOST_COMPARED} ids with commas between them, such as 1,2,3"]})
    return _compared(request, response, good)


def _compared(request: HttpRequest, response: HttpResponse, keys: Sequence[int]) -> Any:
    found = Study.objects.visible().filter(pk__in=keys).select_related("space")
    marks = dict(found.values_list("pk", "revision"))
    for key in keys:
        if key not in marks:
            raise not_found(f"study {key}")
    asked = "-".join(f"{key}.{marks[key]}" for key in dict.fromkeys(keys))
    if (known := unchanged(request, response, "compare", asked)) is not None:
        return known
    places = {key: place for place, key in enumerate(keys)}
    ordered = sorted(found, key=lambda study: places[study.pk])
    return {"panels": [_panel(verdict) for verdict in compare(ordered)]}


def _panel(verdict: Verdict) -> dict[str, Any]:
    panel = verdict.panel
    return {
        "metric": panel.metric,
        "direction": "maximize" if panel.maximize else "minimize",
        "comparable": panel.comparable,
        "basis": verdicts.basis(panel),
        "sentence": " ".join(filter(None, verdicts.summary(verdict))),
        "arms": [_arm(standing) for standing in verdict.standings],
        "pairs": [_pair(pair, verdict) for pair in verdict.pairs],
    }


def _arm(standing: Standing) -> dict[str, Any]:
    found = standing.spread
    return {
        "label": standing.arm.label,
        "studies": [entry.pk for entry in standing.arm.entries],
        "values": list(standing.values),
        **{name: getattr(found, name, None) for name in ("mean", "median", "low", "high")},
    }


def _pair(pair: Pair, verdict: Verdict) -> dict[str, Any]:
    same = ("first", "second", "seeds", "wins", "losses", "ties", "difference", "low", "high", "p")
    return {
        **{name: getattr(pair, name) for name in same},
        "p_corrected": pair.corrected,
        "sentence": f"{verdicts.in_words(pair, verdict.panel)} {verdicts.trust(pair)}",
    }


def _find(group_id: int) -> StudyGroup:
    group = StudyGroup.objects.visible().filter(pk=group_id).first()
    if group is None:
        raise not_found(f"group {group_id}")
    return group


def _members(group: StudyGroup) -> Any:
    return Study.objects.visible().filter(group=group).order_by("pk")


def _act(request: HttpRequest, group_id: int, action: str) -> dict[str, Any]:
    nudges = groups.act(group_id, action, who(request))
    if nudges is None:
        raise not_found(f"group {group_id}")
    tasks.send(nudges)
    return _whole(StudyGroup.objects.get(pk=group_id))


def _whole(group: StudyGroup) -> dict[str, Any]:
    names = ("name", "state", "optimizer", "seed", "best_value")
    studies = _members(group).only(*names)
    return {
        "id": group.pk,
        "name": group.name,
        "source": group.source_id,
        "created": group.created,
        "studies": [{"id": study.pk, **{name: getattr(study, name) for name in names}} for study in studies],
    }
