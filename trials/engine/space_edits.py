"""Edit a study's space while it runs: a new version, and which of the trials so far lie inside it."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import optimizers
from trials.models import Event, Insight, Space, Study, Trial
from trials.models.study import said

from .budget import configurations
from .endings import settle
from .nudges import Nudges
from .plan import check_new_space
from .slots import to_start

#: Rows of one UPDATE: SQLite takes so many variables at least.
CHUNK = 500


def edit_space(study_id: int, space_json: Any, by: str = "") -> Nudges | None:
    """Give the study a new version of its space; None when there is no such study.

    Trials so far are marked as inside or outside of it: what lies outside, or has no value for a new
    parameter without a default, is unknown to the optimizer from now on. Queued suggestions outside are
    cancelled, and asked for anew; a person's own configurations and what runs are left alone. The same
    space again changes nothing.

    Args:
        by: who did it, for the study's history.

    Raises:
        StudyError: with a message for every field that is wrong ("space.parameters.C.low"); nothing changes.
    """
    study = Study.objects.visible().select_related("space").filter(pk=study_id).first()
    if study is None:
        return None
    space = check_new_space(study, space_json)
    if space == study.space.space:
        return Nudges()
    # Parameters never change: what is worked out before the lock is taken holds under it.
    known = {pk: space.adapt(params) for pk, params in _params(study)}
    with Study.locked(study_id) as study:
        if study is None or study.deleted is not None:
            return None
        known |= {pk: space.adapt(params) for pk, params in _params(study, after=max(known, default=0))}
        return _adopt(study, space, known, by)


def _params(study: Study, after: int = 0) -> Iterable[tuple[int, dict[str, Any]]]:
    trials = study.trials.numbered().filter(pk__gt=after).order_by("pk")
    return trials.values_list("pk", "params").iterator(chunk_size=2000)


def _adopt(study: Study, space: optimizers.Space, fitted: Mapping[int, Any], by: str) -> Nudges:
    """Make the space the study's own; under its lock."""
    before = study.space
    budget = _bounded_budget(study, space, fitted)
    version = Space.objects.create(definition=space.to_dict(), version=before.version + 1, previous=before)
    _mark(study, fitted)
    study.change(space=version, budget=budget, exhausted=False)
    Insight.objects.filter(study=study).delete()  # it is about other parameters
    study.surrogate_views.all().delete()
    outside = study.trials.filter(state=Trial.State.QUEUED, inside=False, enqueued=False)
    for trial in outside.only("pk", "number"):
        trial.cancel(study)
    left_out = sum(params is None for params in fitted.values())
    changes = ", ".join(differences(before.space, space)) or "its order"
    note = f"Space changed to version {version.version}: {changes}"
    if left_out:
        note += f"; {left_out:,} of {len(fitted):,} trials lie outside"
    study.note(Event.Kind.CHANGED, said(note, by))
    settle(study)
    return Nudges(trials=to_start(study), studies=(study.pk,), insights=(study.pk,))


def _mark(study: Study, fitted: Mapping[int, Any]) -> None:
    for inside in (True, False):
        marked = set(study.trials.numbered().filter(inside=not inside).values_list("pk", flat=True))
        wrong = [pk for pk in marked if (fitted.get(pk) is not None) == inside]
        for start in range(0, len(wrong), CHUNK):
            study.trials.filter(pk__in=wrong[start : start + CHUNK]).update(inside=inside)


def _bounded_budget(study: Study, space: optimizers.Space, fitted: Mapping[int, Any]) -> dict[str, Any]:
    """The budget; where the old space alone bounded the trials, the new one does from now on."""
    method = study.optimizer["name"]
    old, new = configurations(study.space.space, method), configurations(space, method)
    budget: dict[str, Any] = study.budget
    trials = budget.get("trials")
    if trials is None or math.isinf(new):
        return budget
    points = space.grid_configurations if method == "grid" else space.configurations
    assert points is not None
    cancelled = set(study.trials.filter(state=Trial.State.CANCELLED).values_list("pk", flat=True))
    counted = [params for pk, params in fitted.items() if pk not in cancelled]
    found = (points.index(space.codes_of(params)) for params in counted if params is not None)
    covered = {index for index in found if index is not None}
    most = len(counted) - len(covered) + points.size
    return budget | {"trials": most if trials == old else min(trials, most)}


def differences(before: optimizers.Space, after: optimizers.Space) -> list[str]:
    """What changed between two versions of a space, in words."""
    new = [f"{name} is new" for name in after.names if name not in before.parameters]
    gone = [f"{name} is gone" for name in before.names if name not in after.parameters]
    both = [name for name in after.names if name in before.parameters]
    other = [name for name in both if before.parameters[name] != after.parameters[name]]
    return [*(f"{name} changed" for name in other), *new, *gone]
