"""The finished study's model: refit the best configuration and score it on the test part, once.

A study that ends queues a row by itself (`Study.end`). `finalise` makes it in a process of its own, under a
lease like a trial's; whoever reconciles calls `reclaim` and `unstarted`.
"""

import logging
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trials.models import FinalModel, Study, Trial
from trials.objectives.outcome import Outcome, to_json
from trials.objectives.process import StartError, start

from .claims import Slot
from .data import equipped
from .execution import limits, stopping, watch
from .lines import whole
from .nudges import Nudges
from .outage import insist

logger = logging.getLogger(__name__)

#: A fitted model larger than this is not kept: it would make every backup of the database large.
MOST_MODEL_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class HeldFinal:
    """A final model this process has claimed, the token that holds it, and what is to be done."""

    final: FinalModel
    token: str
    job: dict[str, Any]


def finalise(final_id: int, slot: Slot) -> None:
    """Make a queued final model; one that is gone, taken or whose study goes on is left alone."""
    held = None if stopping.is_set() else insist(lambda: _claim(final_id, slot))
    if held is None:
        return
    with tempfile.TemporaryDirectory(prefix="hpo-final-") as folder:
        file = Path(folder) / "model.joblib"
        try:
            training = start(equipped(held.job) | {"file": str(file)}, limits())
        except StartError as error:
            logger.error("The %s could not be started: %s", held.final, error)
            insist(lambda: _give_back(held.final, lost=True))
            return
        outcome = watch(training, held.final, held.token)
        if outcome is None or outcome.state == "killed":
            insist(lambda: _give_back(held.final, lost=outcome is not None, token=held.token))
            return
        model = file.read_bytes() if file.exists() else None
    insist(lambda: _record(held, outcome, model))


def unstarted(idle_slots: int) -> tuple[int, ...]:
    """Final models whose nudge was lost; only for a worker with a free slot, so that none pile up."""
    if not idle_slots:
        return ()
    return tuple(FinalModel.objects.waiting().order_by("pk").values_list("pk", flat=True)[:idle_slots])


def reclaim() -> Nudges:
    """Put those whose worker is gone back into the queue."""
    lapsed = FinalModel.objects.lapsed().light()
    given_back = [final.pk for final in lapsed if _give_back(final, lost=True, lapsed=True)]
    return Nudges(finals=tuple(given_back))


def retry(study_id: int) -> Nudges | None:
    """Queue the final model again, or for the first time; None when there is nothing to retry."""
    with Study.locked(study_id) as study:
        if study is None:
            return None
        newest = FinalModel.objects.newest(study)
        if newest is None:
            study.queue_final()
            study.change()
        else:
            newest.retry(study)
        return Nudges(finals=FinalModel.objects.due(study))


def default_of(study: Study) -> dict[str, Any] | None:
    """The configuration the gain is measured against: the baseline's, or trial 0's where that was it."""
    baseline = study.trials.filter(number=None).values_list("params", flat=True).first()
    if baseline is not None or study.baseline_value is None:
        return baseline
    return study.trials.filter(number=0).values_list("params", flat=True).first()


def _claim(final_id: int, slot: Slot) -> HeldFinal | None:
    final = FinalModel.objects.light().filter(pk=final_id, state=FinalModel.State.QUEUED).first()
    if final is None:
        return None
    token = secrets.token_hex(16)
    with Study.locked(final.study_id) as study:
        if study is None or study.run_elsewhere(slot.runner):
            return None
        if not final.claim(study, token):
            return None
        return HeldFinal(final, token, _job(study))


def _job(study: Study) -> dict[str, Any]:
    columns = ("params", "number", "fidelity", "parent", "start_from", "study_id")
    best = Trial.objects.only(*columns).get(pk=study.best_id)
    return whole(study, best) | {
        "task": "final",
        "objective": study.objective,
        "params": best.params,
        "default": default_of(study),
        "most_bytes": MOST_MODEL_BYTES,
    }


def _record(held: HeldFinal, outcome: Outcome, model: bytes | None) -> None:
    with Study.locked(held.final.study_id) as study:
        if study is None:
            return
        if outcome.state == "complete" and outcome.answer is not None:
            held.final.complete(study, held.token, outcome.answer, model)
        elif outcome.error is not None:
            held.final.fail(study, held.token, to_json(outcome.error))


def _give_back(final: FinalModel, *, lost: bool, token: str = "", lapsed: bool = False) -> bool:
    """Put it back if it still is what it was once the study's lock is held."""
    with Study.locked(final.study_id) as study:
        if study is None or (token and not final.holds(token)):
            return False
        if lapsed and not FinalModel.objects.lapsed().filter(pk=final.pk).exists():
            return False
        return final.give_back(study, lost=lost)
