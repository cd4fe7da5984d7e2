"""The surrogate over two parameters at one moment: prediction, uncertainty or expected improvement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizers.space import Space
from trials.models import Study

from .asking import parameter_title, ranked_parameters
from .base import Chart, Control, StudyFacts, Words
from .chosen import Dot, chosen
from .lanes import Laned, laned
from .mind_slice import coming_trial
from .surfaces import held_words, surface_figure
from .surrogate import before_control, known_words, nothing_yet, surface_for, view_of

LAYERS = (("mean", "Mean"), ("deviation", "Uncertainty"), ("improvement", "Improvement"))


@dataclass(frozen=True)
class Rows:
    """What is read: the first surface of the moment, or that of the pair asked for."""

    space: Space
    layer: str
    view: Mapping[str, Any]
    surface: Mapping[str, Any] | None
    known: Sequence[Dot]
    coming: Dot | None


@dataclass(frozen=True)
class Surface:
    facts: StudyFacts
    rows: Rows
    axes: tuple[Laned, Laned] | None


def controls(study: Study) -> tuple[Control, ...]:
    ranked = ranked_parameters(study)
    pairs = [(one, other) for at, one in enumerate(ranked[:6]) for other in ranked[at + 1 : 6]]
    options = tuple(
        (f"{one}|{other}", f"{parameter_title(study, one)} and {parameter_title(study, other)}")
        for one, other in pairs
    )
    pair = Control("pair", "Pair", options, options[0][0] if options else "")
    return (Control("layer", "Show", LAYERS, "mean"), pair, before_control(study))


def rows(study: Study) -> Rows:
    return asked(study, {control.key: control.default for control in controls(study)})


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    view = view_of(study, choices["before"])
    one, _, other = choices["pair"].partition("|")
    surface = surface_for(view, one, other) or next(iter(view.get("surfaces", ())), None)
    before = int(choices["before"] or 0)
    known = [dot for dot in chosen(study).complete if dot.number < before]
    coming = coming_trial(study, view)
    return Rows(study.space.space, choices["layer"], view, surface, known, coming)


def data(facts: StudyFacts, rows: Rows) -> Surface:
    if rows.surface is None or not set(rows.surface["names"]) <= set(rows.space.names):
        return Surface(facts, rows, None)
    x, y = (laned(rows.space, name, rows.known) for name in rows.surface["names"])
    return Surface(facts, rows, (x, y))


def figure(data: Surface) -> dict[str, Any] | None:
    """Return the Plotly figure; None where no surface is stored."""
    rows = data.rows
    if data.axes is None:
        return None
    maximize = data.facts.maximize
    return surface_figure(
        data.axes, rows.surface, rows.layer, rows.known, maximize=maximize, coming=rows.coming
    )


def words(data: Surface) -> Words:
    """Say what dark means, and what is held."""
    if data.axes is None or data.rows.surface is None:
        why = (
            "It takes two parameters that are active together."
            if data.rows.view
            else nothing_yet(data.facts.several)
        )
        return Words("No surface yet.", why)
    across, up = (axis.name for axis in data.axes)
    lead = {
        "mean": f"What it predicts over {across} and {up}: dark is better.",
        "deviation": f"How unsure it is over {across} and {up}: dark is known, light is not.",
        "improvement": f"Where it expects to improve over {across} and {up}: dark promises more.",
    }[data.rows.layer]
    held = held_words(data.rows.space, data.rows.surface["at"], data.rows.surface["names"])
    return Words(lead, f"{held} {known_words(data.rows.view.get('known', 0))}".strip())


CHART = Chart(
    title="Two parameters", rows=rows, data=data, figure=figure, words=words, controls=controls, asked=asked
)
