"""An honest remaining time in each phase of a study: at its start, on its way, while the last trials run."""

import math
from dataclasses import dataclass

from django.utils import timezone

from trials import wording
from trials.models import Study, Trial

#: Finished trials before their durations say anything: the first to finish are the short ones.
FEWEST_TO_ESTIMATE = 5
#: The same for each slot.
WAVES_TO_ESTIMATE = 2
#: How many of the latest trials tell how fast it goes now, and the share of each end left aside as odd.
RECENT, ODD = 30, 0.1
#: Running trials whose start is looked at, once no more than so many waves are left.
MOST_AGES, WAVES_TO_AGE = 200, 3
#: The limits of a budget from which a remaining time follows; with others alone, results decide.
BOUNDS = {"trials", "full_trainings", "seconds"}


@dataclass(frozen=True)
class Pace:
    """How fast it goes now, in seconds: what a trial takes of late, and since when each running one runs."""

    trial: float
    ages: tuple[float, ...] = ()

    def done(self) -> float:
        """What of the running trials is behind them, in seconds of training."""
        return sum(min(age, self.trial) for age in self.ages)

    def last(self) -> float:
        """Seconds until the running trial that began last should end."""
        return max(0.0, self.trial - min(self.ages, default=0.0)) if self.ages else 0.0


def recent_pace(study: Study) -> Pace | None:
    """The pace of the latest trials without the oddest ones; one small query by index, near the end two."""
    if study.state != Study.State.RUNNING:
        return None
    latest = study.trials.filter(finished_revision__isnull=False, started_at__isnull=False)
    times = latest.order_by("-finished_revision").values_list("started_at", "completed_at")[:RECENT]
    lengths = sorted((end - start).total_seconds() for start, end in times if start and end)
    aside = round(ODD * len(lengths))
    usual = lengths[aside : len(lengths) - aside]
    if not usual:
        return None
    return Pace(sum(usual) / len(usual), _ages(study) if _near_the_end(study) else ())


def _near_the_end(study: Study) -> bool:
    """Whether so few trials are left that it counts how long those that run have been running."""
    left = study.budget.get("trials", math.inf) - study.n_terminal
    return bool(study.n_running) and (bool(study.ending) or left <= WAVES_TO_AGE * study.n_running)


def _ages(study: Study) -> tuple[float, ...]:
    now = timezone.now()
    running = study.trials.filter(state=Trial.State.RUNNING, started_at__isnull=False)
    begun = running.values_list("started_at", flat=True)[:MOST_AGES]
    return tuple(max(0.0, (now - start).total_seconds()) for start in begun if start)


def remaining(study: Study, slots: int, pace: Pace | None = None) -> str:
    """Say in words when the study will be done, or how it ended."""
    match study.state:
        case Study.State.COMPLETED:
            return f"done in {wording.duration(study.active_seconds)}"
        case Study.State.STOPPED | Study.State.FAILED:
            return f"{study.state} after {wording.count(study.n_terminal, 'trial')}"
        case Study.State.PAUSED:
            return f"paused, {study.n_running:,} still running" if study.n_running else "paused"
    if not slots and not study.external:
        return "waiting for a worker"
    if study.external and not study.n_running:
        return "waits for somebody to ask"
    if study.ending or _last_wave(study):
        return _winding_down(study, pace)
    if not study.budget.keys() & BOUNDS:
        return "open end"
    if study.n_terminal < _enough(study, slots) < study.budget.get("trials", 0):
        return "estimating"
    seconds = remaining_seconds(study, slots, pace)
    return "no estimate yet" if seconds is None else wording.about(seconds)


def _last_wave(study: Study) -> bool:
    """Whether all trials that the budget allows are done or running."""
    return bool(study.n_running) and study.n_terminal + study.n_running >= study.budget.get(
        "trials", math.inf
    )


def _winding_down(study: Study, pace: Pace | None) -> str:
    """Nothing new is asked: only what waits and runs is left, and how long that may take."""
    left = study.n_queued + study.n_running if study.ending else study.n_running
    words = f"{wording.count(left, 'trial')} left to finish" if left else "ending"
    if pace is None or not pace.ages or study.n_running < left:
        return words
    seconds = pace.last()
    return f"{words}, {wording.about(seconds).removesuffix(' left')}" if seconds else f"{words}, any moment"


def remaining_seconds(study: Study, slots: int, pace: Pace | None = None) -> float | None:
    """Estimate a running study's remaining time in seconds; None while nothing is known.

    Duration of a trial x waves that are left, less what the running ones have behind them; never more than
    the time budget leaves.
    """
    estimates = []
    trials, seconds = study.budget.get("trials"), study.budget.get("seconds")
    if study.ending:
        trials = study.n_terminal + study.n_queued + study.n_running
    if trials is not None and study.n_terminal and study.train_seconds > 0:
        pace = pace or Pace(study.train_seconds / study.n_terminal)
        left = max(0, trials - study.n_terminal)
        work = max(0.0, pace.trial * left - pace.done())
        estimates.append(max(work / _parallel(study, slots), pace.last() if left else 0.0))
    full = study.budget.get("full_trainings")
    if full is not None and study.compute and study.train_seconds > 0 and not study.ending:
        left_full = max(0.0, full - study.compute) * study.train_seconds / study.compute
        estimates.append(left_full / _parallel(study, slots))
    if seconds is not None and study.active_since is not None:
        elapsed = study.active_seconds + (timezone.now() - study.active_since).total_seconds()
        estimates.append(max(0.0, seconds - elapsed))
    return min(estimates, default=None)


def _parallel(study: Study, slots: int) -> int:
    """How many trials run at once; external ones bring their own slots: as many as run now."""
    return max(1, study.n_running if study.external else min(study.parallelism, slots))


def _enough(study: Study, slots: int) -> int:
    return max(FEWEST_TO_ESTIMATE, WAVES_TO_ESTIMATE * _parallel(study, slots))
