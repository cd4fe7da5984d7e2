"""Which of the compared studies belong together: panels of one metric, arms of one optimizer. Pure.

Called by the comparison's page, chart and API with what they read of the studies.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials.models import Study
from trials.wording import Shown, models_title, setting

from .course import Course

#: What of an objective only says which model is tuned: values of different ones can be compared.
OF_THE_MODEL = ("model", "models", "fidelity")


@dataclass(frozen=True)
class Entry:
    """One study as the comparison knows it; texts that are equal mean that what they stand for is equal."""

    pk: int
    name: str
    metric: str
    maximize: bool
    yardstick: str
    """What its values are measured on: data, folds, score."""
    problem: str
    """All that is searched: two with the same are repeats of one another."""
    subject: str
    """What is tuned on what, in a few words."""
    method: str
    options: str
    seed: int
    budget: str
    over: bool
    in_parts: bool
    course: Course

    @classmethod
    def of(cls, study: Study, course: Course) -> "Entry":
        """Take what is needed from the study's row and its space."""
        shown = Shown(study.metric, study.maximize)
        objective: dict[str, Any] = study.objective
        yardstick = {name: each for name, each in objective.items() if name not in OF_THE_MODEL}
        aims = [study.metrics, study.directions, study.constraints]
        return cls(
            pk=study.pk,
            name=study.name,
            metric=shown.title,
            maximize=shown.maximize,
            yardstick=_text(yardstick),
            problem=_text([objective, study.space.definition, *aims]),
            subject=_subject(objective),
            method=study.optimizer["name"],
            options=_text({name: each for name, each in study.optimizer.items() if name != "name"}),
            seed=study.seed,
            budget=_text(study.budget),
            over=study.is_over,
            in_parts=study.full_fidelity is not None,
            course=course,
        )


def _subject(objective: Mapping[str, Any]) -> str:
    """Such as: random forest on wine, branin, external."""
    models = objective.get("models") or ([objective["model"]] if "model" in objective else [])
    if models:
        return f"{models_title(models)} on {str(objective.get('dataset', '')).replace('_', ' ')}"
    return str(objective.get("name") or objective.get("kind", "")).replace("_", " ")


def _text(part: Any) -> str:
    return json.dumps(part, sort_keys=True)


@dataclass(frozen=True)
class Arm:
    """Studies that differ by their seed alone, as far as the comparison goes; one line in the chart."""

    label: str
    entries: tuple[Entry, ...]

    @property
    def repeated(self) -> bool:
        return len(self.entries) > 1


@dataclass(frozen=True)
class Panel:
    """Studies whose metric and direction are the same: one chart, one ranking."""

    metric: str
    maximize: bool
    arms: tuple[Arm, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for arm in self.arms for entry in arm.entries)

    @property
    def comparable(self) -> bool:
        """Whether the values are measured on the same data in the same way."""
        return len({entry.yardstick for entry in self.entries}) <= 1

    @property
    def repeats(self) -> bool:
        """Whether all search the same, so that optimizers can be held against each other."""
        return len({entry.problem for entry in self.entries}) <= 1

    @property
    def same_budget(self) -> bool:
        return len({entry.budget for entry in self.entries}) <= 1

    @property
    def over(self) -> bool:
        return all(entry.over for entry in self.entries)

    @property
    def at_the_end(self) -> bool:
        """Whether studies are held against each other at their ends, not after as many trials each."""
        return (self.over and self.same_budget) or any(entry.in_parts for entry in self.entries)

    @property
    def common_trials(self) -> int:
        """After how many trials all of them can be compared: what the one that is least far has done."""
        return min((int(entry.course.now.trial) for entry in self.entries), default=0)

    def value(self, entry: Entry) -> float | None:
        """The best of a study that counts in the comparison."""
        course = entry.course
        return course.best if self.at_the_end else course.best_after(self.common_trials)

    def better(self, value: float, than: float) -> bool:
        return value > than if self.maximize else value < than


def panels_of(entries: Sequence[Entry]) -> tuple[Panel, ...]:
    """Sort studies into panels and arms, both in the order in which they were named."""
    sorted_in: dict[tuple[str, bool], list[Entry]] = {}
    for entry in entries:
        sorted_in.setdefault((entry.metric, entry.maximize), []).append(entry)
    return tuple(Panel(metric, up, _arms(found)) for (metric, up), found in sorted_in.items())


def _arms(entries: Sequence[Entry]) -> tuple[Arm, ...]:
    together: dict[tuple[str, str, str, str], list[Entry]] = {}
    for entry in entries:
        key = (entry.problem, entry.method, entry.options, entry.budget)
        together.setdefault(key, []).append(entry)
    if len(together) == len(entries):
        labels = _distinct([entry.name for entry in entries], entries)
        return tuple(Arm(label, (entry,)) for label, entry in zip(labels, entries, strict=True))
    firsts = [found[0] for found in together.values()]
    labels = [_method(entry, firsts) for entry in firsts]
    if len(set(labels)) < len(labels):  # other data or models
        labels = [f"{label}, {entry.subject}" for label, entry in zip(labels, firsts, strict=True)]
    if len(set(labels)) < len(labels):  # another space or budget: only the name tells
        labels = _distinct([entry.name for entry in firsts], firsts)
    return tuple(Arm(label, tuple(found)) for label, found in zip(labels, together.values(), strict=True))


def _method(entry: Entry, others: Sequence[Entry]) -> str:
    """The optimizer's name, with its options where another arm has others."""
    options: Mapping[str, Any] = json.loads(entry.options)
    alike = {other.options for other in others if other.method == entry.method}
    if len(alike) < 2:
        return entry.method
    told = ", ".join(f"{name} {setting(each)}" for name, each in options.items())
    return f"{entry.method} ({told or 'as it comes'})"


def _distinct(labels: Sequence[str], entries: Sequence[Entry]) -> list[str]:
    """The labels, with the number of the study behind those that occur twice."""
    return [
        f"{label} (study {entry.pk})" if labels.count(label) > 1 else label
        for label, entry in zip(labels, entries, strict=True)
    ]
