"""Reconcile rows with reality, once a second in every worker: no leader, and no lost message matters."""

import logging
import random
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from trials.models import Study, Trial, Worker
from trials.models.study import StudyQuerySet
from trials.models.trial import TrialQuerySet

from . import absence, checkpoints, finals
from .endings import settle
from .insights import stale_studies
from .log_context import about
from .nudges import Nudges
from .purge import purge
from .slots import to_start

logger = logging.getLogger(__name__)

#: A queued trial whose nudge is older than this is nudged again by a worker with a free slot.
NUDGE_SECONDS = 2.0
#: How often a worker looks for deleted studies to remove for good.
PURGE_SECONDS = 60.0
#: Goes on while the machine sleeps, and does not jump.
AWAKE = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Reconciler:
    """Decides when this process may take leases away, and keeps the pace.

    A process that has just started, was cut off from the database or was frozen (a laptop asleep, a
    SIGSTOP) cannot know who is alive: it waits a full lease before it reclaims anything.
    """

    def __init__(self) -> None:
        self._trusted_from = self._clock() + settings.HPO_LEASE_SECONDS
        self._last = self._purged = self._clock()
        self._awake = self._steady()

    @staticmethod
    def _clock() -> float:
        return time.time()

    @staticmethod
    def _steady() -> float:
        return time.clock_gettime(AWAKE)

    def pause(self) -> float:
        """Seconds until the next round: about one, with jitter."""
        return random.uniform(0.7, 1.3)

    def distrust(self) -> None:
        """The database was away: others could not renew their leases either."""
        self._trusted_from = self._clock() + settings.HPO_LEASE_SECONDS
        self._awake = self._steady()

    def round(self, worker: str, idle_slots: int) -> Nudges:
        """One round; `idle_slots` are this worker's free training slots."""
        self._notice_sleep(worker)
        nudges = reclaim() | finals.reclaim() if self.trusted() else Nudges()
        enforce_time_budgets()
        self._purge()
        return nudges | feed(idle_slots)

    def _notice_sleep(self, worker: str) -> None:
        """Rounds are a second apart: when there is a lease between two, this process stood still."""
        before, self._awake = self._awake, self._steady()
        if self._awake - before > settings.HPO_LEASE_SECONDS:
            absence.woke_up(worker, self._awake - before)

    def _purge(self) -> None:
        """Once a minute, and on as long as something is left to remove."""
        if self._clock() - self._purged >= PURGE_SECONDS and purge():
            checkpoints.sweep()
            self._purged = self._clock()

    def trusted(self) -> bool:
        """Whether leases that have lapsed by now were really abandoned; to be asked about once a second."""
        now = self._clock()
        if not 0 <= now - self._last < settings.HPO_LEASE_SECONDS / 2:
            self.distrust()
        self._last = now
        return now >= self._trusted_from


def reclaim(lapsed: TrialQuerySet | None = None) -> Nudges:
    """Put running trials whose lease has lapsed back into the queue."""
    return _give_back(Trial.objects.lapsed() if lapsed is None else lapsed)


def worker_died(name: str) -> Nudges:
    """A supervisor saw this worker's process end: give back at once what it held."""
    Worker.objects.filter(name=name).delete()
    return _give_back(Trial.objects.filter(worker=name, state=Trial.State.RUNNING))


def _give_back(lost: TrialQuerySet) -> Nudges:
    """Give back each of these trials that is still lost once its study's lock is held."""
    nudges = Nudges()
    for pk, study_id in lost.values_list("pk", "study_id"):
        with Study.locked(study_id) as study:
            trial = lost.filter(pk=pk).only("pk", "number", "study_id").first()
            if study is not None and trial is not None:
                trial.give_back(study, lost=True)
                with about(study_id, trial.number):
                    logger.warning(
                        "Its worker was lost: it is queued again, or given up after too many times"
                    )
                settle(study)
                nudges |= Nudges(trials=to_start(study), studies=(study.pk,))
    return nudges


def enforce_time_budgets(studies: StudyQuerySet | None = None) -> None:
    """End studies whose seconds are used up although nothing finishes."""
    studies = Study.objects.in_background() if studies is None else studies
    for pk in studies.active().filter(budget__seconds__isnull=False).values_list("pk", flat=True):
        with Study.locked(pk) as study:
            if study is not None:
                settle(study)


def feed(idle_slots: int) -> Nudges:
    """Repeat nudges that were lost: studies nobody suggests for, queued trials nobody starts."""
    return Nudges(
        trials=_unstarted(idle_slots),
        studies=tuple(Study.objects.starved().values_list("pk", flat=True)[:50]),
        insights=stale_studies(),
        finals=finals.unstarted(idle_slots),
    )


def _unstarted(idle_slots: int) -> tuple[int, ...]:
    """Queued trials that may run, whose nudge is missing or old; marked as nudged anew."""
    moment = timedelta(seconds=NUDGE_SECONDS)
    old = Trial.objects.filter(Q(dispatched_at__lt=Now() - moment) | Q(dispatched_at__gt=Now() + moment))
    due = Trial.objects.filter(state=Trial.State.QUEUED).filter(Q(dispatched_at=None) | Q(pk__in=old))
    startable = Study.objects.startable().filter(pk__in=due.values("study"))
    keys: tuple[int, ...] = ()
    for study_id in startable.order_by("pk").values_list("pk", flat=True):
        if len(keys) >= idle_slots:
            break
        with Study.locked(study_id) as study:
            if study is not None:
                old.filter(study=study, state=Trial.State.QUEUED).update(dispatched_at=None)
                keys += to_start(study)
    return keys
