"""What the API takes and gives, as the OpenAPI document shows it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

#: Any JSON, checked by the engine, which explains itself better than a type could.
JSON = Any
Finite = Annotated[float, Field(allow_inf_nan=False)]


class StudyIn(BaseModel):  # ninja's Schema would lose the unknown fields
    """A study to make; only `objective` (and `space`, for external ones) is required."""

    model_config = ConfigDict(
        extra="allow",  # the engine names unknown fields, with the one that was meant
        json_schema_extra={
            "example": {
                "name": "Random forest on breast cancer",
                "objective": {
                    "kind": "model",
                    "model": "random_forest_classifier",
                    "dataset": "breast_cancer",
                    "scoring": "accuracy",
                    "validation": {"kind": "kfold", "folds": 3},
                },
                "optimizer": {"name": "auto"},
                "budget": {"trials": 50},
                "parallelism": 2,
            }
        },
    )

    objective: JSON = Field(None, description='{"kind": "model" | "function" | "external", …}')
    name: JSON = Field(None, description="1 to 200 characters; made from the objective when left out")
    space: JSON = Field(None, description='{"parameters": [{"name", "type", …}]}; models have their own')
    optimizer: JSON = Field(None, description='{"name": "auto", …its options}')
    metrics: JSON = Field(
        None,
        description="what is optimized: one to four names; a model's first is a score, further ones may be "
        "scores, log_loss, rmse, mae, predict_ms, fit_seconds or model_kb",
    )
    directions: JSON = Field(
        None, description='"minimize" or "maximize", parallel to metrics; those of a model are known'
    )
    constraints: JSON = Field(
        None,
        description='limits on what is measured: [{"metric": "predict_ms", "max": 5}], or min; a trial that '
        "breaks one is never the best",
    )
    budget: JSON = Field(
        None, description="{trials, seconds, target, patience, regret, failures}: the first reached ends it"
    )
    parallelism: JSON = Field(None, description="trials at a time")
    seed: JSON = Field(None, description="0 to 2⁶³ − 1; drawn when left out")
    stopping: JSON = Field(None, description='{"name": "median", …its options}: stops bad trials early')
    tags: JSON = Field(None, description="words to find it by")
    warm_start: JSON = Field(None, description="ids of earlier studies whose results it begins from")


class StudyChange(BaseModel):
    """What can be changed of a study; what is left out stays as it is."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": {"budget": {"trials": 100}}})

    name: JSON = Field(None, description="1 to 200 characters")
    tags: JSON = Field(None, description="words to find it by")
    parallelism: JSON = Field(None, description="trials at a time")
    budget: JSON = Field(
        None,
        description="limits that replace those there are, null takes one away; a study that is over goes on",
    )
    space: JSON = Field(None, description="a new version of the space; results outside of it are left out")


