"""Convergence by trial, by wall time or by training time spent: how soon the best was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials.models import Study
from trials.wording import duration, five, metric_title

from .base import Chart, Control, Shelf, StudyFacts, Words
from .chosen import Chosen, Dot, chosen, finished
from .regions import per_cent
from .scale import Scale, scale_of
from .template import colour, dots, horizontal, label, layout, line, plain, rounded, short_float, vertical

BY = (("trial", "Trial"), ("time", "Wall time"), ("compute", "Compute"))
_FOOT = 0.14


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials, and where each lies in trials or in seconds."""

    by: str
    chosen: Chosen
    places: Mapping[int, float]


@dataclass(frozen=True)
class Progress:
    """Complete trials along the axis; `steps` are the bests so far; `unit` of it are one on the axis."""

    facts: StudyFacts
    rows: Rows
    shown: Sequence[tuple[float, Dot]]
    steps: Sequence[tuple[float, Dot]]
    scale: Scale | None
    unit: float
    title: str
    end: float


def controls(study: Study) -> tuple[Control, ...]:
    return (Control("by", "Along", BY, "trial"),)


def rows(study: Study) -> Rows:
    return asked(study, {"by": "trial"})


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    """Read the drawn trials; times of all finished ones are added up on the way, none is kept."""
    picked, by = chosen(study), choices["by"]
    wanted = {dot.number for dot in picked.dots}
    if by == "trial":
        return Rows(by, picked, {number: float(number) for number in wanted})
    places, spent = {}, 0.0
    begun = study.created
    ended = finished(study).filter(completed_at__isnull=False).order_by("completed_at", "number")
    for number, completed, seconds in ended.values_list("number", "completed_at", "seconds").iterator():
        spent += seconds or 0.0
        if number in wanted:
            places[number] = spent if by == "compute" else (completed - begun).total_seconds()  # type: ignore[operator]
    return Rows(by, picked, places)


def data(facts: StudyFacts, rows: Rows) -> Progress:
    """Order the trials along the axis and keep each that improved."""
    placed = [(rows.places[dot.number], dot) for dot in rows.chosen.complete if dot.number in rows.places]
    placed.sort(key=lambda each: (each[0], each[1].number))
    steps: list[tuple[float, Dot]] = []
    for at, dot in placed:
        if dot.feasible and facts.better(dot.value or 0.0, than=steps[-1][1].value if steps else None):
            steps.append((at, dot))
    end = max(rows.places.values(), default=0.0)
    unit, title = unit_of(rows.by, end)
    values = [dot.value or 0.0 for _, dot in placed]
    default = [] if facts.default_value is None else [facts.default_value]
    drawable = len(placed) > 1 and bool(steps)
    scale = scale_of(values + default, maximize=facts.maximize, foot=_FOOT) if drawable else None
    return Progress(facts, rows, placed, steps, scale, unit, title, end)


def unit_of(by: str, end: float) -> tuple[float, str]:
    if by == "trial":
        return 1.0, "Trial"
    name = "Wall time since the study began" if by == "time" else "Training time spent"
    units = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
    unit, word = next((size, word) for size, word in units if end >= 2 * size or size == 1.0)
    return unit, f"{name}, {word}"


def figure(data: Progress) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    scale = data.scale
    if scale is None:
        return None
    better = {dot.number for _, dot in data.steps}
    rest = [each for each in data.shown if each[1].number not in better]
    many = len(rest) > 300
    faint = {"color": colour("category-1"), "opacity": 0.45 if many else 0.8, "size": 5 if many else 8}
    best = [(short_float(at / data.unit), scale.edge(dot.value or 0.0)) for at, dot in data.steps]
    last = (short_float(data.end / data.unit), best[-1][1])
    traces = [
        _dots(data, rest, faint),
        *(_rug(data, state, *look) for state, look in
          {"failed": ("x-thin", "bad"), "pruned": ("line-ns", "warn")}.items()),
        line([*best, last], shape="hv", width=2.25, color=colour("accent")),
        _dots(data, data.steps, {"color": colour("accent"), "size": 6, "opacity": 1}),
    ]  # fmt: skip
    place = {"x": last[0], "y": rounded(scale.place(last[1])), "xanchor": "right", "yanchor": "bottom"}
    notes = [label(f"<b>{five(data.steps[-1][1].value)}</b>", "accent", yshift=4, **place)]
    default = data.facts.default_value
    if default is not None and scale.inside(default):
        traces.insert(
            0, line([(0, default), (last[0], default)], width=1.25, color=colour("muted"), dash="4px,4px")
        )
        height = rounded(scale.place(default))
        notes.append(
            label(f"default {five(default)}", "muted", x=0, y=height, xanchor="left", yanchor="bottom")
        )
    title = {"text": plain(metric_title(data.facts.metric)), "font": {"size": 11.5}}
    margin = 0.02 * last[0]
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title=data.title, nticks=8, range=[-margin, last[0] + margin]),
            yaxis=vertical(**scale.axis(), title=title),
            yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
            annotations=notes,
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def _dots(data: Progress, shown: Sequence[tuple[float, Dot]], marker: dict[str, Any]) -> dict[str, Any]:
    assert data.scale is not None
    heights = [data.scale.edge(dot.value or 0.0) for _, dot in shown]
    return dots(
        [dot.number for _, dot in shown], ([at / data.unit for at, _ in shown], heights), marker, "%{y}"
    )


def _rug(data: Progress, state: str, symbol: str, tone: str) -> dict[str, Any]:
    """Trials without a result, along the foot."""
    found = [dot for dot in data.rows.chosen.dots if dot.state == state and dot.number in data.rows.places]
    lane = 0.035 if state == "failed" else 0.08
    marker = {"symbol": symbol, "size": 7, "line": {"width": 1.5, "color": colour(tone)}}
    places = ([data.rows.places[dot.number] / data.unit for dot in found], [lane] * len(found))
    return dots([dot.number for dot in found], places, marker, state) | {"yaxis": "y2"}


def words(data: Progress) -> Words:
    """Say when the best was found, and how soon most of the gain was there."""
    if data.scale is None:
        kept = " that keeps the limits" if data.rows.chosen.broken else ""
        return Words("How soon the best is found.", f"The chart begins with the second complete trial{kept}.")
    at, best = data.steps[-1]
    if data.rows.by == "trial":
        which = f" in {metric_title(data.facts.metric)}" if data.facts.several else ""
        lead = f"Trial {best.number:,} is the best{which}: {five(best.value)}."
    else:
        spent = "after" if data.rows.by == "time" else "after spending"
        lead = f"The best, {five(best.value)}, came {spent} {duration(at)}."
    share = f"That is {per_cent(at / data.end)} of the way so far." if at > 0 else "None after it was better."
    return Words(lead, " ".join(filter(None, [share, _most(data), data.rows.chosen.words()])))


def _most(data: Progress) -> str:
    """When nine tenths of the gain over the first result were reached."""
    first, last = data.steps[0][1].value or 0.0, data.steps[-1][1].value or 0.0
    if first == last or data.end <= 0:
        return ""
    at = next(at for at, dot in data.steps if abs((dot.value or 0.0) - first) >= 0.9 * abs(last - first))
    return f"Nine tenths of the gain over the first result were there after {per_cent(at / data.end)}."


CHART = Chart(
    title="Convergence",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=controls,
    asked=asked,
    shelf=Shelf(
        "progress",
        10,
        wide=True,
        key=(
            ("dot category-1", "trial"),
            ("key-line", "best so far"),
            ("key-line dashed", "default"),
        ),
    ),
)
