"""Convergence of several studies in one picture: a line for each, or a median with its quartiles. Pure.

Called by the comparison's chart view with a panel of `arms`; the sentence is `verdict`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.charts.base import Words
from trials.charts.progress import unit_of
from trials.charts.scale import Scale, scale_of
from trials.charts.selection import at_resolution
from trials.charts.template import (
    colour,
    horizontal,
    label,
    layout,
    plain,
    rounded,
    short_float,
    shortened,
    vertical,
)
from trials.wording import five

from .arms import Arm, Entry
from .verdict import Verdict, summary

#: The signs of the first arms; those beyond are grey, and told by their labels.
COLOURS = tuple(f"category-{place}" for place in range(1, 6))
DASHES = ("solid", "8px,4px", "2px,3px", "10px,3px,2px,3px", "14px,4px")
#: So many labels stand at the ends of lines, one below the other; of more arms the first ones.
MOST_LABELS = 20
_LABEL_SHARE = 0.05
LABEL_LETTERS = 22


@dataclass(frozen=True)
class Sign:
    """How an arm is drawn: in the chart, in its legend and in the tables."""

    colour: str
    dash: str


def sign_of(place: int) -> Sign:
    """The sign of the arm at that place of its panel."""
    known = place < len(COLOURS)
    return Sign(COLOURS[place] if known else "faint", DASHES[place % len(DASHES)])


@dataclass(frozen=True)
class Line:
    """One arm's best so far, as steps: medians, and the quartiles where several studies make them."""

    label: str
    sign: Sign
    studies: int
    x: Sequence[float]
    middle: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Overlay:
    """What is drawn; `scale` is None while no study has a result."""

    verdict: Verdict
    lines: Sequence[Line]
    scale: Scale | None
    title: str
    end: float


def data(verdict: Verdict, by: str) -> Overlay:
    """Put the arms on one axis. by: "trial", "time" or "compute"."""
    panel = verdict.panel
    end = max((getattr(entry.course.now, by) for entry in panel.entries), default=0.0)
    unit, title = unit_of(by, end)
    if by == "trial":
        title = "Trials done"
    lines = [
        line
        for place, arm in enumerate(panel.arms)
        if (line := _line(arm, sign_of(place), by, unit)) is not None
    ]
    values = [value for line in lines for value in (*line.middle, *line.low, *line.high)]
    scale = scale_of(values, maximize=panel.maximize, foot=0.06, head=0.06) if values else None
    return Overlay(verdict, lines, scale, title, end / unit)


def _line(arm: Arm, sign: Sign, by: str, unit: float) -> Line | None:
    """The arm's median where all of its studies have a result; None while one is still without."""
    entries = [entry for entry in arm.entries if entry.course.steps]
    if not entries or any(not entry.over and not entry.course.steps for entry in arm.entries):
        return None
    start = max(getattr(entry.course.steps[0], by) for entry in entries)
    end = _end(entries, by)
    places = {getattr(step, by) for entry in entries for step in entry.course.steps}
    x = sorted({start, *(place for place in places if start <= place <= end), max(start, end)})
    x = at_resolution(x)
    heights = np.array([_heights(entry, by, x) for entry in entries])  # (studies, places)
    low, middle, high = np.quantile(heights, [0.25, 0.5, 0.75], axis=0)
    shown = [short_float(place / unit) for place in x]
    several = len(entries) > 1
    return Line(
        label=arm.label,
        sign=sign,
        studies=len(entries),
        x=shown,
        middle=[rounded(float(each)) for each in middle],
        low=[rounded(float(each)) for each in low] if several else (),
        high=[rounded(float(each)) for each in high] if several else (),
    )


def _end(entries: Sequence[Entry], by: str) -> float:
    """How far all go: studies that are over keep their best, those that go on end where they are."""
    running = [getattr(entry.course.now, by) for entry in entries if not entry.over]
    return float(min(running) if running else max(getattr(entry.course.now, by) for entry in entries))


