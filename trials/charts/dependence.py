"""Partial dependence: the surrogate's average prediction over one parameter, with its 80 % interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizers.space import Space
from trials.models import Study
from trials.wording import five, metric_title, setting

from .asking import defaults, one_parameter
from .base import Chart, Shelf, StudyFacts, Words
from .lanes import Laned, laned
from .regions import per_cent
from .scale import scale_of
from .surrogate import nothing_yet, view_of, widened
from .template import colour, horizontal, layout, line, plain, short_float, vertical


@dataclass(frozen=True)
class Rows:
    """What is read: the stored average of one parameter, None where there is none; the surrogate's R²."""

    space: Space
    name: str
    found: Mapping[str, Any] | None
    known: int
    r2: float


@dataclass(frozen=True)
class Dependence:
    facts: StudyFacts
    rows: Rows
    axis: Laned


def rows(study: Study) -> Rows:
    return asked(study, defaults(one_parameter(study)))


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    view, name = view_of(study, ""), choices["over"]
    found = next((each for each in view.get("dependence", ()) if each["name"] == name), None)
    trust = view.get("left_out", {}).get("r2", 0.0)
    return Rows(study.space.space, name, found, view.get("known", 0), trust)


def data(facts: StudyFacts, rows: Rows) -> Dependence:
    return Dependence(facts, rows, laned(rows.space, rows.name, ()))


def figure(data: Dependence) -> dict[str, Any] | None:
    """Return the Plotly figure: the mean in its band; None where nothing is stored."""
    found = data.rows.found
    if found is None:
        return None
    low_high = [*found["low"], *found["high"]]
    scale = scale_of(low_high, maximize=data.facts.maximize)
    clamp = [[scale.edge(value) for value in found[key]] for key in ("mean", "low", "high")]
    units, (mean, low, high) = widened(data.axis, found["units"], *clamp)
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": [*map(short_float, units), *map(short_float, units[::-1])],
        "y": [*map(short_float, high), *map(short_float, low[::-1])],
        "fill": "toself",
        "fillcolor": colour("accent", 0.16),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    title = {"text": plain(metric_title(data.facts.metric)), "font": {"size": 11.5}}
    hover = {"hoverinfo": "all", "hovertemplate": "%{y} on average<extra></extra>"}
    points = list(zip(map(short_float, units), mean, strict=True))
    return {
        "data": [band, line(points, width=2.25, color=colour("accent")) | hover],
        "layout": layout(
            xaxis=horizontal(title=data.axis.title, **data.axis.keys()),
            yaxis=vertical(**scale.axis(), title=title),
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def words(data: Dependence) -> Words:
    """Say where the average is best, and whether the differences are more than uncertainty."""
    found, name = data.rows.found, data.axis.name
    if found is None:
        known = data.rows.known
        why = (
            "It is stored of the twelve most important parameters."
            if known
            else nothing_yet(data.facts.several)
        )
        return Words(f"The average prediction over {name}.", why)
    sign = data.facts.sign
    at = min(range(len(found["units"])), key=lambda place: sign * found["mean"][place])
    worst = max(range(len(found["units"])), key=lambda place: sign * found["mean"][place])
    lead = f"On average {name} is best near {_value(data, found['units'][at])}: {five(found['mean'][at])}."
    inner = found["low"] if data.facts.maximize else found["high"]
    outer = found["high"] if data.facts.maximize else found["low"]
    if sign * inner[at] >= sign * outer[worst]:
        lead = f"Over {name} the average hardly differs beyond its uncertainty."
    rest = "The band holds the average with 80 % probability, all other parameters averaged out."
    part = f" It exists in {per_cent(found['share'])} of the space; the average is over that part."
    trust = " The surrogate predicts poorly so far: take it as a hint." if data.rows.r2 < 0.3 else ""
    return Words(lead, rest + (part if found["share"] < 0.995 else "") + trust)


def _value(data: Dependence, unit: float) -> str:
    import numpy as np

    parameter = data.axis.axis.parameter
    value = parameter.value(float(parameter.from_unit(np.array([unit]))[0]))
    return setting(float(f"{value:.3g}") if isinstance(value, float) else value)


CHART = Chart(
    title="Partial dependence",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=one_parameter,
    asked=asked,
    shelf=Shelf("parameters", 20, "the others averaged out, 80 % band"),
)
