"""Where the search has sampled over time: a search that narrows, made visible for one parameter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.models import Study
from trials.wording import count

from .asking import defaults, one_parameter
from .base import Chart, Shelf, StudyFacts, Words
from .chosen import Chosen, Dot, chosen
from .lanes import LANE, Laned, laned
from .regions import FEWEST, per_cent, region_of
from .template import colour, horizontal, layout, plain, vertical

#: Columns (spans of trials) and rows (parts of the range) of the picture.
SPANS, PARTS = 24, 24
#: A search has narrowed when its last part covers at most this share of what the first covered.
NARROWED = 0.5


@dataclass(frozen=True)
class Rows:
    """What is read: an even sample of the trials, and the parameter."""

    space: Any
    name: str
    chosen: Chosen


@dataclass(frozen=True)
class Narrowing:
    """`density` is (parts, spans): the share of a span's trials in each part; `lane` the inactive share."""

    rows: Rows
    axis: Laned
    dots: tuple[Dot, ...]
    edges: tuple[float, ...]
    density: Any
    lane: Any


def rows(study: Study) -> Rows:
    return asked(study, defaults(one_parameter(study)))


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    return Rows(study.space.space, choices["over"], chosen(study))


def data(facts: StudyFacts, rows: Rows) -> Narrowing:
    """Count the trials of each span of numbers by the part of the range they lie in."""
    dots = tuple(rows.chosen.even)
    axis = laned(rows.space, rows.name, dots)
    spans = max(1, min(SPANS, len(dots) // 4))
    parts = len(axis.axis.choices) or PARTS
    last = max((dot.number for dot in dots), default=0) + 1
    edges = np.linspace(0, last, spans + 1)
    units = axis.axis.places([(dot.number, 0.0, dot.params) for dot in dots])
    counts, lane = np.zeros((parts, spans)), np.zeros(spans)
    for dot, unit in zip(dots, units, strict=True):
        span = min(spans - 1, int(dot.number * spans / last))
        if unit is None:
            lane[span] += 1
        else:
            counts[min(parts - 1, int(unit * parts)), span] += 1
    total = np.maximum(counts.sum(axis=0) + lane, 1)
    return Narrowing(rows, axis, dots, tuple(edges.tolist()), counts / total, lane / total)


def figure(data: Narrowing) -> dict[str, Any] | None:
    """Return the Plotly figure; None below eight trials."""
    if len(data.dots) < 8:
        return None
    parts, spans = data.density.shape
    middles = [(data.edges[at] + data.edges[at + 1]) / 2 for at in range(spans)]
    rows = [(at + 0.5) / parts for at in range(parts)]
    traces = [_heat(middles, rows, data.density, "%{y:.2f} of the range")]
    if data.axis.lane:
        width = 0.1
        lanes = _heat(middles, [LANE - width, LANE, LANE + width], np.full((3, spans), np.nan), "inactive")
        lanes["z"][1] = [round(float(share), 3) for share in data.lane]
        traces.append(lanes)
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title="Trial", tickformat=",d", range=[0, data.edges[-1]]),
            yaxis=vertical(
                **{**data.axis.keys(name_lane=True), "range": [LANE - 0.08 if data.axis.lane else 0, 1]},
                title={"text": plain(data.axis.title), "font": {"size": 11.5}},
            ),
            margin={"l": 76, "r": 16, "t": 8, "b": 44},
        ),
    }


def _heat(across: list[float], up: list[float], shares: Any, where: str) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": across,
        "y": up,
        "z": [[None if np.isnan(each) else round(float(each), 3) for each in row] for row in shares],
        "zmin": 0,
        "zmax": max(0.25, round(float(np.nanmax(shares, initial=0.0)), 3)),
        "colorscale": [[0, colour("sunken")], [0.02, colour("accent", 0.15)], [1, colour("accent")]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"%{{z:.0%}} of the trials around %{{x:,.0f}}<br>{where}<extra></extra>",
    }


def words(data: Narrowing) -> Words:
    """Compare the first and the last fifth of the trials."""
    name = data.axis.name
    if len(data.dots) < 8:
        return Words("Where the search samples over time.", f"{len(data.dots)} of the 8 trials it takes.")
    note = "Dark: many of the trials of that time." + (
        f" From an even sample of {count(len(data.dots), 'trial')}." if data.rows.chosen.every > 1 else ""
    )
    if len(data.dots) < FEWEST:
        return Words(
            f"{count(len(data.dots), 'trial')} over {name}.", f"Too few to tell whether it narrows. {note}"
        )
    fifth = len(data.dots) // 5
    first, last = (region_of(data.axis, part) for part in (data.dots[:fifth], data.dots[-fifth:]))
    if last.count <= last.inactive:
        return Words(
            f"The search has moved away from {name}.", f"Of the last fifth most do without it. {note}"
        )
    if data.axis.axis.choices:
        lead = f"Of the last fifth, {per_cent(1 - last.share)} have {name} {last.words}"
        return Words(f"{lead}, of the first {per_cent(1 - first.share)} {first.words}.", note)
    if last.share > NARROWED * first.share:
        covers = f"the last fifth of the trials cover {per_cent(last.share)} of its range"
        return Words(
            f"The search has not narrowed {name}:", f"{covers}, the first {per_cent(first.share)}. {note}"
        )
    return Words(
        f"The search has narrowed {name} to {last.words}.",
        f"That is {per_cent(last.share)} of its range; it began with {per_cent(first.share)}. {note}",
    )


CHART = Chart(
    title="Where it looked",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=one_parameter,
    asked=asked,
    shelf=Shelf("search", 10, "share of the trials of a time in each part of the range"),
)
