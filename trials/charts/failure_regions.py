"""Failures by region: the share of trials that failed in each part of each parameter's range."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers.space import Space
from trials.models import Study, Trial
from trials.wording import count, setting

from .asking import ranked_parameters
from .base import Chart, Shelf, StudyFacts, Words
from .chosen import Chosen, Dot, chosen
from .lanes import Laned, laned
from .regions import per_cent
from .template import colour, label, layout, plain, shortened

PARTS, PARAMETERS = 8, 8
#: Parts with fewer trials say nothing.
FEWEST = 4
_ROW_PX = 34


@dataclass(frozen=True)
class Rows:
    """What is read: the trials that are drawn, and the parameters, the most important first."""

    space: Space
    names: tuple[str, ...]
    chosen: Chosen


@dataclass(frozen=True)
class Part:
    """One part of a parameter's range: how many of its trials failed; `words` name its values."""

    words: str
    failed: int
    total: int

    @property
    def share(self) -> float:
        return self.failed / self.total if self.total else 0.0


@dataclass(frozen=True)
class Regions:
    """(name, parts, inactive) of each parameter, that with the worst part first; the share of all trials."""

    lines: tuple[tuple[str, tuple[Part, ...], Part], ...]
    share: float
    trials: int
    failed: int


def rows(study: Study) -> Rows:
    found = chosen(study) if study.n_failed else Chosen()
    return Rows(study.space.space, tuple(ranked_parameters(study)), found)


def data(facts: StudyFacts, rows: Rows) -> Regions:
    """Count an even sample by the part of each range it lies in."""
    dots = rows.chosen.even
    failed = sum(_failed(dot) for dot in dots)
    if not failed:
        return Regions((), 0.0, len(dots), facts.failed)
    share = failed / len(dots)
    lines = [_line(laned(rows.space, name, dots), dots) for name in rows.names]
    lines.sort(key=lambda line: -max(_excess(part, share) for part in (*line[1], line[2])))
    return Regions(tuple(lines[:PARAMETERS]), share, len(dots), facts.failed)


def _failed(dot: Dot) -> bool:
    return dot.state == Trial.State.FAILED


def _line(axis: Laned, dots: list[Dot]) -> tuple[str, tuple[Part, ...], Part]:
    count_of = len(axis.axis.choices) or PARTS
    failed, total = np.zeros(count_of + 1, dtype=int), np.zeros(count_of + 1, dtype=int)
    units = axis.axis.places([(dot.number, 0.0, dot.params) for dot in dots])
    for dot, unit in zip(dots, units, strict=True):
        at = count_of if unit is None else min(count_of - 1, int(unit * count_of))
        total[at] += 1
        failed[at] += _failed(dot)
    named = [_named(axis, at, count_of) for at in range(count_of)] + ["inactive"]
    parts = [Part(*each) for each in zip(named, failed.tolist(), total.tolist(), strict=True)]
    return axis.name, tuple(parts[:-1]), parts[-1]


def _named(axis: Laned, at: int, parts: int) -> str:
    if axis.axis.choices:
        return setting(axis.axis.choices[at])
    parameter = axis.axis.parameter
    ends = parameter.from_unit(np.array([at / parts, (at + 1) / parts]))
    low, high = (parameter.value(float(code)) for code in ends)
    rough = [setting(float(f"{end:.3g}") if isinstance(end, float) else end) for end in (low, high)]
    return rough[0] if rough[0] == rough[1] else f"{rough[0]} to {rough[1]}"


def _excess(part: Part, share: float) -> float:
    """By how many standard errors a part fails more often than all trials do."""
    if part.total < FEWEST:
        return 0.0
    error = math.sqrt(max(share * (1 - share), 1e-9) / part.total)
    return (part.share - share) / error


def figure(data: Regions) -> dict[str, Any] | None:
    """Return the Plotly figure: a row for each parameter; None while nothing has failed."""
    if not data.lines:
        return None
    traces, notes = [], []
    top = max(0.02, *(part.share for line in data.lines for part in (*line[1], line[2]) if part.total))
    for at, (name, parts, inactive) in enumerate(data.lines):
        width = 1.0 / len(parts)
        across = [(place + 0.5) * width for place in range(len(parts))]
        traces.append(_strip(across, width, -at, parts, name, top))
        if inactive.total:
            traces.append(_strip([1.1], 0.12, -at, (inactive,), name, top))
        place = {"x": -0.01, "xref": "x", "y": -at, "xanchor": "right"}
        notes.append(label(plain(shortened(name, 20)), "second", **place))
    ends = {"y": -len(data.lines) + 0.42, "yanchor": "top"}
    notes += [
        label("low", "muted", x=0, xanchor="left", **ends),
        label("high", "muted", x=1, xanchor="right", **ends),
    ]
    if any(line[2].total for line in data.lines):
        notes.append(label("inactive", "muted", x=1.1, **ends))
    return {
        "data": traces,
        "layout": layout(
            height=max(160, _ROW_PX * len(data.lines) + 40),
            barmode="overlay",
            xaxis={"visible": False, "fixedrange": True, "range": [0, 1.18]},
            yaxis={"visible": False, "fixedrange": True, "range": [-len(data.lines) + 0.1, 0.5]},
            annotations=notes,
            margin={"l": 142, "r": 12, "t": 4, "b": 8},
        ),
    }


def _strip(across: list[float], width: float, at: int, parts: Any, name: str, top: float) -> dict[str, Any]:
    shades = [
        colour("sunken") if not part.total else colour("bad-mark", _tint(part.share, top)) for part in parts
    ]
    return {
        "type": "bar",
        "x": across,
        "base": at - 0.36,
        "y": [0.72] * len(parts),
        "width": width * 0.97,
        "marker": {"color": shades, "line": {"width": 0}},
        "text": [per_cent(part.share) if part.total >= FEWEST else "" for part in parts],
        "textposition": "inside",
        "textangle": 0,
        "insidetextanchor": "middle",
        "insidetextfont": {"size": 11, "color": colour("ink")},
        "customdata": [[plain(part.words), part.failed, part.total] for part in parts],
        "hovertemplate": f"<b>{plain(shortened(name))}</b> %{{customdata[0]}}<br>"
        "%{customdata[1]} of %{customdata[2]} failed<extra></extra>",
    }


def _tint(share: float, top: float) -> float:
    return round(0.06 + 0.5 * share / top, 3)


def words(data: Regions) -> Words:
    """Name the part of a range that fails most beyond chance."""
    if not data.failed:
        return Words("No trial has failed.", "Had some, this would show in which part of the space.")
    if not data.lines:
        return Words(f"{count(data.failed, 'trial')} failed.", "Too few to see a region in.")
    name, parts, inactive = data.lines[0]
    worst = max((*parts, inactive), key=lambda part: _excess(part, data.share))
    rest = f"Over all, {per_cent(data.share)} of {count(data.trials, 'trial')} failed."
    if _excess(worst, data.share) < 2.5:
        return Words(
            "Failures gather nowhere in particular.", f"No part of a range differs beyond chance. {rest}"
        )
    where = f"without {name}" if worst is inactive else f"at {name} {worst.words}"
    lead = f"Failures gather {where}: {worst.failed} of {worst.total} failed there."
    return Words(lead, f"{rest} Percentages are only where {FEWEST} or more trials lie.")


CHART = Chart(
    title="Failures by region",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("failures", 20, "share that failed in each part of a range", height=240),
)
