"""The activity feed: what happened last, from events and trials; for the study's overview."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.utils import timezone

from trials import wording
from trials.models import Event, Study, Trial

SHOWN = 8
ABSENCE_SHOWN = timedelta(days=1)
#: Icon and tone of an event; a kind that is not here is told by its trial.
EVENTS = {
    Event.Kind.CREATED: ("flag", "muted"),
    Event.Kind.PAUSED: ("player-pause", "warn"),
    Event.Kind.RESUMED: ("player-play", "accent"),
    Event.Kind.ENDED: ("flag", "muted"),
    Event.Kind.CHANGED: ("pencil", "muted"),
    Event.Kind.EXTENDED: ("history", "accent"),
    Event.Kind.REOPENED: ("player-play", "accent"),
    Event.Kind.ENQUEUED: ("plus", "accent"),
    Event.Kind.RETRIED: ("refresh", "accent"),
    Event.Kind.CANCELLED: ("ban", "muted"),
    Event.Kind.DELETED: ("trash", "warn"),
    Event.Kind.RESTORED: ("arrow-back-up", "accent"),
    Event.Kind.LOST: ("plug-connected-x", "warn"),
    Event.Kind.FINAL: ("trophy", "good"),
    Event.Kind.PICKED: ("target-arrow", "accent"),
    Event.Kind.INSIGHT: ("refresh", "muted"),
}


@dataclass(frozen=True)
class Activity:
    """One entry: “Trial 48 is the new best”; `number` is None for what concerns the whole study."""

    icon: str
    tone: str
    number: int | None
    text: str
    detail: str
    when: datetime


def activity_of(study: Study) -> tuple[Activity, ...]:
    """Return the latest entries, newest first; three small queries by index."""
    events = list(study.events.order_by("-pk")[: 3 * SHOWN])
    best = {event.number for event in events if event.kind in (Event.Kind.BEST, Event.Kind.FRONT)}
    entries = chain(_told(events), _running(study), _finished(study, best))
    shown = sorted(entries, key=lambda entry: entry.when, reverse=True)[:SHOWN]
    return tuple(_with_absence(shown, events))


def _with_absence(shown: list[Activity], events: list[Event]) -> list[Activity]:
    """Keep the last line about a machine that was away in sight for a day, however many trials came since."""
    absences = [event for event in events if event.kind == Event.Kind.LOST and event.number is None]
    away = next(_told(absences), None)
    if away is None or away in shown or timezone.now() - away.when > ABSENCE_SHOWN:
        return shown
    return [*shown[:-1], away]


def _told(events: list[Event]) -> Iterator[Activity]:
    for event in events:
        if event.kind not in EVENTS:
            continue
        icon, tone = EVENTS[Event.Kind(event.kind)]
        number = event.number if event.kind == Event.Kind.LOST else None
        text, detail = ("lost its worker", "queued again") if number is not None else (event.text, "")
        yield Activity(icon, tone, number, text, detail, event.created)


def _running(study: Study) -> Iterator[Activity]:
    running = study.trials.filter(state=Trial.State.RUNNING, started_at__isnull=False)
    for trial in running.only("study", "number", "started_at", "worker").order_by("-number")[:SHOWN]:
        name = "started" if trial.number is not None else "Scoring the default"
        yield Activity(
            "loader-2", "accent", trial.number, name, _on(trial.worker), trial.started_at or study.created
        )


def _on(worker: str) -> str:
    return f"on {worker}" if worker else ""


def _finished(study: Study, best: set[int | None]) -> Iterator[Activity]:
    finished = study.trials.filter(finished_revision__isnull=False).order_by("-finished_revision")
    read = ("study", "number", "state", "value", "values", "error", "completed_at", "feasible")
    for trial in finished.only(*read)[:SHOWN]:
        look = wording.state_look(trial.state)
        when = trial.completed_at or study.created
        tone = {"is-good": "good", "is-bad": "bad", "is-warn": "warn"}.get(look.tint, "muted")
        if trial.number in best:
            yield Activity(
                "trophy",
                "accent",
                trial.number,
                "joined the front" if study.several else "is the new best",
                _detail(study, trial),
                when,
            )
        elif trial.number is None:
            text = "Default scored" if trial.value is not None else "The default could not be scored"
            yield Activity(look.icon, tone, None, text, _detail(study, trial), when)
        else:
            yield Activity(look.icon, tone, trial.number, trial.state, _detail(study, trial), when)


def _detail(study: Study, trial: Trial) -> str:
    if trial.error:
        return str(trial.error.get("message", ""))
    if trial.value is None:
        return ""
    shown = [
        wording.Shown(metric, True).five(value)
        for metric, value in zip(study.metrics, trial.values or (trial.value,), strict=True)
    ]
    return " · ".join([*shown, *([] if trial.feasible else ["breaks a limit"])])
