"""A trial's page: value, parameters, folds, why it was suggested, what went wrong, how to make it again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from trials import wording
from trials.engine.enqueueing import RETRIABLE
from trials.models import Study, Trial

from . import live as living
from .parts.curve import curve_of
from .parts.extents import line_of
from .parts.folds import Folds, folds_of, standard_error
from .parts.front import broken_limits
from .parts.heading import subject_of
from .parts.parameters import parameter_rows
from .parts.reasons import reason_of
from .parts.remedies import Remedy, remedy_of
from .parts.reproduce import code_of
from .parts.stopped import reports_folds, stopped_of

#: Hollow marks on the ranges: the best trials of the study.
OTHERS = 20


def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show one trial."""
    trial = _trial(pk, number)
    context = _context(trial) | {"etag": _etag(trial), "every": _every(trial)}
    return render(request, "trial/page.html", context)


def live(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the page's parts again when the trial has moved on."""
    trial = get_object_or_404(_pulses(), study=pk, number=number)
    context = lambda: _context(_trial(pk, number))  # noqa: E731
    return living.answer(request, _etag(trial), _every(trial), "trial/live.html", context)


def _pulses() -> QuerySet[Trial]:
    """Trials with what decides whether their page has changed."""
    return Trial.objects.select_related("note").only("state", "started_at", "lost", "note__edited")


def _trial(pk: int, number: int) -> Trial:
    trials = Trial.objects.filter(study__deleted=None).select_related("study", "space", "note")
    return get_object_or_404(trials, study=pk, number=number)


def _etag(trial: Trial) -> str:
    started = int(trial.started_at.timestamp()) if trial.started_at else 0
    told = 0 if trial.is_terminal else trial.reports.count()
    note = getattr(trial, "note", None)
    noted = note.edited.timestamp() if note else ""
    return f'"{trial.pk}-{trial.state}-{started}-{trial.lost}-{told}-{noted}"'


def _every(trial: Trial) -> int:
    return 0 if trial.is_terminal else living.WHILE_RUNNING


def _context(trial: Trial) -> dict[str, Any]:
    study, space = trial.study, trial.space.space
    error = standard_error(trial.folds)
    shown = wording.Shown(study.metric, study.maximize)
    return {
        "study": study,
        "trial": trial,
        "note": getattr(trial, "note", None),
        "subject": subject_of(study.objective, study.optimizer),
        "value": shown.five(trial.value),
        "metric": shown.title,
        "further": list(_further(study, trial)),
        "broken": broken_limits(study, trial),
        "pickable": study.several and trial.is_on_front and trial.pk != study.best_id,
        "error_of_mean": "" if error is None else f"{wording.plus_minus(error)} over folds",
        "gain": shown.gain(trial.value, study.default_value, error),
        "rank": _rank(study, trial),
        "parameters": parameter_rows(space, trial.params, _others(study, trial)),
        "folds": (folds := _folds(study, trial)),
        "curve": curve_of(study, trial) if folds is None or not reports_folds(study) else None,
        "stopped": stopped_of(study, trial),
        "line": line_of(study, trial),
        "reason": reason_of(study, trial),
        "code": code_of(study, trial),
        "remedy": _remedy(trial),
        "repeated_by": _repeated_by(study, trial),
        "actions": _actions(trial),
        "metrics": [
            _metric(name, value) for name, value in trial.metrics.items() if name not in study.metrics[1:]
        ],
        **_neighbours(study, trial),
    }


def _remedy(trial: Trial) -> Remedy | None:
    error = trial.error or {}
    if trial.state != Trial.State.FAILED:
        return None
    return remedy_of(error.get("kind", ""), error.get("exception", ""), error.get("message", ""))


def _repeated_by(study: Study, trial: Trial) -> int | None:
    """The trial that retries this one."""
    if trial.state not in RETRIABLE:
        return None
    return study.trials.filter(retry_of=trial.number).values_list("number", flat=True).first()


def _actions(trial: Trial) -> set[str]:
    if not trial.is_terminal:
        return {"cancel"}
    return {"retry"} if trial.state in RETRIABLE else set()


def _metric(name: str, value: float) -> tuple[str, str]:
    shown = wording.Shown(name, True)
    return shown.title, shown.five(value)


def _further(study: Study, trial: Trial) -> Iterator[tuple[str, str]]:
    """The values of the other objectives."""
    if study.several and trial.values:
        shown = wording.each_shown(study.metrics, study.directions)
        for one, value in list(zip(shown, trial.values, strict=True))[1:]:
            yield one.title, one.five(value)


def _rank(study: Study, trial: Trial) -> str:
    """Where it stands among the others, or on the front; "" for what has no result that counts."""
    if trial.value is None or trial.state != Trial.State.COMPLETE or not trial.feasible:
        return ""
    if study.several and not trial.is_on_front:
        return ""
    if study.several:
        stands = "picked" if study.picked else "the compromise"
        return f"on the front, {stands}" if trial.pk == study.best_id else "on the front"
    complete = study.trials.by_value(study).order_by()
    better = Q(value__gt=trial.value) if study.maximize else Q(value__lt=trial.value)
    if trial.fidelity is not None:
        better = Q(fidelity__gt=trial.fidelity) | Q(fidelity=None) | (Q(fidelity=trial.fidelity) & better)
    many = complete.count() if study.constraints else study.n_complete
    return f"{wording.ordinal(complete.filter(better).count() + 1)} of {many:,}"


def _others(study: Study, trial: Trial) -> list[dict[str, Any]]:
    ranked = study.trials.ranked(study).exclude(pk=trial.pk)
    return list(ranked.values_list("params", flat=True)[:OTHERS])


def _folds(study: Study, trial: Trial) -> Folds | None:
    """The folds beside those of the default: the baseline, or trial 0 where that was the default.

    A stopped trial stands beside the best, which it was measured by; of one that runs there are its reports.
    """
    folds = trial.folds or _folds_so_far(study, trial)
    if not folds:
        return None
    shown = wording.Shown(study.metric, study.maximize)
    if trial.state == Trial.State.PRUNED and study.best is not None:
        return folds_of(folds, study.best.folds, shown, "best")
    default = study.trials.filter(number=None).values_list("folds", flat=True).first()
    if default is None and study.baseline_value is not None and trial.number != 0:
        default = study.trials.filter(number=0).values_list("folds", flat=True).first()
    return folds_of(folds, default or (), shown)


def _folds_so_far(study: Study, trial: Trial) -> list[dict[str, Any]]:
    if trial.state != Trial.State.RUNNING or not reports_folds(study):
        return []
    told = trial.reports.order_by("step").values_list("step", "value")
    return [{"fold": int(step) - 1, "score": value} for step, value in told]


def _neighbours(study: Study, trial: Trial) -> dict[str, int | None]:
    numbered = study.trials.numbered()
    return {
        "previous": numbered.filter(number__lt=trial.number).aggregate(n=Max("number"))["n"],
        "next": numbered.filter(number__gt=trial.number).aggregate(n=Min("number"))["n"],
    }
