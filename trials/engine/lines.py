"""The line a trial continues: the trials before it, whose parameters and fidelities its training needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trials.models import Study, Trial

#: Longer lines are only made by a broken optimizer.
LONGEST = 1000


def line_of(trial: Trial) -> dict[str, Any]:
    """What a job says of the trials that `trial` continues: {} for one that begins by itself.

    root: the first of them, whose seeds all of them train with. line: their parts, the oldest first.
    """
    before = list(ancestors(trial))
    if not before:
        return {}
    parts = [{"params": each.params, "fidelity": each.fidelity} for each in reversed(before)]
    return {"root": before[-1].number, "line": parts}


def ancestors(trial: Trial) -> Iterator[Trial]:
    """The trials whose training it builds on, the nearest first."""
    trials = Trial.objects.filter(study=trial.study_id).only(
        "study_id",
        "number",
        "params",
        "fidelity",
        "parent",
        "start_from",
        "state",
        "folds",
        "value",
        "compute",
    )
    for _ in range(LONGEST):
        number = source(trial)
        found = None if number is None else trials.filter(number=number).first()
        if found is None or found.fidelity is None:
            return
        yield found
        trial = found


@dataclass(frozen=True)
class Stretch:
    """A part of a training with the same parameters: up to where, and the last trial of it."""

    until: float
    trial: int | None
    params: dict[str, Any]


def schedule_of(study: Study, trial: Trial) -> tuple[Stretch, ...]:
    """What the training that a trial stands for was made of, from its start; needs a fidelity."""
    found: list[Stretch] = []
    for each in (*reversed(list(ancestors(trial))), trial):
        reached = study.full_fidelity if each.fidelity is None else each.fidelity
        assert reached is not None
        if found and found[-1].params == each.params:
            found.pop()
        found.append(Stretch(reached, each.number, dict(each.params)))
    return tuple(found)


def source(trial: Trial) -> int | None:
    """The trial whose checkpoint it loads."""
    return trial.parent if trial.start_from is None else trial.start_from


def whole(study: Study, trial: Trial) -> dict[str, Any]:
    """What makes a trial's training again: study_seed, number, fidelity, root and line."""
    own = {"study_seed": study.seed, "number": trial.number, "fidelity": trial.fidelity}
    return own | line_of(trial)
