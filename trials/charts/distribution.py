"""The empirical distribution: which share of the trials reached a value, early and late in the search."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trials.models import Study
from trials.wording import count, five, metric_title

from .base import Chart, Shelf, StudyFacts, Words
from .chosen import Chosen, chosen
from .scale import Scale, scale_of
from .template import colour, horizontal, layout, line, short_float, vertical

#: Steps drawn of one curve: more than a screen shows.
STEPS = 200
#: With fewer trials the halves differ by chance.
FEWEST_HALVES = 20


@dataclass(frozen=True)
class Distribution:
    """Values of an even sample by number; `scale` is None while there are too few."""

    facts: StudyFacts
    values: Sequence[float]
    scale: Scale | None
    sampled: bool

    @property
    def halves(self) -> tuple[Sequence[float], Sequence[float]]:
        """Earlier and later half; empty where there are too few to compare."""
        if len(self.values) < FEWEST_HALVES:
            return (), ()
        middle = len(self.values) // 2
        return self.values[:middle], self.values[middle:]


def data(facts: StudyFacts, rows: Chosen) -> Distribution:
    """Keep the values of complete trials, in the order of their numbers."""
    values = [dot.value for dot in rows.even if dot.valued and dot.value is not None]
    scale = scale_of(values, maximize=facts.maximize, foot=0.02, head=0.02) if len(values) > 1 else None
    return Distribution(facts, values, scale, rows.every > 1)


def figure(data: Distribution) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    if data.scale is None:
        return None
    early, late = data.halves
    traces = []
    for values, name, style in (
        (early, "first half", {"color": colour("muted"), "width": 1.5, "dash": "4px,4px"}),
        (late, "second half", {"color": colour("category-1"), "width": 1.75}),
        (data.values, "all", {"color": colour("accent"), "width": 2.25}),
    ):
        if values:
            traces.append(_curve(data, values, name, style))
    axis = data.scale.axis()
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title=metric_title(data.facts.metric), **axis),
            yaxis=vertical(range=[0, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]),
        ),
    }


def _curve(data: Distribution, values: Sequence[float], name: str, style: dict[str, Any]) -> dict[str, Any]:
    """The share of trials at least as good as a value, from the best on."""
    ordered = np.sort(np.array(values) * data.facts.sign)
    kept = np.unique(np.linspace(0, len(ordered) - 1, min(STEPS, len(ordered))).astype(int))
    scale = data.scale
    assert scale is not None
    points = [
        (short_float(scale.edge(float(data.facts.sign * ordered[at]))), (at + 1) / len(ordered))
        for at in kept
    ]
    hover = f"<b>%{{y:.0%}}</b> of the trials ({name})<br>reach %{{x}}<extra></extra>"
    return line(points, shape="hv", **style) | {"hoverinfo": "all", "hovertemplate": hover}


def words(data: Distribution) -> Words:
    """Say what is usual, and whether the later trials are better ones."""
    if data.scale is None:
        return Words(
            "The share of trials that reach a value.", "The chart begins with the second complete one."
        )
    ordered = np.sort(np.array(data.values) * data.facts.sign) * data.facts.sign
    half, tenth = (float(ordered[int(share * (len(ordered) - 1))]) for share in (0.5, 0.1))
    lead = f"Half of the trials reach {five(half)}, one in ten {five(tenth)}."
    return Words(lead, " ".join(filter(None, [_learnt(data), _trust(data)])))


def _learnt(data: Distribution) -> str:
    early, late = data.halves
    if not early:
        return "Too few yet to compare the first half with the second."
    first, second = float(np.median(early)), float(np.median(late))
    if data.facts.better(second, than=first):
        return f"The second half is better: its middle is {five(second)}, that of the first {five(first)}."
    return f"The second half is no better than the first: their middles are {five(second)} and {five(first)}."


def _trust(data: Distribution) -> str:
    margin = round(100 * 1.36 / math.sqrt(len(data.values)))
    of = "an even sample of " if data.sampled else ""
    return f"From {of}{count(len(data.values), 'trial')}, so shares are good to about {margin} points."


def rows(study: Study) -> Chosen:
    return chosen(study)


CHART = Chart(
    title="Distribution",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf(
        "progress",
        20,
        "share of trials that reach a value",
        key=(
            ("key-line", "all"),
            ("key-line is-category-1", "second half"),
            ("key-line dashed", "first half"),
        ),
    ),
)
