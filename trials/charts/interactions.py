"""The interactions chart: pairs of parameters that explain something only together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials.models import Insight, Study
from trials.wording import THIN, listed

from .base import Chart, Shelf, StudyFacts, Words
from .importance import FEWEST_R2, FEWEST_RESULTS
from .template import colour, label, layout, plain, rounded, shortened

#: A pair below this share of all variation is not worth a word.
LEAST_SHARE = 0.02
MOST_PAIRS = 6
_ROW_PX = 46


@dataclass(frozen=True)
class Pair:
    """Two parameters, the share of all variation that only both explain, and its 80 % interval."""

    name: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Interactions:
    """What the chart shows; `known` is False before a worker has looked."""

    pairs: tuple[Pair, ...]
    known: bool
    trusted: bool


def rows(study: Study) -> Mapping[str, Any]:
    """Read what a worker last found out."""
    return Insight.objects.filter(study=study).values_list("data", flat=True).first() or {}


def data(facts: StudyFacts, rows: Mapping[str, Any]) -> Interactions:
    """Keep the pairs that matter, of a surrogate that can be trusted."""
    fit = rows.get("importance") or {}
    trusted = (fit.get("r2") or 0.0) >= FEWEST_R2 and fit.get("n", 0) >= FEWEST_RESULTS
    pairs = [
        Pair(" × ".join(pair["names"]), pair["share"], pair["low"], pair["high"])
        for pair in rows.get("interactions", ())
        if pair["share"] >= LEAST_SHARE and pair["low"] > 0.0
    ]
    return Interactions(tuple(pairs[:MOST_PAIRS]) if trusted else (), "interactions" in rows, trusted)


def words(data: Interactions) -> Words:
    """Say which pairs have to be looked at together."""
    if data.pairs:
        first = data.pairs[0]
        named = listed([pair.name for pair in data.pairs[:2]])
        share = f"{100 * first.share:.0f}{THIN}%"
        return Words(
            f"{named} work together.", f"Only both explain {share} of the variation in the first case."
        )
    if not data.known:
        return Words("Not computed yet.", "A worker looks for pairs once there are enough results.")
    if not data.trusted:
        return Words(
            "No pair can be told yet.", "The surrogate hardly predicts results that it has not seen."
        )
    return Words("No pair stands out.", "Each parameter can be judged by itself.")


def figure(data: Interactions) -> dict[str, Any] | None:
    """Return the Plotly figure: a bar and a whisker for each pair; None without any."""
    if not data.pairs:
        return None
    places = [-place for place in range(len(data.pairs))]
    width = max(0.1, *(pair.high for pair in data.pairs))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [rounded(pair.share) for pair in data.pairs],
        "y": places,
        "width": 0.16,
        "marker": {"color": colour("accent"), "line": {"width": 0}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [rounded(pair.high - pair.share) for pair in data.pairs],
            "arrayminus": [rounded(pair.share - pair.low) for pair in data.pairs],
            "color": colour("ink"),
            "thickness": 1.25,
            "width": 4,
        },
        "customdata": [[plain(pair.name), f"{100 * pair.share:.1f}"] for pair in data.pairs],
        "hovertemplate": f"<b>%{{customdata[0]}}</b><br>%{{customdata[1]}}{THIN}% of all variation"
        "<extra></extra>",
    }
    notes = []
    for pair, place in zip(data.pairs, places, strict=True):
        above = {"y": place, "yshift": 17, "borderpad": 0}
        notes.append(label(plain(shortened(pair.name, 44)), "ink", x=0, xanchor="left", xshift=-2, **above))
        share = f"{100 * pair.share:.0f}{THIN}%"
        notes.append(label(share, "ink", x=rounded(width), xanchor="right", xshift=2, **above))
    return {
        "data": [bars],
        "layout": layout(
            height=_ROW_PX * len(places) + 6,
            margin={"l": 1, "r": 1, "t": 0, "b": 0},
            xaxis={"range": [0, rounded(width)], "visible": False, "fixedrange": True},
            yaxis={"range": [places[-1] - 0.4, 0.72], "visible": False, "fixedrange": True},
            annotations=notes,
        ),
    }


CHART = Chart(
    title="Working together",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("parameters", 6, "what only two parameters together explain"),
)
