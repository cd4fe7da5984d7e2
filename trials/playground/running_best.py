"""The best so far of several searches, step by step, in one figure. Pure; called by pictures that race."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trials.charts.scale import scale_of
from trials.charts.template import colour, horizontal, label, layout, short_float, vertical

from .base import Figure, Panel

#: Of each search: its colour and what it is called.
Searches = Mapping[str, tuple[str, str]]


def race_panels(searches: Searches, span: str, height: int, dots: str) -> tuple[Panel, ...]:
    """A panel for each search, where `dots` says what its dots are, and one of the best so far of all."""
    each = (
        Panel(name, title, span, height, legend=((f"dot {tone}", dots),))
        for name, (tone, title) in searches.items()
    )
    legend = tuple((f"dot {tone}", title) for tone, title in searches.values())
    return (*each, Panel("best", "Best so far", "span-8", 260, legend=legend))


def best_so_far(values: Sequence[float]) -> list[float]:
    """The least value up to each."""
    return [float(best) for best in np.minimum.accumulate(values)]


def running_best(searches: Searches, best: Mapping[str, Sequence[float]], unit: str) -> Figure:
    """A step line for each search with a frame for every `unit`, named at its end."""
    count = max(len(values) for values in best.values())
    steps = list(range(1, count + 1))
    scale = scale_of([value for values in best.values() for value in values], maximize=False)
    heights = {name: [short_float(scale.edge(value)) for value in values] for name, values in best.items()}
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": steps,
            "y": heights[name],
            "line": {"width": 2.25, "color": colour(tone), "shape": "hv"},
            "hovertemplate": f"{title}, {unit} %{{x}}: %{{y}}<extra></extra>",
        }
        for name, (tone, title) in searches.items()
    ]
    frames = [
        {place: {"x": steps[:step], "y": heights[name][:step]} for place, name in enumerate(searches)}
        for step in steps
    ]
    ends = {name: scale.place(values[-1]) for name, values in heights.items()}
    drawn = layout(
        xaxis=horizontal(unit, range=[0.5, count + 0.5]),
        yaxis=vertical(**scale.axis()),
        annotations=_names(searches, _apart(ends, scale.high - scale.low), count),
        margin={"l": 52, "r": 96, "t": 8, "b": 40},
    )
    said = "The lowest value found so far; lower is better."
    return Figure({"data": traces, "layout": drawn}, said, frames)


def _names(searches: Searches, heights: Mapping[str, float], count: int) -> list[dict[str, Any]]:
    place = {"x": count, "xanchor": "left", "xshift": 8}
    return [label(searches[name][1], "second", y=height, **place) for name, height in heights.items()]


def _apart(places: Mapping[str, float], span: float) -> dict[str, float]:
    """Heights of the names, moved so that they do not overlap."""
    heights: dict[str, float] = {}
    free = float("-inf")
    for name in sorted(places, key=lambda each: places[each]):
        heights[name] = max(places[name], free)
        free = heights[name] + 0.09 * span
    return heights
