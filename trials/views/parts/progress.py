"""How far a study is: progress strip, legend and remaining time; for home and study page."""

import math
from dataclasses import dataclass

from trials import wording
from trials.models import Study

from .remaining import Pace, remaining
from .stopped import saved_by_study

#: States in the order of the strip, with the mark that colours their segment.
SEGMENTS = (
    ("complete", "good-mark"),
    ("pruned", "warn-mark"),
    ("failed", "bad-mark"),
    ("running", "accent-soft-mark"),
)
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

    Where full trainings are the budget, `allowed` says how many and `spent` what the trials have cost;
    sound, failed and segments are of that.
    """

    done: int
    budget: int | None
    sound: str  # CSS per cent of the budget that is done and did not fail
    failed: str  # CSS per cent of it that failed
    percent: str
    segments: tuple[Segment, ...]
    legend: tuple[LegendEntry, ...]
    remaining: str
    aside: str
    saved: str = ""
    spent: str = ""
    allowed: str = ""


def progress_of(study: Study, slots: int, pace: Pace | None = None) -> Progress:
    """Return a study's progress while `slots` trials can be trained at once; reads only its row.

    pace: how fast it goes of late (`recent_pace`); without it, what a trial took on the whole counts.
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
    shown = done if budget or in_trainings else 1.0
    failed = shown * study.n_failed / max(study.n_terminal, 1)
    return Progress(
        done=study.n_terminal,
        budget=budget,
        sound=_share(shown - failed, 1),
        failed=_share(failed, 1),
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


def _aside(study: Study, slots: int) -> str:
    """What stands beside the remaining time: the workers in use, or why it ended."""
    if study.is_over:
        return "" if study.ending.lower() == study.state else study.ending
    if study.external or not slots:
        return ""
    return f"{study.n_running} of {wording.count(slots, 'worker')}"
