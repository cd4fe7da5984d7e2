"""/studies/{id}/result: the finished study's scores and fitted pipeline; scripts that make trials again."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Field, Router, Schema

from trials import files
from trials.models import FinalModel

from .conditional import unchanged
from .errors import FAILURES, Problem, not_found
from .studies import find

router = Router(tags=["results"])
DATA = (
    "search_rows", "test_rows", "scoring", "scores", "differences", "resamples", "metrics", "problems",
    "confusion", "predictions", "dataset", "pipeline", "versions", "fit_seconds",
)  # fmt: skip


class Estimate(Schema):
    """A score in the scorer's own direction (more is better) and its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


class Model(Schema):
    """The fitted pipeline's file; one that is larger than `most_bytes` is not stored."""

    stored: bool
    size: int | None = None
    checksum: str | None = None
    most_bytes: int | None = None


class Result(Schema):
    """What the best configuration came to on rows that the search never saw."""

    state: Literal["queued", "running", "done", "failed"] | None
    number: int | None = None
    trial: int | None = None
    params: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    model: Model | None = None
    search_rows: int | None = None
    test_rows: int | None = None
    scoring: str | None = None
    scores: dict[str, dict[str, Estimate]] | None = Field(
        None, description="by best, default and dummy, then by scorer"
    )
    differences: dict[str, Estimate] | None = Field(None, description="best minus default, best minus dummy")
    resamples: int | None = None
    metrics: dict[str, dict[str, float | None]] | None = None
    problems: dict[str, str] | None = None
    confusion: dict[str, Any] | None = None
    predictions: dict[str, Any] | None = None
    dataset: dict[str, Any] | None = None
    pipeline: str | None = None
    versions: dict[str, str] | None = None
    fit_seconds: float | None = None


@router.get(
    "/studies/{int:study_id}/result",
    response={200: Result, **FAILURES},
    summary="Read what the best configuration scored on the test part; state null before the study has ended",
)
def read(request: HttpRequest, response: HttpResponse, study_id: int) -> Any:
    study = find(study_id)
    if (known := unchanged(request, response, "result", study.pk, study.revision)) is not None:
        return known
    final = FinalModel.objects.newest(study)
    if final is None:
        return {"state": None}
    return {
        "state": final.state,
        "number": final.number,
        "trial": final.trial.number if final.trial else None,
        "params": final.trial.params if final.trial else None,
        "error": final.error,
        "model": final.data.get("model"),
        **{name: final.data.get(name) for name in DATA},
    }


@router.get(
    "/studies/{int:study_id}/result/model",
    response=FAILURES,
    summary="Download the fitted pipeline (joblib: load it only where you trust its maker)",
)
def model(request: HttpRequest, study_id: int) -> HttpResponseBase:
    return _sent(lambda: files.model_file(find(study_id)))


@router.get(
    "/studies/{int:study_id}/result/script",
    response=FAILURES,
    summary="Download a stand-alone Python script that makes the best trial again and scores the test part",
)
def script(request: HttpRequest, study_id: int) -> HttpResponseBase:
    return _sent(lambda: files.result_script(find(study_id)))


@router.get(
    "/studies/{int:study_id}/trials/{int:number}/script",
    response=FAILURES,
    summary="Download a stand-alone Python script that gives the trial's score exactly",
)
def trial_script(request: HttpRequest, study_id: int, number: int) -> HttpResponseBase:
    study = find(study_id)
    trial = study.trials.filter(number=number).first()
    if trial is None:
        raise not_found(f"trial {number} in study {study_id}")
    return _sent(lambda: files.trial_script(study, trial))


def _sent(make: Callable[[], files.File]) -> HttpResponseBase:
    try:
        return make().response()
    except files.NoFile as reason:
        raise Problem(404, "not_found", str(reason)) from reason