class NoteIn(BaseModel):
    """What to write; what is left out stays, "" and [] remove."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": {"text": "Try *deeper* trees."}})

    text: JSON = Field(None, description="Markdown, up to 20,000 characters")
    tags: JSON = Field(None, description="of a trial: words to find it by")


class NoteOut(Schema):
    text: str
    tags: list[str]


class StarOut(Schema):
    starred: bool


class StopIn(Schema):
    model_config = ConfigDict(extra="forbid")

    after_running: bool = Field(False, description="let the trials that run finish first")


class Counts(Schema):
    """Trials by state."""

    queued: int
    running: int
    complete: int
    pruned: int
    failed: int
    cancelled: int


class StudySummary(Schema):
    """A study in a list."""

    id: int
    name: str
    state: Literal["running", "paused", "completed", "stopped", "failed"]
    ending: str = Field(description="why no more is asked, once that is decided")
    kind: str
    tags: list[str]
    optimizer: dict[str, Any]
    metrics: list[str]
    directions: list[str]
    constraints: list[dict[str, Any]]
    budget: dict[str, Any]
    counts: Counts
    best_value: float | None = Field(description="null with several objectives: see GET /studies/{id}/best")
    best_fidelity: float | None = Field(
        description="how far the best was trained; below the objective's max while no trial had all of it"
    )
    compute: float = Field(description="what the finished trials have cost, in full trainings")
    front_size: int = Field(description="with several objectives: trials that no other one beats")
    baseline_value: float | None = Field(description="the default configuration's value")
    gain: float | None = Field(description="relative improvement over the default; positive is better")
    revision: int
    created: datetime
    ended: datetime | None


class StudyOut(StudySummary):
    """A study; `objective`, `space` and the rest, sent back to POST /studies, make it again."""

    note: str = Field(description="what people wrote about it, in Markdown")
    objective: dict[str, Any]
    space: dict[str, Any]
    stopping: dict[str, Any] = Field(description="the rule that stops trials early, {} for none")
    trainings_saved: float = Field(description="what stopping early saved, in full trainings")
    seconds_saved: float = Field(description="the same in training time, as estimated")
    space_version: int = Field(description="counts the edits of the space, from 1")
    parallelism: int
    seed: int
    warm_start: list[int] = Field(description="the earlier studies whose results it began from")
    best_number: int | None = Field(
        description="the best trial; with several objectives the front's compromise, or the one picked"
    )
    picked: bool = Field(description="whether a person picked that trial from the front")
    active_seconds: float


class Studies(Schema):
    items: list[StudySummary]
    next_cursor: str | None


class Best(Schema):
    """A trial that no other one beats; `pick` says whether it stands for the study."""

    number: int
    params: dict[str, Any]
    values: list[float]
    metrics: dict[str, Any]
    constraints: list[float | None]
    pick: bool


class PickIn(Schema):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"number": 17}})

    number: int | None = Field(description="a trial of the front; null goes back to the compromise")


class TrialSummary(Schema):
    """A trial in a list."""

    number: int
    state: Literal["queued", "running", "complete", "failed", "pruned", "cancelled"]
    params: dict[str, Any]
    value: float | None
    values: list[float] | None
    fidelity: float | None = Field(description="how much of the training it got; null: all")
    parent: int | None = Field(description="the trial whose training it continues")
    start_from: int | None = Field(description="whose checkpoint it loads instead; null: the parent's")
    compute: float | None = Field(description="what it cost in full trainings; as planned until it is over")
    retry_of: int | None
    enqueued: bool = Field(description="a person's own configuration, or a retry")
    inside: bool = Field(description="whether it lies inside the study's present space")
    metrics: dict[str, Any]
    constraints: list[float | None] = Field(description="by how much each limit is broken; kept when ≤ 0")
    feasible: bool = Field(description="whether it keeps every limit")
    user_attrs: dict[str, Any]
    error: str | None = Field(description="why it failed, in words")
    seconds: float | None
    worker: str
    queued_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class TrialOut(TrialSummary):
    """A trial with everything that is known of it."""

    note: str = Field(description="what people wrote about it, in Markdown")
    tags: list[str]
    info: dict[str, Any] = Field(description="why the optimizer suggested it")
    folds: list[dict[str, Any]]
    failure: dict[str, Any] | None = Field(description="{kind, message, exception, traceback}")
    peak_memory_mb: float | None
    lost: int = Field(description="how often its machine failed it")
    reports: list[tuple[float, float]] = Field(description="intermediate values: [step, value]")
    stopped: dict[str, Any] | None = Field(
        description="why a rule stopped it: {rule, reason, step, total, trainings_saved, seconds_saved}"
    )


class Trials(Schema):
    items: list[TrialSummary]
    next_cursor: str | None


class EnqueueIn(Schema):
    """Configurations of your own; parameters that are left out get their default."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"params": [{"C": 1.0}, {"C": 10.0}]}}
    )

    params: JSON = Field(description="one configuration, or a list of up to 1,000")


class EnqueuedOut(Schema):
    numbers: list[int] = Field(description="the trial of each configuration, in the order given")
    new: int = Field(description="how many were added; what waits or runs already is not queued twice")


class RetryIn(Schema):
    model_config = ConfigDict(extra="forbid")

    numbers: list[int] | None = Field(
        None, max_length=1000, description="which trials; default: all that failed"
    )


class RetriedOut(Schema):
    numbers: dict[int, int] = Field(description="from each trial to the one that repeats it")
    new: int = Field(description="how many were added; what was retried before is not retried again")


class CancelledOut(Schema):
    number: int
    state: Literal["queued", "running", "complete", "failed", "pruned", "cancelled"]


