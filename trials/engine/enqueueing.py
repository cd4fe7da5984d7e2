"""A person's hand on single trials: enqueue configurations of their own, retry and cancel trials.

All are idempotent and stand in the study's history with who did it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models.functions import Now

from trials.models import Event, Study, Trial
from trials.models.study import said

from .advance import store_parameters
from .compute import planned
from .configurations import complete
from .control import follow_up, visible
from .endings import settle
from .findings import StudyError
from .nudges import Nudges
from .results import suggestion_of

#: Configurations or retries in one go.
MOST = 1000
#: What a retry follows from.
COPIED = (
    "study",
    "number",
    "params",
    "space_id",
    "state",
    "fidelity",
    "stopped",
    "parent",
    "start_from",
    "inside",
)
#: Messages of one refusal: nobody reads more.
MOST_MESSAGES = 20
RETRIABLE = (Trial.State.FAILED, Trial.State.CANCELLED, Trial.State.PRUNED)


@dataclass(frozen=True)
class Enqueued:
    """`numbers` are the trials of the configurations in the order given; `new` of them were added now."""

    numbers: tuple[int, ...]
    new: int
    nudges: Nudges


@dataclass(frozen=True)
class Retried:
    """`numbers` maps a trial to the one that repeats it, also where that was there before."""

    numbers: Mapping[int, int]
    new: int
    nudges: Nudges


def enqueue(study_id: int, configurations: Sequence[Any], by: str = "") -> Enqueued | None:
    """Queue configurations of a person's own; they go before what the optimizer suggests.

    They take places of the budget; where it is used up, it grows. A configuration that waits or runs for its
    person already is not queued twice. A study that is over runs them and ends again as it had.

    Raises:
        StudyError: nothing is queued; fields such as "params.2.C" (position in the list, parameter).
    """
    if not configurations or len(configurations) > MOST:
        raise StudyError(
            {"params": [f"give 1 to {MOST:,} configurations at a time, not {len(configurations)}"]}
        )
    with visible(study_id) as study:
        if study is None:
            return None
        wanted = _checked(study, configurations)
        known = _waiting(study)
        fresh = [
            params for key, params in {_key(params): params for params in wanted}.items() if key not in known
        ]
        if fresh:
            info = {"mode": "enqueued", **({"by": by} if by else {})}
            _reopen(study, by)
            first = study.next_number
            trials = _queue(study, [Trial(params=params, info=info) for params in fresh])
            _make_room(study)
            known |= {_key(params): number for number, params in enumerate(fresh, start=first)}
            text = (
                "1 configuration enqueued" if len(trials) == 1 else f"{len(trials):,} configurations enqueued"
            )
            study.note(Event.Kind.ENQUEUED, said(text, by), trials[0].number)
        return Enqueued(tuple(known[_key(params)] for params in wanted), len(fresh), follow_up(study))


def _checked(study: Study, configurations: Sequence[Any]) -> list[dict[str, Any]]:
    space, wanted, fields = study.space.space, [], {}
    for position, given in enumerate(configurations):
        params, wrong = complete(space, given)
        wanted.append(params)
        for name, message in wrong.items():
            fields[".".join(filter(None, ["params", str(position), name]))] = [message]
        if len(fields) >= MOST_MESSAGES:
            break
    if fields:
        raise StudyError(fields)
    return wanted


def _key(params: Mapping[str, Any]) -> str:
    return json.dumps(params, sort_keys=True)


def _waiting(study: Study) -> dict[str, int]:
    """A person's configurations that wait or run."""
    own = study.trials.numbered().pending().filter(enqueued=True, retry_of=None)
    found = own.values_list("params", "number")
    return {_key(params): number for params, number in found if number is not None}


