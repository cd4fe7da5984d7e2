"""How much of the training trials got, in words; and the line that a trial continues, for its page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from trials import wording
from trials.engine.lines import ancestors, schedule_of, source
from trials.models import Study, Trial

#: A line is shown up to so many trials after this one.
MOST_LATER = 50
ROUNDING = 1e-6


def extent(fidelity: Mapping[str, Any], reached: float | None) -> str:
    """A part of the training in words: "9 of 27 epochs", "40 % of the rows"."""
    reached = fidelity["max"] if reached is None else reached
    if fidelity["name"] == "rows":
        return f"{100 * reached:.3g}{wording.THIN}% of the rows"
    return f"{reached:,g} of {fidelity['max']:,g} {wording.fidelity_unit(fidelity['name'])}"


def part_of(study: Study, reached: float | None) -> str:
    """The same for a trial that got only a part; "" for one that got all."""
    return "" if study.is_full(reached) else extent(study.objective["fidelity"], reached)


def trainings(amount: float) -> str:
    """An amount of compute: "0.22 full trainings"."""
    if abs(amount - 1) < ROUNDING:
        return "1 full training"
    return f"{wording.significant(amount, 3) if amount else 0} full trainings"


@dataclass(frozen=True)
class Link:
    """One trial of a line; `current` is the page's own."""

    number: int | None
    words: str
    value: str
    current: bool


@dataclass(frozen=True)
class Line:
    """`words` say what the trial got and cost; `links` are the trials of its line, if there are several;
    `schedule` is what changed on the way, (up to where, settings) each, if anything did.
    """

    words: tuple[str, ...]
    links: tuple[Link, ...]
    schedule: tuple[tuple[str, str], ...]


def line_of(study: Study, trial: Trial) -> Line | None:
    """What a trial got of the training and whose it continues; None where none is trained in parts."""
    fidelity = study.objective.get("fidelity")
    if not fidelity or trial.number is None:
        return None
    shown = wording.Shown(study.metric, study.maximize)
    before = list(ancestors(trial))
    trials = [*reversed(before), trial, *_later(study, trial)]
    links = tuple(
        Link(each.number, extent(fidelity, each.fidelity), shown.five(each.value), each.pk == trial.pk)
        for each in trials
    )
    return Line(_words(study, trial, before), links if len(links) > 1 else (), _schedule(study, trial))


def _schedule(study: Study, trial: Trial) -> tuple[tuple[str, str], ...]:
    """All settings first, then those that changed."""
    parts = schedule_of(study, trial)
    if len(parts) < 2:
        return ()
    changes = [parts[0].params, *(_changed(before.params, part.params) for before, part in pairwise(parts))]
    return tuple(
        (
            extent(study.objective["fidelity"], part.until),
            " · ".join(f"{name} {wording.setting(value)}" for name, value in change.items()),
        )
        for part, change in zip(parts, changes, strict=True)
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def _words(study: Study, trial: Trial, before: list[Trial]) -> tuple[str, ...]:
    fidelity = study.objective["fidelity"]
    words = [f"{'It got' if trial.is_terminal else 'It gets'} {extent(fidelity, trial.fidelity)}."]
    if trial.start_from is not None and trial.parent is not None:
        words.append(
            f"It is the heir of trial {trial.parent}, with what trial {trial.start_from} had learned."
        )
    elif before:
        words.append(f"It continues trial {source(trial)}.")
    if trial.state in (Trial.State.COMPLETE, Trial.State.PRUNED) and trial.compute is not None:
        reached = fidelity["max"] if trial.fidelity is None else trial.fidelity
        anew = before and math.isclose(trial.compute * fidelity["max"], reached, rel_tol=ROUNDING)
        why = ": it had to be trained from the start" if anew else ""
        words.append(f"That cost {trainings(trial.compute)}{why}.")
    return tuple(words)


def _later(study: Study, trial: Trial) -> list[Trial]:
    """The trials that went on from it, one after the other."""
    found: list[Trial] = []
    last = trial
    columns = ("number", "fidelity", "value", "parent")
    while len(found) < MOST_LATER:
        after = study.trials.filter(parent=last.number, number__gt=last.number or 0)
        following = after.only(*columns).order_by("number").first()
        if following is None:
            break
        found.append(following)
        last = following
    return found
