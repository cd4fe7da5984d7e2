"""Where a trial's row becomes a Result or a pending Suggestion of the optimizer library, and back.

The library always minimises; rows hold the study's own direction. It is flipped here, once each way.
"""

from collections.abc import Iterable

from optimizers import Result, Suggestion
from trials.models import Study, Trial

#: The columns `result_of` reads: loading more costs a long study dear. Without "study", a study's own
#: trials would each ask for it by a query of their own.
RESULT_COLUMNS = (
    "study", "number", "params", "state", "value", "fidelity", "parent", "start_from",
    "constraints", "seconds", "finished_revision",
)  # fmt: skip

#: The columns `suggestion_of` reads.
PENDING_COLUMNS = ("study", "number", "params", "fidelity", "parent", "start_from")
#: What a suggestion's info says in the library's minimised values.
FLIPPED = ("predicted_mean", "best")


def result_of(study: Study, trial: Trial) -> Result:
    """The Result of a terminal trial; a failed one has no value."""
    failed = trial.state == Trial.State.FAILED or trial.value is None
    return Result(
        number=trial.number,
        params=trial.params,
        value=None if failed else study.sign * trial.value,
        fidelity=trial.fidelity,
        parent=trial.parent,
        start_from=trial.start_from,
        constraints=tuple(trial.constraints),
        seconds=trial.seconds,
        pruned=trial.state == Trial.State.PRUNED,
    )


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
    if not study.maximize:
        return info
    return {key: -value if key in FLIPPED and value is not None else value for key, value in info.items()}