def retry(study_id: int, numbers: Sequence[int], by: str = "") -> Retried | None:
    """Run failed, cancelled or pruned trials again, each as a new trial that adds one to the budget.

    A trial that was retried before is not retried again: retry its retry. Others are passed over. A study
    that had failed goes on; any other that is over runs the retries and ends again as it had.
    """
    with visible(study_id) as study:
        if study is None:
            return None
        numbers = list(dict.fromkeys(numbers))[:MOST]
        before = dict(study.trials.filter(retry_of__in=numbers).values_list("retry_of", "number"))
        again = study.trials.filter(number__in=numbers, state__in=RETRIABLE).exclude(number__in=before)
        found = list(again.only(*COPIED).order_by("number"))
        if found:
            _reopen(study, by, go_on=study.state == Study.State.FAILED)
            made = _queue(study, _again(study, found))
            if "trials" in study.budget:
                study.change(budget=study.budget | {"trials": study.budget["trials"] + len(made)})
            _note_retries(study, made, by)
            before |= {trial.retry_of: trial.number for trial in made}
        return Retried(cast(dict[int, int], before), len(found), follow_up(study))


def _again(study: Study, trials: Sequence[Trial]) -> list[Trial]:
    """New trials that are to do what these were to do, in parts too: from the same checkpoint, as far."""
    wanted = [replace(suggestion_of(trial), fidelity=_asked_fidelity(study, trial)) for trial in trials]
    costs = planned(study, wanted)
    return [
        Trial(
            params=trial.params,
            info={"mode": "retry", "of": trial.number},
            retry_of=trial.number,
            fidelity=suggestion.fidelity,
            parent=suggestion.parent,
            start_from=suggestion.start_from,
            compute=costs[suggestion.number],
            space_id=trial.space_id,
            inside=trial.inside,
        )
        for trial, suggestion in zip(trials, wanted, strict=True)
    ]


def _asked_fidelity(study: Study, trial: Trial) -> float | None:
    """How far a trial was to be trained; the row of one that was stopped says how far it came."""
    if trial.state != Trial.State.PRUNED:
        return trial.fidelity
    if study.full_fidelity is None:
        return None
    return trial.stopped["total"] if trial.stopped else study.full_fidelity


def _note_retries(study: Study, made: Sequence[Trial], by: str) -> None:
    first = made[0]
    if len(made) == 1:
        text = f"Trial {first.retry_of} retried as trial {first.number}"
    else:
        text = f"{len(made):,} trials retried as trials {first.number} to {made[-1].number}"
    study.note(Event.Kind.RETRIED, said(text, by), first.number)


def _reopen(study: Study, by: str, *, go_on: bool = False) -> None:
    if study.is_over:
        study.reopen(said("Reopened", by), go_on=go_on)


def _queue(study: Study, trials: Sequence[Trial]) -> list[Trial]:
    """Give the trials their numbers, which the optimizer is simply not asked, and queue them."""
    for number, trial in enumerate(trials, start=study.next_number):
        trial.study, trial.number, trial.enqueued, trial.queued_at = study, number, True, Now()
        trial.space_id = trial.space_id or study.space_id
    made = Trial.objects.bulk_create(trials)
    store_parameters(made)
    study.count(None, "queued", by=len(made), next_number=study.next_number + len(made))
    return made


def _make_room(study: Study) -> None:
    """Let the budget grow by what does not fit."""
    trials, needed = study.budget.get("trials"), study.next_number - study.n_cancelled
    if trials is not None and needed > trials:
        study.change(budget=study.budget | {"trials": needed})


def cancel_trial(study_id: int, number: int, by: str = "") -> Nudges | None:
    """Cancel a queued or running trial; whoever trains it stops within two seconds.

    One that is over stays as it is. None when there is no such trial.
    """
    with visible(study_id) as study:
        trial = None if study is None else study.trials.filter(number=number).only("pk", "number").first()
        if study is None or trial is None:
            return None
        if not trial.cancel(study):
            return Nudges()
        study.note(Event.Kind.CANCELLED, said(f"Trial {number} cancelled", by), number)
        settle(study)
        return follow_up(study)
