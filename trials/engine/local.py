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

from trials.models import Study, Trial

from . import control, execution, insights
from .advance import advance
from .claims import Slot
from .nudges import Nudges
from .recovery import enforce_time_budgets, reclaim

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
        self.under_way: set[Future[None]] = set()
        self.news: queue.SimpleQueue[Nudges] = queue.SimpleQueue()
        self.looked = -math.inf

    def __enter__(self) -> "_Crew":
        execution.stopping.clear()
        return self

    def __exit__(self, *exception: object) -> None:
        execution.stopping.set()
        self.pool.shutdown(wait=True, cancel_futures=True)
        execution.stopping.clear()

    def run(self, on_progress: Callable[[Study], None]) -> Study:
        # Nobody else carries on this study's nudges now: those of an earlier runner are forgotten.
        Trial.objects.filter(study=self.study_id, state=Trial.State.QUEUED).update(dispatched_at=None)
        while True:
            study = self._look_after()
            on_progress(study)
            if study.state != Study.State.RUNNING and not self.under_way:
                insights.update(self.study_id)
                return study
            with suppress(queue.Empty):
                self._carry_on(self.news.get(timeout=TICK_SECONDS))
            for future in [future for future in self.under_way if future.done()]:
                self.under_way.discard(future)
                future.result()

    def _look_after(self) -> Study:
        """Once a second: renew the mark on the study, enforce its budget, take back what was lost."""
        if time.monotonic() - self.looked > 1.0:
            self.looked = time.monotonic()
            mine = Study.objects.filter(pk=self.study_id)
            mine[0].hold_foreground(self.slot.runner, settings.HPO_LEASE_SECONDS)
            enforce_time_budgets(mine)
            reclaim(Trial.objects.lapsed().filter(study=self.study_id))
            self._carry_on(Nudges(studies=(self.study_id,)))
        return Study.objects.get(pk=self.study_id)

    def _carry_on(self, nudges: Nudges) -> None:
        if nudges.studies:
            nudges |= advance(self.study_id, self.slot.runner)
        for trial in nudges.trials:
            self.under_way.add(self.pool.submit(self._execute, trial))

    def _execute(self, trial: int) -> None:
        for nudges in execution.execute(trial, self.slot):
            self.news.put(nudges)
        self.news.put(Nudges())
