"""How one study went: its best so far by trial, wall time and training time; for the comparison's views.

Read once for each state of a study, whoever looks: a course serves chart, tables and statistics.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, F, FloatField, IntegerField, Max, Min, Q, RowRange, Sum, When, Window
from django.db.models.functions import Coalesce, RowNumber

from trials.charts.chosen import finished
from trials.charts.selection import at_resolution
from trials.models import Study, Trial
from trials.wording import Shown

#: How many of the best make the median that tells luck from a good region.
TOP = 10
_KNOWN = 256


@dataclass(frozen=True)
class Step:
    """A new best: trials ended, seconds since the study began, seconds of training, value as shown."""

    trial: float
    time: float
    compute: float
    value: float


@dataclass(frozen=True)
class Course:
    """Each new best in the order in which trials ended, where the study stands now, and its best values."""

    steps: Sequence[Step] = ()
    now: Step = Step(0, 0.0, 0.0, 0.0)
    """Where it stands: how far it has come along each axis; the value means nothing."""
    top: Sequence[float] = ()

    @property
    def best(self) -> float | None:
        return self.steps[-1].value if self.steps else None

    def best_after(self, trials: float) -> float | None:
        """The best once so many trials had ended; None while none was complete."""
        reached = [step.value for step in self.steps if step.trial <= trials]
        return reached[-1] if reached else None

    def trials_to(self, value: float, maximize: bool) -> int | None:
        """How many trials it took to get there; None where it has not."""
        for step in self.steps:
            if step.value >= value if maximize else step.value <= value:
                return int(step.trial)
        return None


def course_of(study: Study) -> Course:
    """Return a study's course, from memory while nothing has changed."""
    state = (settings.DATABASES["default"]["NAME"], study.pk, study.created, study.revision)
    with _guard:
        if state in _known:
            _known.move_to_end(state)
            return _known[state]
    course = _read(study)
    with _guard:
        _known[state] = course
        while len(_known) > _KNOWN:
            _known.popitem(last=False)
    return course


_known: OrderedDict[tuple[object, ...], Course] = OrderedDict()
_guard = threading.Lock()


def _read(study: Study) -> Course:
    """Read the trials that improved on all that ended before them, and the best values: three queries."""
    shown = Shown(study.metric, study.maximize)
    rows = _improving(study).values_list("ended", "completed_at", "spent", "value")
    steps = [
        Step(ended, (at - study.created).total_seconds(), spent, shown.value(value) or 0.0)
        for ended, at, spent, value in rows
    ]
    last = finished(study).filter(completed_at__isnull=False).order_by("-finished_revision")
    until = last.values_list("completed_at", flat=True).first()
    now = Step(
        trial=study.n_terminal,
        time=(until - study.created).total_seconds() if until else 0.0,
        compute=study.train_seconds,
        value=0.0,
    )
    best = study.trials.by_value(study).as_far_as_the_best(study).values_list("value", flat=True)[:TOP]
    return Course(tuple(at_resolution(steps)), now, tuple(shown.value(value) or 0.0 for value in best))


def _improving(study: Study) -> Any:
    """Trials that were better than all that ended before them; the database finds them in one pass."""
    order: list[Any] = [F("completed_at").asc(), F("number").asc()]
    counts = Q(state=Trial.State.COMPLETE, value__isnull=False)
    if study.constraints:
        counts &= Q(feasible=True)
    if study.full_fidelity is not None:
        least = study.full_fidelity if study.best_fidelity is None else study.best_fidelity
        counts &= Q(fidelity=None) | Q(fidelity__gte=least)
    own = Case(When(counts, then=F("value")), default=None, output_field=FloatField())
    best = Max if study.maximize else Min
    better = Q(own__gt=F("before")) if study.maximize else Q(own__lt=F("before"))
    return (
        finished(study)
        .filter(completed_at__isnull=False)
        .annotate(
            own=own,
            ended=Window(RowNumber(), order_by=order),
            spent=Window(Sum(Coalesce("seconds", 0.0)), order_by=order, frame=RowRange(end=0)),
            before=Window(best("own"), order_by=order, frame=RowRange(end=-1)),
        )
        .annotate(
            improves=Case(
                When(Q(own__isnull=False) & (Q(before=None) | better), then=1),
                default=0,
                output_field=IntegerField(),
            )
        )
        .filter(improves=1)
        .order_by("ended")
    )
