"""What trials cost, in full trainings: as planned when they are queued, and as it was when they are over."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Sum

from optimizers import Suggestion
from trials.models import Study, Trial

if TYPE_CHECKING:
    from .finish import Verdict

#: Sums of shares are believed up to this.
ROUNDING = 1e-9


def planned(study: Study, suggestions: Sequence[Suggestion]) -> dict[int, float]:
    """What each suggested trial will cost, by number, if it goes on where the one it continues stopped."""
    whole = study.full_fidelity
    if whole is None:
        return {suggestion.number: 1.0 for suggestion in suggestions}
    reached = _fidelities(study, {suggestion.parent for suggestion in suggestions} - {None})
    return {
        suggestion.number: _share(suggestion.fidelity, reached.get(suggestion.parent, 0.0), whole)
        for suggestion in suggestions
    }


def _fidelities(study: Study, numbers: Iterable[int | None]) -> dict[int | None, float]:
    found = study.trials.filter(number__in=list(numbers)).values_list("number", "fidelity")
    return {number: fidelity or 0.0 for number, fidelity in found}


def _share(fidelity: float | None, begun: float, whole: float) -> float:
    """The part of a whole training between two fidelities."""
    return max(0.0, (whole if fidelity is None else fidelity) - begun) / whole


def cost(study: Study, trial: Trial, verdict: "Verdict") -> float | None:
    """What a finished trial cost; one that failed counts as planned, so that a budget comes to its end."""
    if trial.number is None:
        return None
    usual = 1.0 if trial.compute is None else trial.compute
    if verdict.state == Trial.State.FAILED:
        return usual
    whole = study.full_fidelity
    if whole is None:
        stopped = verdict.extra.get("stopped") or {}
        total = stopped.get("total")
        return min(usual, stopped["step"] / total) if total else usual
    reached = verdict.extra.get("fidelity", trial.fidelity)
    if verdict.resumed_from is None:
        begun = (whole if trial.fidelity is None else trial.fidelity) - usual * whole
    else:
        begun = verdict.resumed_from
    return _share(reached, begun, whole)


def committed(study: Study) -> float:
    """What the trials that wait or run will cost, in full trainings."""
    waiting = study.trials.numbered().pending().aggregate(sum=Sum("compute"))
    return float(waiting["sum"] or 0.0)
