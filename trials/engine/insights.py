"""Refit the surrogate and store what it says about a study; runs in a worker, never in a request."""

import time
from collections import deque
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from trials.models import Event, Insight, Study, SurrogateView, Trial
from trials.models.insight import FEWEST_RESULTS
from trials.models.trial import TrialQuerySet

from .endings import settle
from .pace import alone, rested
from .results import result_columns, results_of

#: Rows read at most: evenly spread over the study, since importances need no more.
MOST_ROWS = 4000


_attempts: deque[tuple[int, datetime, int, int]] = deque(maxlen=200)


def stale_studies() -> tuple[int, ...]:
    """Studies whose insights are behind their results by 5 % and older than the interval."""
    behind = Q(insight=None) | Q(insight__results__lt=F("n_complete") / 1.05)
    ended_behind = Q(state__in=Study.ENDED) & (~Q(insight__results=F("n_complete")) | ~Q(viewed=True))
    present = SurrogateView.objects.filter(
        study=OuterRef("pk"),
        before=OuterRef("next_number"),
        results=OuterRef("n_complete") + OuterRef("n_pruned") + OuterRef("n_failed"),
    )
    calm = Q(insight=None) | Q(insight__updated__lt=Now() - timedelta(seconds=settings.HPO_INSIGHT_SECONDS))
    return tuple(
        Study.objects.annotate(viewed=Exists(present))
        .filter(calm, behind | ended_behind, n_complete__gte=FEWEST_RESULTS)
        .order_by("-pk")
        .values_list("pk", flat=True)[:5]
    )


def update(study_id: int) -> bool:
    """Compute and store the study's insights unless they are current; True when they were stored."""
    with alone(study_id) as free:
        return free and _update(study_id)


def _update(study_id: int) -> bool:
    study = Study.objects.select_related("space", "insight").filter(pk=study_id).first()
    if study is None or study.n_complete < FEWEST_RESULTS:
        return False
    known = getattr(study, "insight", None)
    if known is not None and (known.results == study.n_complete or _too_soon(study, known)):
        return False
    from . import lessons  # imports scikit-learn, which takes a second

    attempt = (study.pk, study.created, study.n_complete, study.space_id)
    if attempt in _attempts:  # it failed and would fail again
        return False
    _attempts.append(attempt)
    started = time.perf_counter()
    complete = _comparable(study)
    stride = -(-study.n_complete // MOST_ROWS)
    if stride > 1:
        complete = complete.annotate(turn=F("number") % stride).filter(turn=0)
    rows = list(complete.only(*result_columns(study)).order_by("number"))
    results = results_of(study, rows)
    data = lessons.light(study, results)
    before = known.data if known is not None else None
    if study.is_over or (before and lessons.outgrown(before, len(results))):
        data = lessons.together(data, lessons.full(study, results))
    elif before:
        data = lessons.kept(data, before)
    return _store(study_id, study.n_complete, data, time.perf_counter() - started)


def _comparable(study: Study) -> TrialQuerySet:
    """Complete trials; where those that were trained as far as the best are enough, these alone."""
    complete = study.trials.numbered().filter(state=Trial.State.COMPLETE)
    if study.full_fidelity is None:
        return complete
    far = complete.as_far_as_the_best(study)
    return far if far.count() >= FEWEST_RESULTS else complete


def _too_soon(study: Study, known: Insight) -> bool:
    """Whether the last computation took so long that a running study should wait for the next."""
    return not study.is_over and not rested(known.seconds, known.updated)


def _store(study_id: int, results: int, data: dict, seconds: float) -> bool:
    """Write newer insights only, and let watching pages know."""
    with Study.locked(study_id) as study:
        if study is None or Insight.objects.filter(study=study, results__gt=results).exists():
            return False
        Insight.objects.update_or_create(
            study=study, defaults={"results": results, "data": data, "seconds": seconds}
        )
        study.change()
        settle(study)  # a budget of regret may be reached
        if study.is_over:
            study.note(Event.Kind.INSIGHT, f"Importance refitted from {results} trials in {seconds:.1f} s")
    return True
