"""Celery's wrappers of the engine, a few lines each, and the loop by which every worker reconciles."""

import logging
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError

from hpo_dashboard.celery import app
from trials.engine import advance as advancing
from trials.engine import demonstrations, execution, finals, insights, meters, surrogate_views
from trials.engine.claims import Slot
from trials.engine.log_context import about
from trials.engine.nudges import Nudges
from trials.engine.outage import OUTAGES
from trials.engine.recovery import Reconciler
from trials.engine.vitals import vitals
from trials.models import Worker
from trials.objectives import process

logger = logging.getLogger(__name__)

#: How soon a slot that has become free looks for the next message.
TICK_SECONDS = 0.05
#: Python's default of 5 ms lets a slot that has a result wait for one that computes.
SWITCH_SECONDS = 0.0005
#: Slots at work in this process, by the trial (or final model) whose nudge began it.
busy: set[int | str] = set()
_postman = ThreadPoolExecutor(1, thread_name_prefix="postman")
_backlog = threading.BoundedSemaphore(100)


def worker_name() -> str:
    """The name under which this process holds leases."""
    return settings.HPO_WORKER or f"{socket.gethostname()}:{os.getpid()}"


def send(nudges: Nudges) -> None:
    """Publish nudges from a thread of their own: neither a request nor a slot waits for the broker.

    While the broker is away nudges may pile up; what is too many is dropped.
    """
    if nudges and _backlog.acquire(blocking=False):
        _postman.submit(publish, nudges).add_done_callback(lambda _: _backlog.release())


def publish(nudges: Nudges) -> None:
    """Put nudges into their queues. A broker that is down is no error: every worker reconciles."""
    try:
        for trial in nudges.trials:
            run_trial.apply_async((trial,))
        for study in nudges.studies:
            advance_study.apply_async((study,))
        for study in nudges.insights:
            update_insights.apply_async((study,))
        for final in nudges.finals:
            finalise_study.apply_async((final,))
        if nudges.demonstrations:
            demonstrate.apply_async()
    except (BrokerError, OSError) as error:
        logger.warning("The broker is away (%s); the workers will find the work by themselves", error)


@app.task
def run_trial(trial_id: int) -> None:
    """Claim, train, tell, nudge; the slot goes on with the study's next trial unless another study waits."""
    if trial_id in busy:
        return
    busy.add(trial_id)
    try:
        for nudges in execution.execute(trial_id, Slot(worker_name())):
            send(nudges)
    finally:
        busy.discard(trial_id)


@app.task
def advance_study(study_id: int) -> None:
    """Ask for the study's free slots."""
    with about(study_id):
        send(advancing.advance(study_id))


@app.task
def update_insights(study_id: int) -> None:
    """Refit the surrogate and store what the pages show."""
    with about(study_id):
        insights.update(study_id)
        if surrogate_views.update(study_id):
            send(Nudges(insights=(study_id,)))


@app.task
def finalise_study(final_id: int) -> None:
    """Refit a finished study's best configuration and score it on the test part."""
    key = f"final {final_id}"
    if key in busy:
        return
    busy.add(key)
    try:
        finals.finalise(final_id, Slot(worker_name()))
    finally:
        busy.discard(key)


@app.task
def demonstrate() -> None:
    """Compute the pictures of the playground that wait."""
    from trials.playground.registry import compute  # imports every picture, which no other task needs

    demonstrations.work(compute)


class Attendant(threading.Thread):
    """Reports this worker for duty and reconciles, once a second, for as long as the process lives."""

    def __init__(self, queues: list[str], slots: int) -> None:
        super().__init__(name="attendant", daemon=True)
        self.queues, self.slots = queues, slots
        self.reconciler = Reconciler()
        self.reported: tuple[float, int] | None = None
        self.reconciled: float | None = None

    def run(self) -> None:
        while True:
            self.attend()
            if execution.stopping.wait(self.reconciler.pause()):
                break
        Worker.objects.filter(name=worker_name()).delete()

    def attend(self) -> None:
        """One round; whatever goes wrong in it, the next one comes."""
        try:
            self.report()
            idle = self.slots - len(busy) if "training" in self.queues else 0
            send(self.reconciler.round(worker_name(), idle))
            self.reconciled = time.monotonic()
        except OUTAGES as error:
            logger.warning("The database is away: %s", error)
            self.reconciler.distrust()
            connection.close()
        except Exception:
            logger.exception("Reconciling failed; it is tried again in a second")
        close_old_connections()

    def report(self) -> None:
        """Refresh this worker's row; made anew when somebody has declared the worker dead."""
        now, count = time.monotonic(), len(busy)
        if (
            self.reported
            and self.reported[1] == count
            and now - self.reported[0] < settings.HPO_HEARTBEAT_SECONDS
        ):
            return
        if self.reported is None:
            Worker.objects.forgotten().delete()
        self.reported = (now, count)
        Worker.objects.update_or_create(
            name=worker_name(),
            defaults={
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "queues": ",".join(sorted(self.queues)),
                "slots": self.slots,
                "busy": count,
                **asdict(vitals()),
                "meters": meters.snapshot(),
                "reconciled": None
                if self.reconciled is None
                else Now() - timedelta(seconds=now - self.reconciled),
                "seen": Now(),
            },
        )


@worker_ready.connect
def start_attendant(sender: object, **_: object) -> None:
    """Begin to reconcile; a training worker also starts the server its trainings are forked from."""
    queues = [queue.name for queue in sender.task_consumer.queues]  # type: ignore[attr-defined]
    if "training" in queues:
        process.warm_up()
    sys.setswitchinterval(SWITCH_SECONDS)
    # With prefetching off, Celery looks for a message when a timer fires: once a second is too slow.
    sender.timer.call_repeatedly(TICK_SECONDS, lambda: None)  # type: ignore[attr-defined]
    Attendant(queues, sender.controller.concurrency).start()  # type: ignore[attr-defined]


@worker_shutting_down.connect
def give_back(**_: object) -> None:
    """An orderly stop: trainings end and their trials go back into the queue."""
    execution.stopping.set()
