"""/metrics for Prometheus: trials by state, what waits, how busy the workers are, how long an ask takes.

Everything comes from rows, so any web process answers the same. Programs show a token, people their session.
"""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, F, Min, Sum
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from trials.api.access import visitor
from trials.engine.meters import BOUNDS
from trials.models import Study, Trial, Worker

MB = 1024 * 1024
WORDS = {
    "ask_seconds": "Seconds one question to an optimizer took",
    "queue_wait_seconds": "Seconds from the moment a trial might start until it did",
}


@never_cache
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """The figures as text; 401 without a token or a session."""
    if visitor(request) is None:
        words = "Metrics need a token: hpo-dashboard token create --name prometheus\n"
        return HttpResponse(
            words, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"}
        )
    registry = CollectorRegistry()
    registry.register(Rows())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Rows(Collector):
    """Reads the figures from the database; a handful of small queries."""

    def collect(self) -> Iterator[Metric]:
        yield from _studies()
        yield from _queue()
        yield from _workers()

    def describe(self) -> list[Metric]:
        """Nothing: the names are known once they are collected."""
        return []


def _gauge(name: str, words: str, samples: dict[str, float], label: str = "") -> Metric:
    family = GaugeMetricFamily(f"hpo_{name}", words, labels=[label] if label else [])
    for key, value in samples.items():
        family.add_metric([key] if label else [], value)
    return family


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"hpo_{name}", words, value=value)


def _studies() -> Iterator[Metric]:
    visible = Study.objects.visible()
    states = dict(visible.values_list("state").annotate(Count("pk")).order_by())
    found = {state: states.get(state, 0) for state in Study.State.values}
    yield _gauge("studies", "Studies by state", found, "state")
    sums = visible.aggregate(
        **{state: Sum(f"n_{state}") for state in Trial.State.values}, seconds=Sum("train_seconds")
    )
    counts = {state: sums[state] or 0 for state in Trial.State.values}
    yield _gauge("trials", "Trials by state, deleted studies left out", counts, "state")
    yield _counter("training_seconds", "Seconds of training behind finished trials", sums["seconds"] or 0.0)
    lost = Trial.objects.filter(lost__gt=0).aggregate(lost=Sum("lost"))["lost"] or 0
    yield _counter("trials_lost", "How often a trial's machine failed it", lost)
    retried = Trial.objects.filter(retry_of__isnull=False).count()
    yield _counter("trials_retried", "Trials that repeat another one", retried)


def _queue() -> Iterator[Metric]:
    rows = Study.objects.startable().values_list("n_queued", "n_running", "parallelism")
    startable = sum(min(queued, parallelism - running) for queued, running, parallelism in rows)
    yield _gauge("trials_startable", "Queued trials that a free slot would start now", {"": startable})
    waiting = Trial.objects.filter(state=Trial.State.QUEUED, dispatched_at__isnull=False)
    oldest = waiting.aggregate(waited=Now() - Min("dispatched_at"))["waited"]
    seconds = max(0.0, oldest.total_seconds()) if oldest else 0.0
    yield _gauge("queue_oldest_seconds", "How long the oldest of them has waited for a slot", {"": seconds})


def _workers() -> Iterator[Metric]:
    workers = list(Worker.objects.alive().annotate(silent=Now() - F("seen"), idle=Now() - F("reconciled")))
    training = [worker for worker in workers if "training" in worker.queues.split(",")]
    yield _gauge("workers", "Workers alive", {"training": len(training), "all": len(workers)}, "kind")
    yield _gauge(
        "workers_lost", "Workers that fell silent within the hour", {"": Worker.objects.lost().count()}
    )
    yield _gauge("slots", "Trainings that may run at once", {"": sum(worker.slots for worker in training)})
    yield _gauge("slots_busy", "Slots at work", {"": sum(worker.busy for worker in training)})
    by_worker = {
        "worker_memory_bytes": ("Memory of a worker and its trainings", lambda w: (w.memory_mb or 0) * MB),
        "worker_silent_seconds": (
            "Seconds since a worker's last contact",
            lambda w: w.silent.total_seconds(),
        ),
        "worker_reconcile_age_seconds": (
            "Seconds since a worker last compared rows with reality",
            lambda w: w.idle.total_seconds() if w.idle is not None else float("nan"),
        ),
    }
    for name, (words, value) in by_worker.items():
        yield _gauge(name, words, {worker.name: value(worker) for worker in workers}, "worker")
    for name, words in WORDS.items():
        yield _histogram(name, words, workers)


def _histogram(name: str, words: str, workers: list[Worker]) -> Metric:
    family = HistogramMetricFamily(f"hpo_{name}", words, labels=["worker"])
    for worker in workers:
        meter = worker.meters.get(name)
        if meter and len(meter["counts"]) == len(BOUNDS) + 1:
            family.add_metric([worker.name], _cumulative(meter["counts"]), meter["sum"])
    return family


def _cumulative(counts: list[int]) -> list[tuple[str, float]]:
    bounds = [*map(str, BOUNDS), "+Inf"]
    return [(bound, sum(counts[: place + 1])) for place, bound in enumerate(bounds)]
