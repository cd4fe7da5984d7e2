"""The contour of any pair of parameters: what the surrogate predicts over both, and the trials on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers.space import Space
from trials.models import Study

from .asking import defaults, two_parameters
from .base import Chart, Shelf, StudyFacts, Words
from .chosen import Chosen, chosen
from .lanes import Laned, laned
from .surfaces import held_words, surface_figure
from .surrogate import known_words, nothing_yet, surface_for, view_of


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials, the pair, and its surface (None: it is not among those stored)."""

    space: Space
    names: tuple[str, str]
    chosen: Chosen
    surface: Mapping[str, Any] | None
    known: int


@dataclass(frozen=True)
class Contour:
    """What is drawn."""

    facts: StudyFacts
    rows: Rows
    axes: tuple[Laned, Laned]


def rows(study: Study) -> Rows:
    return asked(study, defaults(two_parameters(study)))


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    names = (choices["x"], choices["y"])
    view = view_of(study, "")
    return Rows(study.space.space, names, chosen(study), surface_for(view, *names), view.get("known", 0))


def data(facts: StudyFacts, rows: Rows) -> Contour:
    complete = rows.chosen.complete
    x, y = (laned(rows.space, name, complete) for name in rows.names)
    return Contour(facts, rows, (x, y))


def figure(data: Contour) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    trials = data.rows.chosen.complete
    if len(trials) < 2:
        return None
    return surface_figure(data.axes, data.rows.surface, "mean", trials, maximize=data.facts.maximize)


def words(data: Contour) -> Words:
    """Say what the surface is made of, and where there is none."""
    rows, (across, up) = data.rows, data.axes
    if len(rows.chosen.complete) < 2:
        return Words("A surface over two parameters.", "The chart begins with the second complete trial.")
    if rows.surface is None:
        why = (
            nothing_yet(data.facts.several)
            if not rows.known
            else "Stored are pairs among the six most important parameters that are active together."
        )
        return Words(f"Trials over {across.name} and {up.name}, no surface.", why)
    held = held_words(rows.space, rows.surface["at"], rows.names)
    lead = f"What the surrogate predicts over {across.name} and {up.name}; dark is better."
    trust = "Believe it near the dots; between them it is a guess."
    return Words(lead, " ".join(filter(None, [held, known_words(rows.known), trust, rows.chosen.words()])))


CHART = Chart(
    title="Contour",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=two_parameters,
    asked=asked,
    shelf=Shelf("parameters", 30, "predicted over two parameters", height=320),
)
