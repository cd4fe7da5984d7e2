"""When a study is over: its budget, its target, its patience, an exhausted space, a stop."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from trials.models import Insight, Study, Trial

from .compute import ROUNDING

#: With fewer results the estimate of what is left to gain is too bold to end a study.
FEWEST_FOR_REGRET = 25


def settle(study: Study) -> bool:
    """Apply the budget under the study's lock; True when this ended the study.

    trials: ends when exactly that many are terminal. target, patience, failures: cancel what is queued, let
    running ones finish. seconds: cancels both. An exhausted space ends it below budget. A person's own
    configurations are not cancelled once it is decided that the study ends: they were queued all the same.
    """
    if study.is_over:
        return False
    if _out_of_time(study):
        cancel(study, running=True)
        return study.end(Study.State.COMPLETED, _time_is_up(study))
    if not study.ending:
        _decide(study)
    if study.ending and study.n_queued:  # also what came back from a lost worker since
        cancel(study, running=False, enqueued=False)
    if study.n_queued or study.n_running:
        return False
    if study.ending:
        return study.end(study.ends_as, study.ending)
    budget = study.budget.get("trials")
    if budget is not None and study.n_terminal >= budget:
        return study.end(Study.State.COMPLETED, f"All {budget} trials are done")
    most = study.budget.get("full_trainings")
    if most is not None and study.compute >= most - ROUNDING:
        spent = f"{study.compute:.2f}".rstrip("0").rstrip(".")
        return study.end(Study.State.COMPLETED, f"The budget of {most:g} full trainings is used up: {spent}")
    if study.exhausted:
        return study.end(
            Study.State.COMPLETED, f"Every configuration of the space was tried: {study.n_terminal}"
        )
    return False


def cancel(study: Study, *, running: bool, enqueued: bool = True) -> None:
    """Cancel what is queued and, when asked, what runs; `enqueued=False` spares a person's own."""
    states = [Trial.State.QUEUED, *([Trial.State.RUNNING] if running else [])]
    trials = study.trials.filter(state__in=states)
    for trial in (trials if enqueued else trials.filter(enqueued=False)).only("study", "number"):
        trial.cancel(study)


def _out_of_time(study: Study) -> bool:
    """Whether the seconds are used up; one that was reopened after that only runs what it was given."""
    seconds = study.budget.get("seconds")
    if seconds is None or study.active_since is None or study.ending == _time_is_up(study):
        return False
    return bool(study.elapsed() >= seconds)


def _time_is_up(study: Study) -> str:
    return f"The time budget of {study.budget['seconds']:g} s is used up"


def _decide(study: Study) -> None:
    """Let the study wind down when the results are reason enough."""
    most = study.budget.get("failures")
    if most is not None and study.failures_in_a_row >= most:
        study.wind_down(_failures(study, most), ends_as=Study.State.FAILED)
    elif reason := satisfied(study, study.budget):
        study.wind_down(reason)


def _failures(study: Study, most: int) -> str:
    """How many failed in a row, and what the last one said."""
    failed = study.trials.filter(state=Trial.State.FAILED).order_by("-finished_revision")
    error = failed.values_list("error", flat=True).first() or {}
    many = "A trial failed" if most == 1 else f"{most} trials failed in a row"
    return f"{many}: {error['message']}" if error.get("message") else many


def satisfied(study: Study, budget: Mapping[str, Any]) -> str:
    """The reason to ask no more although the budget of trials is not used up, or an empty string."""
    target, patience = budget.get("target"), budget.get("patience")
    best = study.best_value
    if target is not None and best is not None and study.best_is_full and not study.better(target, than=best):
        return f"The target of {target:g} is reached"
    if patience is not None and study.n_terminal >= patience:
        since = study.trials.numbered().terminal().filter(finished_revision__gt=_best_revision(study))
        if since.exclude(state=Trial.State.CANCELLED).count() >= patience:
            better = "new result on the front" if study.several else "better result"
            return f"No {better if study.best_id else 'result'} in {patience} trials"
    regret = budget.get("regret")
    return "" if regret is None else _hardly_more(study, regret)


def _hardly_more(study: Study, regret: float) -> str:
    """The reason when what further trials can gain is bounded by `regret`; told by the newest insight."""
    data = Insight.objects.filter(study=study).values_list("data", flat=True).first() or {}
    left = data.get("remaining")
    if not left or left["n"] < FEWEST_FOR_REGRET or left["high"] > regret:
        return ""
    return f"Further trials can hardly gain more than {left['high']:.3g}; {regret:g} was asked for"


def _best_revision(study: Study) -> int:
    """The revision at which the best was found, or the newest of the front; -1 while there is none."""
    best = study.trials.on_front() if study.several else study.trials.filter(pk=study.best_id)
    found = best.aggregate(newest=Max("finished_revision"))["newest"]
    return -1 if found is None else found