def _heights(entry: Entry, by: str, x: Sequence[float]) -> list[float]:
    """The study's best so far at each place: (places,)."""
    steps = entry.course.steps
    reached = np.searchsorted([getattr(step, by) for step in steps], x, side="right") - 1
    return [steps[max(0, int(place))].value for place in reached]


def words(data: Overlay) -> Words:
    """The comparison's answer, and how to read the bands."""
    lead, rest = summary(data.verdict)
    bands = any(line.low for line in data.lines)
    told = "Line: median of an optimizer’s studies; band: the middle half of them." if bands else ""
    return Words(lead, " ".join(filter(None, [rest, told])))


def figure(data: Overlay) -> dict[str, Any] | None:
    """Return the Plotly figure; None while no study has a result."""
    if data.scale is None:
        return None
    drawn = [*data.lines[len(COLOURS) :], *data.lines[: len(COLOURS)]]  # what has a colour lies in front
    traces = [trace for line in drawn for trace in _band(line, data.scale)]
    traces += [_steps(line, data.scale) for line in drawn]
    metric = {"text": plain(data.verdict.panel.metric), "font": {"size": 11.5}}
    margin = 0.02 * data.end
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title=data.title, nticks=8, range=[-margin, data.end + margin]),
            yaxis=vertical(**data.scale.axis(), title=metric),
            annotations=_labels(data) if len(data.lines) > 1 else [],
            margin={"l": 60, "r": 16 if len(data.lines) < 2 else 150, "t": 8, "b": 44},
            hovermode="closest",
        ),
    }


def _band(line: Line, scale: Scale) -> list[dict[str, Any]]:
    """The middle half of the studies, between two lines of steps that are not drawn."""
    if not line.low:
        return []
    edge = {"type": "scatter", "mode": "lines", "x": line.x, "hoverinfo": "skip"}
    hidden = {"width": 0, "shape": "hv", "color": colour(line.sign.colour, None)}
    return [
        edge | {"y": [scale.edge(y) for y in line.low], "line": hidden},
        edge
        | {
            "y": [scale.edge(y) for y in line.high],
            "line": hidden,
            "fill": "tonexty",
            "fillcolor": colour(line.sign.colour, 0.16),
        },
    ]


def _steps(line: Line, scale: Scale) -> dict[str, Any]:
    front = line.sign.colour in COLOURS
    name = plain(shortened(line.label))
    studies = f"<br>median of {line.studies} studies" if line.studies > 1 else ""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": line.x,
        "y": [scale.edge(y) for y in line.middle],
        "text": [five(y) for y in line.middle],
        "hovertemplate": f"<b>{name}</b><br>%{{x}}: %{{text}}{studies}<extra></extra>",
        "line": {
            "shape": "hv",
            "width": 2.25 if front else 1.25,
            "color": colour(line.sign.colour),
            "dash": line.sign.dash,
        },
    }


def _labels(data: Overlay) -> list[dict[str, Any]]:
    """A name at the end of each line, pushed apart where they would lie on one another."""
    assert data.scale is not None
    scale = data.scale
    wanted = sorted(
        ((scale.place(scale.edge(line.middle[-1])), line) for line in data.lines[:MOST_LABELS]),
        key=lambda each: each[0],
    )
    heights = spread_out(
        [height for height, _ in wanted], _LABEL_SHARE * (scale.high - scale.low), scale.high
    )
    return [
        label(
            plain(shortened(line.label, LABEL_LETTERS)),
            "second",
            name="line end",
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=rounded(height),
            yanchor="middle",
        )
        for height, (_, line) in zip(heights, wanted, strict=True)
    ]


def spread_out(heights: Sequence[float], gap: float, top: float) -> list[float]:
    """Push sorted heights apart to at least `gap`, upwards and then down again below `top`."""
    placed = list(heights)
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + gap)
    if placed and placed[-1] > top:
        placed[-1] = top
        for at in range(len(placed) - 2, -1, -1):
            placed[at] = min(placed[at], placed[at + 1] - gap)
    return placed
