"""The best configuration so far, compared with the default; for the study's overview."""

from dataclasses import dataclass

from trials import wording
from trials.models import Study

from .extents import part_of
from .folds import standard_error
from .parameters import ParameterRow, parameter_rows
from .reproduce import code_of


@dataclass(frozen=True)
class Best:
    number: int | None
    value: str
    metric: str
    error: str
    gain: wording.Gain | None
    default: str
    default_title: str
    parameters: tuple[ParameterRow, ...]
    code: str
    part: str  # of the training, "" for all of it


def best_of(study: Study) -> Best | None:
    """Return the best trial's card; reads nothing beyond the study and its best, loaded with it."""
    trial = study.best
    if trial is None:
        return None
    error = standard_error(trial.folds)
    shown = wording.Shown(study.metric, study.maximize)
    return Best(
        number=trial.number,
        value=shown.five(trial.value),
        metric=shown.title,
        error="" if error is None else f"{wording.plus_minus(error)} over folds",
        gain=shown.gain(trial.value, study.default_value, error),
        default=shown.five(study.default_value) if study.default_value is not None else "",
        default_title=wording.default_title(study.objective.get("models") or ()),
        parameters=parameter_rows(study.space.space, trial.params),
        code=code_of(study, trial),
        part=part_of(study, trial.fidelity),
    )
