"""The rows of the workers page: who works where, at what, and who fell silent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from trials import wording
from trials.models import Study, Trial, Worker

#: Trials in training that are listed; more than these no page can show.
MOST_TRIALS = 500
QUEUES = {"training": "trains", "optimizers": "suggests"}


@dataclass(frozen=True)
class Current:
    """A trial in training; `number` None is the scoring of the default."""

    study: int
    number: int | None
    title: str


@dataclass(frozen=True)
class WorkerRow:
    """`load_share` and `busy_share` are CSS per cent; `crowded`: the machine has more to do than cores."""

    name: str
    host: str
    pid: int
    duties: str
    trains: bool
    slots: int
    busy: int
    busy_share: str
    trials: tuple[Current, ...]
    seen: datetime
    started: datetime
    load: str
    load_share: str
    crowded: bool
    memory: str
    lost: bool


@dataclass(frozen=True)
class Guest:
    """Somebody who trains without being one of our workers: over the API, or `run_study`."""

    name: str
    way: str
    trials: tuple[Current, ...]
    seen: datetime | None


@dataclass(frozen=True)
class WorkerTotals:
    machines: int
    slots: int
    busy: int
    queued: int
    guests: int


def workers_of() -> tuple[tuple[WorkerRow, ...], tuple[Guest, ...]]:
    """Return our workers, the living first, and everybody else who holds a trial; three small queries."""
    held = _held()
    alive = [
        _row(worker, held.pop(worker.name, []), False)
        for worker in Worker.objects.alive().order_by("host", "-queues", "name")
    ]
    lost = [
        _row(worker, held.pop(worker.name, []), True) for worker in Worker.objects.lost().order_by("-seen")
    ]
    return (*alive, *lost), tuple(_guest(name, trials) for name, trials in sorted(held.items()))


def totals_of(rows: Sequence[WorkerRow], guests: Sequence[Guest]) -> WorkerTotals:
    """Sum up the living; one query for what waits."""
    alive = [row for row in rows if not row.lost]
    ours = Study.objects.active().exclude(objective__kind="external")
    return WorkerTotals(
        machines=len({row.host for row in alive}),
        slots=sum(row.slots for row in alive if row.trains),
        busy=sum(len(row.trials) for row in alive),
        queued=ours.aggregate(queued=Sum("n_queued"))["queued"] or 0,
        guests=sum(len(guest.trials) for guest in guests),
    )


def _held() -> dict[str, list[Trial]]:
    """Trials in training by the name of who holds them; found through the few studies that have any."""
    studies = Study.objects.filter(n_running__gt=0)
    running = Trial.objects.filter(study__in=studies, state=Trial.State.RUNNING).select_related("study")
    found: dict[str, list[Trial]] = defaultdict(list)
    for trial in running.only(
        "number", "worker", "lease_expires", "lease_seconds", "study__name", "study__objective"
    ).order_by("pk")[:MOST_TRIALS]:
        found[trial.worker].append(trial)
    return found


def _row(worker: Worker, trials: list[Trial], lost: bool) -> WorkerRow:
    queues = worker.queues.split(",")
    trains = "training" in queues
    load = None if lost else worker.load
    return WorkerRow(
        name=worker.name,
        host=worker.host,
        pid=worker.pid,
        duties=wording.listed([QUEUES.get(queue, queue) for queue in sorted(queues, reverse=True)]),
        trains=trains,
        slots=worker.slots,
        busy=len(trials),
        busy_share=_share(len(trials), worker.slots),
        trials=tuple(_current(trial) for trial in trials),
        seen=worker.seen,
        started=worker.started,
        load="" if load is None else f"{load:.1f} on {wording.count(worker.cores, 'core')}",
        load_share=_share(load or 0.0, worker.cores),
        crowded=load is not None and load > 2 * worker.cores,
        memory="" if lost or worker.memory_mb is None else _megabytes(worker.memory_mb),
        lost=lost,
    )


def _guest(name: str, trials: list[Trial]) -> Guest:
    contacts = [
        trial.lease_expires - timedelta(seconds=trial.lease_seconds)
        for trial in trials
        if trial.lease_expires is not None
    ]
    outside = all(trial.study.external for trial in trials)
    return Guest(
        name=name or "somebody without a name",
        way="over the API" if outside else "in the foreground",
        trials=tuple(_current(trial) for trial in trials),
        seen=max(contacts, default=None),
    )


def _current(trial: Trial) -> Current:
    what = "default" if trial.number is None else f"trial {trial.number:,}"
    return Current(trial.study_id, trial.number, f"{trial.study.name}, {what}")


def _share(part: float, whole: int) -> str:
    return f"{100 * min(1.0, part / max(1, whole)):.0f}%"


def _megabytes(size: float) -> str:
    unit = f"{size / 1024:.1f}{wording.THIN}GB" if size >= 1000 else f"{size:.0f}{wording.THIN}MB"
    return unit