class InteractionOut(Schema):
    """What two parameters explain only together, as a share of all variation."""

    names: tuple[str, str]
    share: float
    low: float
    high: float


class RemainingOut(Schema):
    """What further trials can still gain on the best, in the metric's unit."""

    gain: float | None = Field(description="expected; null while too little is known")
    low: float | None = Field(description="exceeded with nine chances in ten")
    high: float | None = Field(description="a bound that is hardly exceeded")
    n: int = Field(description="results it was computed from; 0 before the first time")
    sentence: str


class ChangeOut(Schema):
    """What would become of one parameter."""

    name: str
    kind: Literal["hold", "shrink", "drop"]
    low: float | None = Field(description="the new ends of a range that shrinks")
    high: float | None
    choices: list[Any] | None = Field(description="the choices that are left; the one value of what is held")
    confidence: float = Field(description="0 to 1")
    reason: str


class NarrowingOut(Schema):
    """A smaller space that the results speak for; `space` is null while they speak for none."""

    changes: list[ChangeOut]
    space: dict[str, Any] | None = Field(description="for a new study: shrunk, and what is idle held")
    ranges: dict[str, Any] | None = Field(description="for this study: only shrunk; null where nothing is")
    held: list[str] = Field(description="parameters held at one value in `space`")
    inside: int = Field(description="how many of the results lie in it")
    n: int = Field(description="results it was computed from; 0 without a suggestion")
    sentence: str


class ImportanceOut(Schema):
    """Shares of the variation that each parameter explains, the space's order."""

    names: list[str]
    share: list[float]
    low: list[float]
    high: list[float]
    r2: float | None = Field(description="cross-validated R² of the surrogate")
    n: int = Field(description="results it was computed from; 0 before the first time")
    method: Literal["fanova", "ped_anova", "permutation", "mdi"]
    interactions: list[InteractionOut] = Field(description="pairs that work only together, strongest first")
    trusted: bool = Field(description="whether the pages would show these shares")
    sentence: str


class AskIn(Schema):
    model_config = ConfigDict(extra="forbid")

    count: int = Field(default=1, ge=1, le=1000)
    worker: str = Field(default="", max_length=200, description="what the asker is called on the pages")
    lease_seconds: float | None = Field(
        default=None, ge=1, le=86_400, description="how long a trial is yours without a heartbeat; default 15"
    )


class Handed(Schema):
    """A trial that is yours for the length of the lease; the token proves it."""

    number: int
    params: dict[str, Any]
    fidelity: float | None
    parent: int | None
    start_from: int | None
    token: str


class Asked(Schema):
    """Trials, or how long to wait when there is none to hand out."""

    trials: list[Handed]
    retry_after: float | None = None


class Held(Schema):
    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200)


class HeartbeatOut(Schema):
    lease_expires: datetime | None
    should_stop: bool
    reason: str | None = Field(None, description="why the study's stopping rule stops the trial")


class ReportIn(Held):
    step: Finite = Field(ge=0, le=2**63 - 1, description="how far the training is, or the number of the fold")
    value: Finite


class ReportOut(Schema):
    should_stop: bool = Field(description="stop training and tell the trial as pruned")
    reason: str | None = Field(None, description="why the study's stopping rule stops the trial")


class FailureIn(Schema):
    """Why a training failed, as the trial's page shows it."""

    message: str = "The training failed without a reason."
    kind: str = "exception"
    exception: str = Field("", description="the exception's class")
    traceback: str = ""


class TellIn(Held):
    """The end of a trial; give `value`, or `values` with one number per metric."""

    state: Literal["complete", "failed", "pruned"] = "complete"
    value: float | None = None
    values: list[float] | None = None
    metrics: dict[str, Finite] = Field(
        default={}, description="what else was measured by name; the study's limits are held against it"
    )
    constraints: list[Finite] = Field(
        default=[], description="further limits that you computed yourself, kept when ≤ 0"
    )
    error: str | FailureIn | None = Field(None, description="why it failed")
    user_attrs: dict[str, Any] = {}
    seconds: float | None = Field(None, ge=0, allow_inf_nan=False, description="training time")


class Told(Schema):
    number: int
    state: Literal["complete", "failed", "pruned"]
    repeated: bool = Field(description="whether it had been told already")
