"""The best of a study with several objectives: its front and the compromise, for the study's overview; and
which limits a trial breaks, for its page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from trials import wording
from trials.listing import asked_metrics
from trials.models import Study, Trial

from .parameters import ParameterRow, parameter_rows
from .reproduce import code_of


@dataclass(frozen=True)
class Reached:
    """What a trial reached in one objective; `best` is the best there of the whole front."""

    title: str
    icon: str
    value: str
    best: str
    is_best: bool


@dataclass(frozen=True)
class Front:
    size: int
    number: int | None
    picked: bool
    reached: tuple[Reached, ...]
    parameters: tuple[ParameterRow, ...]
    code: str


def front_of(study: Study) -> Front | None:
    """Return the card of the front; one query of its values, None while it is empty."""
    trial = study.best
    if not study.several or trial is None:
        return None
    values = list(study.trials.on_front().values_list("values", flat=True))
    return Front(
        size=len(values),
        number=trial.number,
        picked=study.picked,
        reached=tuple(_reached(study, trial, [row for row in values if row])),
        parameters=parameter_rows(study.space.space, trial.params),
        code=code_of(study, trial),
    )


def _reached(study: Study, trial: Trial, front: list[list[float]]) -> Iterator[Reached]:
    shown = wording.each_shown(study.metrics, study.directions)
    for place, (one, sign) in enumerate(zip(shown, study.signs, strict=True)):
        best = sign * min(sign * row[place] for row in front)
        value = trial.values[place]
        yield Reached(one.title, arrow(one), one.five(value), one.five(best), value == best)


def arrow(shown: wording.Shown) -> str:
    """The icon that says which way is better."""
    return "arrow-narrow-up" if shown.maximize else "arrow-narrow-down"


@dataclass(frozen=True)
class Broken:
    """A limit that a trial breaks, and what it measured there."""

    limit: str
    value: str


def broken_limits(study: Study, trial: Trial) -> list[Broken]:
    """The study's limits that a trial breaks, in words."""
    if trial.feasible or trial.value is None:
        return []
    measured = trial.metrics | dict(zip(study.metrics, trial.values or (trial.value,), strict=True))
    found = []
    for limit in study.constraints:
        value = measured.get(limit["metric"])
        if value is None or not limit.get("min", value) <= value <= limit.get("max", value):
            shown = wording.Shown(limit["metric"], True)
            found.append(Broken(wording.limit_in_words(limit), shown.five(value)))
    return found or [Broken("a limit of the code that trained it", "")]


def limited_metrics(study: Study) -> list[str]:
    """Metrics that have a column of their own beside the objectives: those that are limited."""
    limited = {limit["metric"] for limit in study.constraints}
    return [name for name in asked_metrics(study) if name in limited and name not in study.metrics]
