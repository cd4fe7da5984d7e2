"""Record a trial's outcome: the one place where a result, its study's best and its ending meet."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from trials.models import Event, FinalModel, Study, Trial
from trials.models.trial import Told

from . import reports
from .checkpoints import Saved, keep
from .claims import Held, Slot, claim_next
from .compute import cost
from .endings import settle
from .front import join
from .goals import excesses
from .nudges import Nudges
from .slots import to_start, wanted


@dataclass(frozen=True)
class Verdict:
    """What a training came to, as the trial's row will hold it; `resumed_from` is the fidelity at which it
    took up an earlier one, None where nobody says so: then as planned.
    """

    state: str
    values: tuple[float, ...] = ()
    error: dict[str, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    #: What the trial has reported, by step; None where that is stored already.
    reports: Mapping[float, float] | None = None
    checkpoint: Saved | None = None
    resumed_from: float | None = None

    def fields(self) -> dict[str, Any]:
        """Columns of the row; NaN and infinity never reach the database."""
        values = list(self.values) if self.values else None
        return {"value": values[0] if values else None, "values": values, "error": self.error, **self.extra}

    @property
    def feasible(self) -> bool:
        return bool(self.extra.get("feasible", True))

    def limited(self, study: Study) -> "Verdict":
        """With the study's limits held against what was measured, before limits that came with the result."""
        told = self.extra.get("constraints", [])
        if not self.values or not (study.constraints or told):
            return self
        measured = self.extra.get("metrics", {}) | dict(zip(study.metrics, self.values, strict=True))
        found = [*excesses(study.constraints, measured), *told]
        kept = all(excess is not None and excess <= 0 for excess in found)
        return replace(self, extra=self.extra | {"constraints": found, "feasible": kept})

    def checked(self) -> "Verdict":
        """A non-finite value becomes a failure that says so."""
        bad = [value for value in self.values if not math.isfinite(value)]
        if self.state == Trial.State.FAILED or not bad:
            return self
        message = (
            f"The value is not a finite number: {bad[0]}. Look for a division by zero or a diverged training."
        )
        error = {"kind": "non_finite", "message": message, "exception": "", "traceback": ""}
        return replace(self, state=Trial.State.FAILED, values=(), error=error, checkpoint=None)


@dataclass(frozen=True)
class Recorded:
    """What became of a tell, what follows, and the trial its slot goes on with."""

    told: Told
    nudges: Nudges = field(default_factory=Nudges)
    following: Held | None = None


def record(trial: Trial, token: str, verdict: Verdict, slot: Slot | None = None) -> Recorded:
    """Tell a trial's outcome; the same tell twice is harmless.

    Args:
        trial: the columns of JOB_COLUMNS are read, nothing else.
        slot: the slot that has become free and may go on with the study's next trial.
    """
    verdict = verdict.checked()
    with Study.locked(trial.study_id) as study:
        if study is None:
            return Recorded(Told.LEASE_LOST)
        verdict = verdict.limited(study)
        told_fields = verdict.fields() | {"compute": cost(study, trial, verdict)}
        told = trial.tell(study, token, verdict.state, **told_fields)
        if told is not Told.RECORDED:
            return Recorded(told)
        if verdict.reports:
            reports.replace(trial, verdict.reports)
        if trial.number is not None:
            study.change(compute=study.compute + (told_fields["compute"] or 0.0))
        keep(study, trial, verdict.checkpoint)
        if verdict.state == Trial.State.COMPLETE:
            _note_result(study, trial, verdict)
        ended = settle(study)
        following = None if slot is None or ended else claim_next(study, slot)
        nudges = Nudges(
            trials=to_start(study),
            studies=(study.pk,) if wanted(study) and not study.being_asked else (),
            insights=(study.pk,) if ended or insight_due(study.pk) else (),
            finals=FinalModel.objects.due(study) if ended else (),
        )
        return Recorded(told, nudges, following)


def _note_result(study: Study, trial: Trial, verdict: Verdict) -> None:
    """Keep the study's best and its default's value."""
    value = verdict.values[0]
    if trial.number is None or (
        trial.number == 0
        and study.baseline_value is None
        and study.is_full(trial.fidelity)
        and _is_default(study, trial)
    ):
        study.change(baseline_value=value)
    if trial.number is None or not verdict.feasible:
        return
    if study.several:
        if study.is_full(trial.fidelity):
            join(study, trial, list(verdict.values))
    elif _is_best(study, trial, value):
        reached = study.full_fidelity if trial.fidelity is None else trial.fidelity
        study.change(best=trial, best_value=value, best_fidelity=reached)
        study.note(Event.Kind.BEST, f"{value!r}", trial.number)


def _is_best(study: Study, trial: Trial, value: float) -> bool:
    """Whether it was trained further than the best so far, or as far and is better."""
    if study.full_fidelity is not None and study.best_id is not None:
        best = study.full_fidelity if study.best_fidelity is None else study.best_fidelity
        reached = study.full_fidelity if trial.fidelity is None else trial.fidelity
        if reached != best:
            return reached > best
    return study.better(value, than=study.best_value)


def _is_default(study: Study, trial: Trial) -> bool:
    """Whether trial 0 was the space's default configuration and no separate baseline is scored."""
    return trial.params == study.space.space.default() and not study.trials.filter(number=None).exists()


_last_insight: dict[int, float] = {}


def insight_due(study_id: int) -> bool:
    """Throttle of this process: one nudge for fresh insights per interval and study."""
    now = time.monotonic()
    if now - _last_insight.get(study_id, -math.inf) < settings.HPO_INSIGHT_SECONDS:
        return False
    _last_insight[study_id] = now
    return True
