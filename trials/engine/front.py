"""The best of a study with several objectives: the front of what nothing beats, and its compromise.

Called by `finish` when a result arrives and by the pages' and the API's pick.
"""

import numpy as np

from optimizers.pareto import knee
from trials.models import Event, FinalModel, Study, Trial
from trials.models.study import said

from .findings import StudyError
from .nudges import Nudges


def join(study: Study, trial: Trial, values: list[float]) -> None:
    """Let a feasible result join the front unless one of it is as good in everything; what it beats leaves.

    Under the study's lock. Of equals the earlier one stays. The study's best is the knee of the front, until
    a person picks another.
    """
    members = list(study.trials.on_front().order_by("number").values_list("pk", "number", "values"))
    signs = np.array(study.signs)
    there = np.array([row[2] for row in members]).reshape(-1, len(signs)) * signs
    here = np.array(values) * signs
    if (there <= here).all(axis=1).any():
        return
    stays = ~(here <= there).all(axis=1)
    left = [row[0] for row, kept in zip(members, stays.tolist(), strict=True) if not kept]
    if left:
        Trial.objects.filter(pk__in=left).update(left_front=study.n_terminal)
    Trial.objects.filter(pk=trial.pk).update(joined_front=study.n_terminal)
    kept = [row[0] for row, stay in zip(members, stays.tolist(), strict=True) if stay]
    study.change(front_size=len(kept) + 1)
    study.note(
        Event.Kind.FRONT, "Joined the front" + (f", {len(left)} left it" if left else ""), trial.number
    )
    if not study.picked:
        study.change(best_id=[*kept, trial.pk][knee(np.vstack([there[stays], here]))])


def pick(study_id: int, number: int | None, by: str = "") -> Nudges | None:
    """Choose the trial of the front that stands for the study; None goes back to its knee.

    A study that is over has its model made anew, from that configuration. None when there is no such study.

    Raises:
        StudyError: the trial is not on the front, or there is no front.
    """
    with Study.locked(study_id) as study:
        if study is None or study.deleted is not None:
            return None
        chosen = _chosen(study, number)
        if (chosen.pk, number is not None) == (study.best_id, study.picked):
            return Nudges()
        moved = chosen.pk != study.best_id
        study.change(best_id=chosen.pk, picked=number is not None)
        text = f"Trial {chosen.number} picked from the front" if study.picked else "Back to the compromise"
        study.note(Event.Kind.PICKED, said(text, by), chosen.number)
        if moved and study.is_over and study.state != Study.State.FAILED:
            study.queue_final()
        return Nudges(finals=FinalModel.objects.due(study))


def _chosen(study: Study, number: int | None) -> Trial:
    if not study.several:
        raise StudyError({"number": [f"study {study.pk} has one objective: its best is not a choice"]})
    front = list(study.trials.on_front().order_by("number").only("pk", "number", "values"))
    if not front:
        raise StudyError({"number": ["there is no result yet that keeps the limits"]})
    if number is None:
        return front[knee(np.array([trial.values for trial in front]) * np.array(study.signs))]
    for trial in front:
        if trial.number == number:
            return trial
    raise StudyError({"number": [f"trial {number} is not on the front; choose one that no other one beats"]})
