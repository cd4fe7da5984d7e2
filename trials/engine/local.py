"""Run a study in the foreground, without Celery: the same engine functions, carried on by threads."""

import math
import os
import queue
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from django.conf import settings

from trials.models import FinalModel, Study, Trial

from . import control, execution, finals, insights, surrogate_views
from .advance import advance
from .claims import Slot
from .nudges import Nudges
from .outage import insist
from .recovery import Reconciler, enforce_time_budgets, reclaim

#: How often progress is reported and lost work looked for.
TICK_SECONDS = 0.25


class HeldElsewhere(RuntimeError):
    """Another foreground runner holds the study."""


def run_local(
    study_id: int, workers: int, on_progress: Callable[[Study], None] = lambda study: None
) -> Study:
    """Run a study until it is over or paused; return its row.

    KeyboardInterrupt pauses the study, ends its trainings (their trials go back into the queue) and is
    raised again once everything is in order.

    Raises:
        HeldElsewhere: another foreground runner is at work on it.
    """
    runner = secrets.token_hex(8)
    study = Study.objects.get(pk=study_id)
    if not study.hold_foreground(runner, settings.HPO_LEASE_SECONDS):
        raise HeldElsewhere(f"Study {study_id} is being run by another process; wait for it or stop it.")
    try:
        with _Crew(study_id, workers, runner) as crew:
            return crew.run(on_progress)
    except KeyboardInterrupt:
        control.pause(study_id)
        raise
    finally:
        study.leave_foreground(runner)


class _Crew:
    """Threads that carry on the engine's nudges for one study."""

    def __init__(self, study_id: int, workers: int, runner: str) -> None:
        self.study_id = study_id
        self.slot = Slot(f"foreground:{os.getpid()}", runner)
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="trial")
        self.under_way: dict[Future[None], int] = {}
        self.news: queue.SimpleQueue[Nudges] = queue.SimpleQueue()
        self.reconciler = Reconciler()
        self.looked = -math.inf
        self.follows_insights = False

    def __enter__(self) -> "_Crew":
        execution.stopping.clear()
        return self

    def __exit__(self, *exception: object) -> None:
        execution.stopping.set()
        self.pool.shutdown(wait=True, cancel_futures=True)
        execution.stopping.clear()

    def run(self, on_progress: Callable[[Study], None]) -> Study:
        while True:
            study = insist(self._look_after)
            self.follows_insights = "regret" in study.budget  # else they are only wanted at the end
            on_progress(study)
            if study.state != Study.State.RUNNING and not self.under_way:
                insights.update(self.study_id)
                while surrogate_views.update(self.study_id):
                    pass
                self._finalise(study)
                if not self.under_way:
                    return study
            with suppress(queue.Empty):
                nudges = self.news.get(timeout=TICK_SECONDS)
                self._start(nudges.trials)
                if nudges.insights and self.follows_insights:
                    insights.update(self.study_id)
                if nudges.studies:
                    insist(self._advance)
            for future in [future for future in self.under_way if future.done()]:
                self.under_way.pop(future)
                future.result()

    def _look_after(self) -> Study:
        """Once a second: renew the mark on the study, enforce its budget, take back what was lost."""
        study = Study.objects.visible().filter(pk=self.study_id).first()
        if study is None:
            raise Study.DoesNotExist(f"Study {self.study_id} was deleted.")
        if time.monotonic() - self.looked < 1.0:
            return study
        self.looked = time.monotonic()
        if not study.hold_foreground(self.slot.runner, settings.HPO_LEASE_SECONDS):
            raise HeldElsewhere(f"Study {self.study_id} was taken over by another process.")
        mine = Study.objects.filter(pk=self.study_id)
        enforce_time_budgets(mine)
        if self.reconciler.trusted():
            reclaim(Trial.objects.lapsed().filter(study=self.study_id))
        # Whoever else was told of a queued trial leaves it alone while the mark is ours.
        elsewhere = Trial.objects.filter(study=self.study_id, state=Trial.State.QUEUED)
        elsewhere.exclude(pk__in=self.under_way.values()).update(dispatched_at=None)
        self._advance()
        return mine.get()

    def _advance(self) -> None:
        """Ask for free slots until nothing more is wanted; start what may start."""
        going_on = True
        while going_on:
            nudges = advance(self.study_id, self.slot.runner)
            self._start(nudges.trials)
            going_on = bool(nudges.studies)

    def _start(self, trials: tuple[int, ...]) -> None:
        for trial in trials:
            self.under_way[self.pool.submit(self._execute, trial)] = trial

    def _finalise(self, study: Study) -> None:
        """Begin the final model that an ended study waits for."""
        for final in FinalModel.objects.due(study):
            self.under_way[self.pool.submit(finals.finalise, final, self.slot)] = 0

    def _execute(self, trial: int) -> None:
        for nudges in execution.execute(trial, self.slot):
            self.news.put(nudges)
        self.news.put(Nudges())
