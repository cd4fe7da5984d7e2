"""The rows of the home page, one per study, with their sparklines, and the line of totals above them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from trials import wording
from trials.models import Event, Study, Trial

from .folds import standard_error
from .heading import Subject, subject_of
from .progress import Progress, progress_of, remaining_seconds

PER_PAGE = 50
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 90, 26, 3

#: Filter chips: word and the states behind it.
FILTERS = {
    "running": ("Running", (Study.State.RUNNING,)),
    "paused": ("Paused", (Study.State.PAUSED,)),
    "ended": ("Ended", (Study.State.COMPLETED, Study.State.STOPPED)),
    "failed": ("Failed", (Study.State.FAILED,)),
}


@dataclass(frozen=True)
class Sparkline:
    """SVG path of the best so far in a box of 90 x 26, turned so that down is better."""

    path: str
    end: tuple[float, float]
    default: float | None


@dataclass(frozen=True)
class StudyRow:
    pk: int
    name: str
    state: str
    mark: str
    subject: Subject
    progress: Progress
    best: str
    metric: str
    gain: wording.Gain | None
    spark: Sparkline | None
    failed: int
    workers: int
    complaint: str
    fruitless: bool  # trials failed and none is complete
    over: bool


@dataclass(frozen=True)
class Totals:
    studies: int
    running: int
    paused: int
    training: int
    trials: int
    failed: int
    next_done: str


def filtered(chosen: str) -> QuerySet[Study]:
    """Return the studies behind a filter chip, newest first; anything unknown means all."""
    studies = Study.objects.order_by("-pk")
    return studies.filter(state__in=FILTERS[chosen][1]) if chosen in FILTERS else studies


def rows_of(studies: Iterable[Study], slots: int) -> tuple[StudyRow, ...]:
    """Return one row per study; one query for all sparklines, one for the complaints."""
    studies = list(studies)
    sparks = _improvements([study.pk for study in studies])
    complaints = _complaints([study.pk for study in studies if study.n_failed and not study.n_complete])
    return tuple(
        _row(study, slots, sparks.get(study.pk, ()), complaints.get(study.pk, "")) for study in studies
    )


def _row(study: Study, slots: int, improvements: Sequence[tuple[int, float]], complaint: str) -> StudyRow:
    marks = {Study.State.RUNNING: "accent-mark", Study.State.STOPPED: "idle-mark"}
    shown = wording.Shown(study.metric, study.maximize)
    error = standard_error(study.best.folds) if study.best else None
    return StudyRow(
        pk=study.pk,
        name=study.name,
        state=study.state,
        mark=marks.get(Study.State(study.state), wording.state_look(study.state).mark),
        subject=subject_of(study.objective, study.optimizer),
        progress=progress_of(study, slots),
        best=shown.five(study.best_value),
        metric=shown.title,
        gain=shown.gain(study.best_value, study.baseline_value, error),
        spark=sparkline(improvements, study.n_terminal, study.baseline_value, study.maximize),
        failed=study.n_failed,
        workers=study.n_running,
        complaint=complaint,
        fruitless=study.n_failed > 0 and not study.n_complete,
        over=study.is_over,
    )


def _improvements(studies: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
    """Every study's (number, value) at each new best: an event names the trial, an index finds its value."""
    value = Trial.objects.filter(study=OuterRef("study"), number=OuterRef("number")).values("value")[:1]
    best = Event.objects.filter(study__in=studies, kind=Event.Kind.BEST).order_by("pk")
    found: dict[int, list[tuple[int, float]]] = {}
    for study, number, score in best.annotate(value=Subquery(value)).values_list("study", "number", "value"):
        if number is not None and score is not None:
            found.setdefault(study, []).append((number, score))
    return found


def _complaints(studies: Sequence[int]) -> dict[int, str]:
    """What the last failure of studies without any result said."""
    if not studies:
        return {}
    failed = Trial.objects.filter(study=OuterRef("pk"), state=Trial.State.FAILED).order_by("-number")
    found = Study.objects.filter(pk__in=studies).annotate(error=Subquery(failed.values("error")[:1]))
    return {pk: (error or {}).get("message", "") for pk, error in found.values_list("pk", "error")}


def sparkline(
    improvements: Sequence[tuple[int, float]], trials: int, default: float | None, maximize: bool
) -> Sparkline | None:
    """Draw the best so far as steps, the default as the line to beat; None before the first result."""
    if not improvements:
        return None
    sign = -1.0 if maximize else 1.0
    points = [(number, sign * value) for number, value in improvements]
    heights = [height for _, height in points] + ([] if default is None else [sign * default])
    low, high = min(heights), max(heights)
    last = max(trials - 1, *(number for number, _ in points), 1)

    def x(number: float) -> float:
        return round(SPARK_MARGIN + (SPARK_WIDTH - 2 * SPARK_MARGIN) * number / last, 1)

    def y(height: float) -> float:
        share = (high - height) / (high - low) if high > low else 0.5
        return round(SPARK_MARGIN + (SPARK_HEIGHT - 2 * SPARK_MARGIN) * share, 1)

    start = x(points[0][0]), y(points[0][1])
    path = f"M{start[0]} {start[1]}" + "".join(f"H{x(n)}V{y(height)}" for n, height in points[1:])
    return Sparkline(
        f"{path}H{x(last)}", (x(last), y(points[-1][1])), None if default is None else y(sign * default)
    )


def totals_of(slots: int) -> Totals:
    """Return the figures of the line above the rows; one aggregate and the running studies' estimates."""
    state = Study.State
    sums = Study.objects.aggregate(
        studies=Count("pk"),
        running=Count("pk", filter=Q(state=state.RUNNING)),
        paused=Count("pk", filter=Q(state=state.PAUSED)),
        training=Sum("n_running", filter=~Q(n_running=0)),
        trials=Sum(F("n_complete") + F("n_pruned") + F("n_failed")),
        failed=Count("pk", filter=Q(state=state.FAILED)),
    )
    running = Study.objects.active().only(
        "budget", "n_complete", "n_pruned", "n_failed", "n_running", "parallelism", "train_seconds",
        "objective", "active_since", "active_seconds",
    )  # fmt: skip
    estimates = [remaining_seconds(study, slots) for study in running[:PER_PAGE]] if slots else []
    soonest = min((seconds for seconds in estimates if seconds is not None), default=None)
    words = "" if soonest is None else wording.about(soonest).removeprefix("about ").removesuffix(" left")
    counts = {name: number or 0 for name, number in sums.items()}
    return Totals(**counts, next_done=words)


def counts_by_filter() -> list[tuple[str, str, int]]:
    """Return (key, word, number of studies) of every chip; one query."""
    found = dict(Study.objects.order_by().values_list("state").annotate(Count("pk")))
    chips = [("", "All", sum(found.values()))]
    return chips + [
        (key, word, sum(found.get(state, 0) for state in states)) for key, (word, states) in FILTERS.items()
    ]


def now_etag(chosen: str, page: int, slots: int) -> str:
    """A tag that changes whenever the home page would: from the revisions of its rows and the totals."""
    start = (page - 1) * PER_PAGE
    shown = filtered(chosen).values("revision")[start : start + PER_PAGE]
    seen = shown.aggregate(revisions=Sum("revision"), rows=Count("revision"))
    whole = Study.objects.aggregate(studies=Count("pk"), running=Sum("n_running"))
    return f'"{seen["revisions"]}-{seen["rows"]}-{whole["studies"]}-{whole["running"]}-{slots}"'
