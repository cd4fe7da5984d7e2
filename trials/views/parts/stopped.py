"""What early stopping did, in words: for a stopped trial's page, and for a study's progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.engine.early_stopping import horizon_of
from trials.models import Study, Trial


@dataclass(frozen=True)
class Stopped:
    """Why a trial was stopped, how far it was, and what that saved; `saved` is "" where nobody knows."""

    title: str
    reason: str
    saved: str


def stopped_of(study: Study, trial: Trial) -> Stopped | None:
    """What a pruned trial's page says; None for all others."""
    if trial.state != Trial.State.PRUNED:
        return None
    shown = wording.Shown(study.metric, study.maximize)
    told = trial.stopped
    if told is None:
        after = "" if trial.fidelity is None else f" after step {_number(trial.fidelity)}"
        return Stopped(f"Stopped early{after}", "The code that trained it decided so.", "")
    values = {name: wording.short(shown.value(value)) for name, value in told["values"].items()}
    title = f"Stopped early after {progress_in_words(study, told['step'], told['total'])}"
    return Stopped(title, f"{told['words'].format_map(values)}.", _saved_by_trial(told))


def progress_in_words(study: Study, step: float, total: float | None) -> str:
    """How far a trial was: "4 of 10 folds", "step 9 of 27"."""
    of = "" if total is None else f" of {_number(total)}"
    if reports_folds(study):
        return f"{_number(step)}{of} folds"
    return f"step {_number(step)}{of}"


def _saved_by_trial(told: Mapping[str, Any]) -> str:
    share, seconds = told["trainings_saved"], told["seconds_saved"]
    if share is None:
        return ""
    time = "" if not seconds else f", about {wording.duration(seconds)}"
    return f"That saved {_percent(share)} of a full training{time}."


def saved_by_study(study: Study) -> str:
    """What stopping has saved so far: "stopping saved 31 % of the folds, about 4 min"; "" for nothing."""
    if not study.trainings_saved:
        return ""
    what = "folds" if reports_folds(study) else "training"
    time = f", about {wording.duration(study.seconds_saved)}" if study.seconds_saved else ""
    return f"stopping saved {_percent(study.share_saved)} of the {what}{time}"


def reports_folds(study: Study) -> bool:
    """Whether the reports of its trials are scores of folds."""
    horizon = horizon_of(study.objective, study.stopping)
    return horizon is not None and horizon.kind == "folds"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{wording.THIN}%"


def _number(value: float) -> str:
    return wording.short(value) if value % 1 else f"{int(value):,}"
