"""The rows of the home page, one per study, and the line of totals above them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from trials import wording
from trials.models import Study, Trial

from .folds import standard_error
from .heading import Subject, subject_of
from .progress import Progress, progress_of
from .remaining import remaining_seconds
from .sparkline import Improvement, Sparkline, improvements_of, sparkline
from .study_list import ESTIMATED, NEEDS_YOU

#: Running studies that are asked how soon they are done, and studies in need that are named.
MOST_RUNNING, MOST_NAMED = 50, 2
MARKS = {Study.State.RUNNING: "accent-mark", Study.State.STOPPED: "idle-mark"}


@dataclass(frozen=True)
class StudyRow:
    pk: int
    name: str
    state: str
    look: wording.Look
    mark: str
    subject: Subject
    tags: tuple[str, ...]
    owner: str
    progress: Progress
    best: str
    metric: str
    several: bool
    gain: wording.Gain | None
    spark: Sparkline | None
    failed: int
    workers: int
    external: bool
    complaint: str
    over: bool
    deleted: datetime | None


@dataclass(frozen=True)
class Totals:
    """The line above the rows; `needy` are (key, name) of the first studies that need somebody."""

    running: int
    paused: int
    training: int
    remote: int
    trials: int
    needing: int
    next_done: str
    needy: tuple[tuple[int, str], ...]


def rows_of(studies: Iterable[Study], slots: int) -> tuple[StudyRow, ...]:
    """Return one row per study; one query for all sparklines, one for the complaints."""
    studies = list(studies)
    found = improvements_of([study.pk for study in studies])
    complaints = _complaints([study.pk for study in studies if _fruitless(study)])
    return tuple(
        _row(study, slots, found.get(study.pk, ()), complaints.get(study.pk, "")) for study in studies
    )


def _fruitless(study: Study) -> bool:
    return study.n_failed > 0 and not study.n_complete and not study.n_pruned


def _row(study: Study, slots: int, improvements: Sequence[Improvement], complaint: str) -> StudyRow:
    shown = wording.Shown(study.metric, study.maximize)
    look = wording.state_look(study.state)
    error = standard_error(study.best.folds) if study.best else None
    return StudyRow(
        pk=study.pk,
        name=study.name,
        state=study.state,
        look=look,
        mark=MARKS.get(Study.State(study.state), look.mark),
        subject=subject_of(study.objective, study.optimizer),
        tags=tuple(study.tags),
        owner=study.owner.get_username() if study.owner else "",
        progress=progress_of(study, slots),
        best=f"{study.front_size:,}" if study.several else shown.five(study.best_value),
        metric="on the front" if study.several else shown.title,
        several=study.several,
        gain=shown.gain(study.best_value, study.default_value, error),
        spark=sparkline(improvements, study.n_terminal, study.default_value, study.maximize),
        failed=study.n_failed,
        workers=study.n_running,
        external=study.external,
        complaint=complaint or (study.ending if study.state == Study.State.FAILED else ""),
        over=study.is_over,
        deleted=study.deleted,
    )


def _complaints(studies: Sequence[int]) -> dict[int, str]:
    """What the last failure of studies without any result said."""
    if not studies:
        return {}
    failed = Trial.objects.filter(study=OuterRef("pk"), state=Trial.State.FAILED).order_by("-number")
    found = Study.objects.filter(pk__in=studies).annotate(error=Subquery(failed.values("error")[:1]))
    return {pk: (error or {}).get("message", "") for pk, error in found.values_list("pk", "error")}


def totals_of(slots: int) -> Totals:
    """Return the figures above the rows: one aggregate, estimates, who needs somebody."""
    visible = Study.objects.visible()
    sums = visible.aggregate(
        running=Count("pk", filter=Q(state=Study.State.RUNNING)),
        paused=Count("pk", filter=Q(state=Study.State.PAUSED)),
        training=Sum("n_running", filter=~Q(n_running=0)),
        remote=Sum("n_running", filter=Q(objective__kind="external")),
        trials=Sum(F("n_complete") + F("n_pruned") + F("n_failed")),
        needing=Count("pk", filter=NEEDS_YOU),
    )
    counts = {name: number or 0 for name, number in sums.items()}
    needy = visible.filter(NEEDS_YOU).order_by("-pk") if counts["needing"] else visible.none()
    return Totals(
        **counts,
        next_done=_next_done(slots),
        needy=tuple(needy.values_list("pk", "name")[:MOST_NAMED]),
    )


def _next_done(slots: int) -> str:
    running = Study.objects.visible().active().only(*ESTIMATED)
    estimates = [remaining_seconds(study, slots) for study in running[:MOST_RUNNING]] if slots else []
    soonest = min((seconds for seconds in estimates if seconds is not None), default=None)
    return "" if soonest is None else wording.about(soonest).removeprefix("about ").removesuffix(" left")
