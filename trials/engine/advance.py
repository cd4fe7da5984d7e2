"""Fill a study's free slots: ask its optimizer, queue the suggestions, say which trials may start."""

import logging
import secrets
import time
from collections.abc import Mapping

from django.conf import settings
from django.db.models.functions import Now

from optimizers import SpaceExhausted, Suggestion
from trials.models import ParameterValue, Study, Trial

from .compute import planned
from .endings import cancel, settle
from .memory import memory_of
from .meters import METERS
from .nudges import Nudges
from .outage import OUTAGES
from .results import PENDING_COLUMNS, own_direction, suggestion_of
from .slots import affordable, to_start, wanted

logger = logging.getLogger(__name__)

#: How long, in seconds, suggestions are asked before those that are there may start.
ASK_SECONDS = 0.5


def advance(study_id: int, runner: str = "") -> Nudges:
    """Ask for what the study wants; return what is to be started.

    Only the holder of the study's suggest lease asks, so two calls at once do no harm: the second
    returns at once. The first gives the lease back only while nothing has changed since it last
    looked, so no call is lost either. Asking (and fitting) runs outside any transaction. When asking
    takes long, it returns with a part of the suggestions and a nudge to go on.

    Args:
        study_id: the study's primary key; a missing study is no error.
        runner: the foreground runner's token when it is the caller.
    """
    token = secrets.token_hex(8)
    study = Study.objects.active().filter(pk=study_id).first()
    if study is None or not study.take_suggest_lease(token, settings.HPO_LEASE_SECONDS):
        return Nudges()
    nudges = Nudges()
    try:
        while True:
            step = _look(study_id, token, runner)
            if step is None:
                return nudges
            study, count, start = step
            nudges |= Nudges(trials=start)
            if count:
                suggestions, exhausted = _ask(study, count)
                nudges |= Nudges(trials=_queue(study, token, suggestions, exhausted))
                if len(suggestions) < count and suggestions and not exhausted:
                    return nudges | Nudges(studies=(study_id,))
                if suggestions or exhausted:
                    continue
            if study.drop_suggest_lease(token, seen=study.revision):
                return nudges
    except OUTAGES:
        raise
    except Exception as error:
        logger.exception("The optimizer of study %s failed", study_id)
        _fail(study_id, token, f"The optimizer failed: {type(error).__name__}: {error}")
        return nudges
    finally:
        Study(pk=study_id).drop_suggest_lease(token)


def _look(study_id: int, token: str, runner: str) -> tuple[Study, int, tuple[int, ...]] | None:
    """Read the study as it is now: how many suggestions it wants and which queued trials may start."""
    with Study.locked(study_id) as study:
        if study is None or study.suggest_token != token or study.run_elsewhere(runner):
            return None
        settle(study)
        if not study.is_over:
            study.renew_suggest_lease(token, settings.HPO_LEASE_SECONDS)
        return study, wanted(study), to_start(study)


def _ask(study: Study, count: int) -> tuple[list[Suggestion], bool]:
    """Ask for up to `count` suggestions; True when the space has no configuration left."""
    waiting = study.trials.numbered().pending().only(*PENDING_COLUMNS).order_by("number")
    pending = [suggestion_of(trial) for trial in waiting]
    suggestions: list[Suggestion] = []
    memory = memory_of(study)
    with memory.lock:
        optimizer = memory.refresh(study)
        began = time.monotonic()
        for number in range(study.next_number, study.next_number + count):
            started = time.monotonic()
            try:
                suggestion = optimizer.ask(number, pending=(*pending, *suggestions))
            except SpaceExhausted:
                return suggestions, True
            METERS["ask_seconds"].observe(time.monotonic() - started)
            if suggestion is None:  # it waits for a pending result
                break
            suggestions.append(suggestion)
            if time.monotonic() - began > ASK_SECONDS:
                break
    return suggestions, False


def _queue(study: Study, token: str, suggestions: list[Suggestion], exhausted: bool) -> tuple[int, ...]:
    """Insert the suggestions as queued trials, unless the world has moved on; return what may start.

    It has when another call asks, a person queued configurations of their own, or the space was edited.
    """
    asked = (study.next_number, study.space_id)
    with Study.locked(study.pk) as study:
        if study is None or study.suggest_token != token or (study.next_number, study.space_id) != asked:
            return ()
        kept = suggestions[: wanted(study)]
        costs = planned(study, kept)
        kept = _paid(kept, costs, affordable(study))
        if kept:
            trials = Trial.objects.bulk_create(
                _queued(study, suggestion, costs[suggestion.number]) for suggestion in kept
            )
            store_parameters(trials)
            study.count(None, "queued", by=len(trials), next_number=study.next_number + len(trials), demand=0)
        if exhausted and len(kept) == len(suggestions) and not study.exhausted:
            study.change(exhausted=True)
        settle(study)
        return to_start(study)


def _paid(suggestions: list[Suggestion], costs: Mapping[int, float], left: float) -> list[Suggestion]:
    """Those that begin within what is left of the budget; the last of them may end beyond it."""
    kept = []
    for suggestion in suggestions:
        if left <= 0:
            break
        kept.append(suggestion)
        left -= costs[suggestion.number]
    return kept


def _queued(study: Study, suggestion: Suggestion, compute: float) -> Trial:
    return Trial(
        study=study,
        number=suggestion.number,
        space_id=study.space_id,
        params=suggestion.params,
        info=own_direction(study, suggestion.info),
        fidelity=suggestion.fidelity,
        parent=suggestion.parent,
        start_from=suggestion.start_from,
        compute=compute,
        queued_at=Now(),
    )


def _fail(study_id: int, token: str, reason: str) -> None:
    """A study whose optimizer cannot go on ends, and says why: asking again would fail again."""
    with Study.locked(study_id) as study:
        if study is not None and study.suggest_token == token:
            cancel(study, running=True)
            study.end(Study.State.FAILED, reason[:200])


def store_parameters(trials: list[Trial]) -> None:
    """Put each parameter's value where the database can sort and filter it."""
    ParameterValue.objects.bulk_create(
        (
            ParameterValue(
                trial=trial,
                study_id=trial.study_id,
                name=name,
                number=float(value) if isinstance(value, bool | int | float) else None,
                text=str(value)[:500],
            )
            for trial in trials
            for name, value in trial.params.items()
        ),
        batch_size=200,
    )
