"""How far a study is: progress strip, legend and an honest remaining time; for home and study page."""

import math
from dataclasses import dataclass

from django.utils import timezone

from trials import wording
from trials.models import Study

from .stopped import saved_by_study

#: States in the order of the strip, with the mark that colours their segment.
SEGMENTS = (
    ("complete", "good-mark"),
    ("pruned", "warn-mark"),
    ("failed", "bad-mark"),
    ("running", "accent-soft-mark"),
)
#: Finished trials before their durations say anything: the first to finish are the short ones.
FEWEST_TO_ESTIMATE = 5
#: The same for each slot.
WAVES_TO_ESTIMATE = 2
#: How many of the latest trials tell how fast it goes now, and the share of each end left aside as odd.
RECENT, ODD = 30, 0.1
LEGEND = ("complete", "pruned", "failed", "running", "queued", "cancelled")


@dataclass(frozen=True)
class Segment:
    mark: str
    width: str  # CSS per cent


@dataclass(frozen=True)
class LegendEntry:
    mark: str
    number: int
    word: str


@dataclass(frozen=True)
class Progress:
    """`budget` is None where no number of trials is set; `remaining` and `aside` are words.

    Where full trainings are the budget, `allowed` says how many and `spent` what the trials have cost; share
    and segments are of that.
    """

    done: int
    budget: int | None
    share: str  # CSS per cent of the budget that is done
    percent: str
    segments: tuple[Segment, ...]
    legend: tuple[LegendEntry, ...]
    remaining: str
    aside: str
    saved: str = ""
    spent: str = ""
    allowed: str = ""


def progress_of(study: Study, slots: int, pace: float | None = None) -> Progress:
    """Return a study's progress while `slots` trials can be trained at once; reads only its row.

    pace: seconds that a trial takes of late (`recent_pace`); without it, what it took on the whole.
    """
    budget, full = study.budget.get("trials"), study.budget.get("full_trainings")
    in_trainings = budget is None and full is not None
    whole: float = max(budget or 0, study.n_terminal + study.n_running, 1)
    done = study.n_terminal / whole
    if in_trainings:
        # The strip is of full trainings: each trial has a part of it as wide as what trials cost on average.
        done = study.compute / max(full, study.compute)
        whole = study.n_terminal / done if done else max(study.n_running, 1)
    counts = {state: getattr(study, f"n_{state}") for state in LEGEND}
    return Progress(
        done=study.n_terminal,
        budget=budget,
        share=_share(done, 1) if budget or in_trainings else "100%",
        percent=f"{math.floor(100 * done)}{wording.THIN}%" if budget or in_trainings else "",
        segments=tuple(
            Segment(mark, _share(counts[state], whole)) for state, mark in SEGMENTS if counts[state]
        ),
        legend=tuple(
            LegendEntry(wording.state_look(state).mark, counts[state], state)
            for state in LEGEND
            if counts[state] or state == "complete"
        ),
        remaining=remaining(study, slots, pace),
        aside=_aside(study, slots),
        saved=saved_by_study(study),
        spent=_amount(study.compute) if in_trainings else "",
        allowed=_amount(full) if in_trainings else "",
    )


def _amount(trainings: float) -> str:
    return f"{trainings:,.1f}".removesuffix(".0")


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.3f}".rstrip("0").rstrip(".") + "%"


def recent_pace(study: Study) -> float | None:
    """Seconds from start to end of a trial of late, without the oddest ones; one small query by index."""
    if study.state != Study.State.RUNNING:
        return None
    latest = study.trials.filter(finished_revision__isnull=False, started_at__isnull=False)
    times = latest.order_by("-finished_revision").values_list("started_at", "completed_at")[:RECENT]
    lengths = sorted((end - start).total_seconds() for start, end in times if start and end)
    aside = round(ODD * len(lengths))
    usual = lengths[aside : len(lengths) - aside]
    return sum(usual) / len(usual) if usual else None


def remaining(study: Study, slots: int, pace: float | None = None) -> str:
    """Say in words when the study will be done, or how it ended."""
    match study.state:
        case Study.State.COMPLETED:
            return f"done in {wording.duration(study.active_seconds)}"
        case Study.State.STOPPED | Study.State.FAILED:
            return f"{study.state} after {wording.count(study.n_terminal, 'trial')}"
        case Study.State.PAUSED:
            return "paused"
    if not slots and not study.external:
        return "waiting for a worker"
    if study.external and not study.n_running:
        return "waits for somebody to ask"
    if study.n_terminal < _enough(study, slots) < study.budget.get("trials", 0):
        return "estimating"
    seconds = remaining_seconds(study, slots, pace)
    return "no estimate yet" if seconds is None else wording.about(seconds)


def remaining_seconds(study: Study, slots: int, pace: float | None = None) -> float | None:
    """Estimate a running study's remaining time in seconds; None while nothing is known.

    Duration of a trial x waves that are left, never more than the time budget leaves.
    """
    estimates = []
    trials, seconds = study.budget.get("trials"), study.budget.get("seconds")
    if trials is not None and study.n_terminal and study.train_seconds > 0:
        mean = study.train_seconds / study.n_terminal if pace is None else pace
        left = max(0, trials - study.n_terminal)
        estimates.append(mean * max(left / _parallel(study, slots), min(1, left)))
    full = study.budget.get("full_trainings")
    if full is not None and study.compute and study.train_seconds > 0:
        left = max(0.0, full - study.compute) * study.train_seconds / study.compute
        estimates.append(left / _parallel(study, slots))
    if seconds is not None and study.active_since is not None:
        elapsed = study.active_seconds + (timezone.now() - study.active_since).total_seconds()
        estimates.append(max(0.0, seconds - elapsed))
    return min(estimates, default=None)


def _parallel(study: Study, slots: int) -> int:
    """How many trials run at once; external ones bring their own slots: as many as run now."""
    return max(1, study.n_running if study.external else min(study.parallelism, slots))


def _enough(study: Study, slots: int) -> int:
    return max(FEWEST_TO_ESTIMATE, WAVES_TO_ESTIMATE * _parallel(study, slots))


def _aside(study: Study, slots: int) -> str:
    """What stands beside the remaining time: the workers in use, or why it ended."""
    if study.is_over:
        return "" if study.ending.lower() == study.state else study.ending
    if study.external or not slots:
        return ""
    return f"{study.n_running} of {wording.count(slots, 'worker')}"
