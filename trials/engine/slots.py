"""How many suggestions a study wants and which queued trials may start; called under the study's lock."""

import math

from django.db.models.functions import Now

from optimizers import registry
from trials.models import Study, Trial

from .compute import ROUNDING, committed

#: Queued work kept ready per slot when results do not change what is asked (grid, random).
DEEP_QUEUE = 48
#: How many seconds of training the look-ahead of a learning optimizer should cover: an ask and a message.
LOOK_AHEAD_SECONDS = 0.5
#: Trainings of a rung are of one length, so the slots come free together; of at least so many seconds on
#: the mean, they may then wait for an ask.
LONG_RUNG_SECONDS = 20.0


def look_ahead(study: Study) -> int:
    """Suggestions to keep queued beyond the free slots.

    None at parallelism 1, so that a study can be repeated exactly. Otherwise as few as keep the slots
    busy: a suggestion made early knows less.
    """
    if study.parallelism == 1 or study.external:
        return 0
    method = registry.get(study.optimizer["name"])
    if not method.learns:
        return DEEP_QUEUE * study.parallelism
    finished = study.n_complete + study.n_failed + study.n_pruned
    mean = study.train_seconds / finished if finished else 0.0
    least = study.parallelism if method.needs_fidelity and mean < LONG_RUNG_SECONDS else 1
    if not mean:
        return least
    return max(least, min(4 * study.parallelism, math.ceil(study.parallelism * LOOK_AHEAD_SECONDS / mean)))


def room(study: Study) -> int:
    """Trials the budget still admits; a cancelled one made room for another."""
    budget = study.budget.get("trials")
    trials = 10**9 if budget is None else max(0, budget - (study.next_number - study.n_cancelled))
    return trials if trials and affordable(study) > 0 else 0


def affordable(study: Study) -> float:
    """Full trainings that the budget still has, beside what waits and runs."""
    most = study.budget.get("full_trainings")
    return math.inf if most is None else most - study.compute - committed(study) - ROUNDING


def wanted(study: Study) -> int:
    """How many suggestions to ask for now."""
    if not study.is_active or study.ending or study.exhausted:
        return 0
    if study.external:
        target = min(study.demand, study.parallelism - study.n_running) - study.n_queued
    else:
        free = study.parallelism - study.n_running - study.n_queued
        deep = look_ahead(study)
        # A deep queue is refilled when it is half empty, not for every trial.
        target = free + deep if free + deep > deep // 2 else 0
    return max(0, min(target, room(study)))


def to_start(study: Study) -> tuple[int, ...]:
    """Mark and return the queued trials that may start now and that nobody has been told of."""
    free = study.parallelism - study.n_running
    if not study.is_active or study.external or free <= 0 or not study.n_queued:
        return ()
    first = study.trials.waiting().values_list("pk", "dispatched_at")[:free]
    keys = tuple(pk for pk, dispatched in first if dispatched is None)
    if keys:
        Trial.objects.filter(pk__in=keys).update(dispatched_at=Now())
    return keys
