"""Says in the histories of running studies that their machine was away: stopped, without power, asleep.

The supervisor calls it when it starts, each worker's reconciler when it wakes up. Nothing is repaired here.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Max, Q
from django.db.models.functions import Now

from trials.models import Event, Study, Trial, Worker

#: A process that was found asleep had looked around once more so long before it fell asleep, at most.
AWAKE_SECONDS = 1.5
#: Trials that were taken from a worker, or given back, and that nobody has claimed since.
_ADRIFT = Q(state=Trial.State.QUEUED) & ~Q(token="")


def back_again(workers: list[str], stopped: datetime | None) -> None:
    """The supervisor starts once more: tell each running study since when nothing was done, and why.

    Args:
        workers: what the last run's workers were called.
        stopped: when it was stopped in order; None when it ended without a word, by a power cut perhaps.
    """
    seen = Worker.objects.filter(name__in=workers).aggregate(last=Max("seen"))["last"]
    interrupted = _ADRIFT | Q(state=Trial.State.RUNNING, worker__in=workers)
    for pk in Study.objects.active().in_background().values_list("pk", flat=True):
        with Study.locked(pk) as study:
            if study is not None and study.is_active:
                _note(study, _restart(study, stopped, seen, study.trials.filter(interrupted).count()))


def _restart(study: Study, stopped: datetime | None, seen: datetime | None, trials: int) -> str:
    if stopped is not None:
        what = f"HPO Dashboard was stopped at {_clock(stopped, study.now)}"
    elif seen is not None:
        what = f"The computer or the server stopped at {_clock(seen, study.now)}"
    else:
        what = "The computer or the server stopped"
    back = f"{what} and was back at {_clock(study.now, study.now)} UTC"
    if study.external or not trials:
        return back
    return f"{back}; {_trials(trials)} {'was' if trials == 1 else 'were'} started again"


def woke_up(worker: str, seconds: float) -> None:
    """This worker's process stood still for so long: tell the studies whose trials it held all the while."""
    asleep = Now() - timedelta(seconds=max(0.0, seconds - AWAKE_SECONDS))
    until_now = Q(state=Trial.State.RUNNING) | Q(completed_at__gte=asleep)
    held = Trial.objects.filter(until_now, worker=worker, started_at__lte=asleep)
    for pk in set(held.values_list("study_id", flat=True)):
        with Study.locked(pk) as study:
            if study is not None:
                began = _clock(study.now - timedelta(seconds=seconds), study.now)
                until = _clock(study.now, study.now)
                went_on = f"{_trials(held.filter(study=study).count())} carried on"
                _note(study, f"The computer slept or stood still from {began} to {until} UTC; {went_on}")


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"


def _note(study: Study, text: str) -> None:
    study.change()  # a page that is open shall show the line
    study.note(Event.Kind.LOST, text)


def _clock(when: datetime, now: datetime) -> str:
    """The time of day in UTC, with the date where that is another than today's."""
    when = when.astimezone(UTC)
    day = "" if when.date() == now.astimezone(UTC).date() else f"{when.day} {when:%B}, "
    return f"{day}{when:%H:%M}"
