"""Where a trial's row becomes a Result or a pending Suggestion of the optimizer library, and back.

The library always minimises; rows hold the study's own direction. It is flipped here, once each way.
"""

from collections.abc import Iterable, Sequence
from operator import mul

from optimizers import Result, Suggestion
from trials.models import Study, Trial

#: The columns `result_of` reads: loading more costs a long study dear. Without "study", a study's own
#: trials would each ask for it by a query of their own.
RESULT_COLUMNS = (
    "study", "number", "params", "state", "value", "fidelity", "parent", "start_from",
    "constraints", "seconds", "finished_revision",
)  # fmt: skip

#: What it reads besides where there are several objectives.
SEVERAL_COLUMNS = (*RESULT_COLUMNS, "values")

#: The columns `suggestion_of` reads.
PENDING_COLUMNS = ("study", "number", "params", "fidelity", "parent", "start_from")
#: What a suggestion's info says in the library's minimised values.
FLIPPED = ("predicted_mean", "best")
#: The same with one value for each objective.
FLIPPED_EACH = ("predicted_means",)


def result_columns(study: Study) -> tuple[str, ...]:
    """The columns that `result_of` reads of this study's trials."""
    return SEVERAL_COLUMNS if study.several else RESULT_COLUMNS


def result_of(study: Study, trial: Trial) -> Result:
    """The Result of a terminal trial; a failed one has no value."""
    value, values = None, None
    if trial.state != Trial.State.FAILED and study.several:
        values = minimised(study, trial.values)
    elif trial.state != Trial.State.FAILED and trial.value is not None:
        value = study.sign * trial.value
    return Result(
        number=trial.number,
        params=trial.params,
        value=value,
        values=values,
        fidelity=trial.fidelity,
        parent=trial.parent,
        start_from=trial.start_from,
        constraints=tuple(trial.constraints),
        seconds=trial.seconds,
        pruned=trial.state == Trial.State.PRUNED,
    )


def minimised(study: Study, values: Sequence[float] | None) -> tuple[float, ...] | None:
    """A trial's values with the sign that makes less better; None where it has none."""
    return None if values is None else tuple(map(mul, study.signs, values))


def suggestion_of(trial: Trial) -> Suggestion:
    """The Suggestion a pending trial came from."""
    return Suggestion(
        number=trial.number,
        params=trial.params,
        fidelity=trial.fidelity,
        parent=trial.parent,
        start_from=trial.start_from,
    )


def results_of(study: Study, trials: Iterable[Trial]) -> list[Result]:
    return [result_of(study, trial) for trial in trials]


def own_direction(study: Study, info: dict) -> dict:
    """Turn predicted values in a suggestion's info into the study's own direction."""
    turned = dict(info)
    for key in FLIPPED:
        if study.maximize and info.get(key) is not None:
            turned[key] = -info[key]
    for key in FLIPPED_EACH:
        if info.get(key) is not None:
            turned[key] = list(map(mul, study.signs, info[key]))
    return turned
