"""The importance chart: how much of the variation each parameter explains, and how far to trust that."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from trials.models import Insight, Study
from trials.wording import THIN, count, fixed, listed

from .base import Chart, Control, Shelf, StudyFacts, Words
from .template import MONO, colour, label, layout, plain, rounded, shortened

#: Below this cross-validated R² the surrogate cannot tell the parameters apart: no shares are shown.
FEWEST_R2 = 0.3
#: From here on its order can be relied on where the whiskers do not overlap.
GOOD_R2 = 0.7
FEWEST_RESULTS = 10
#: How importance can be measured: its name, and what its shares are of.
METHODS = {
    "fanova": ("fANOVA", ""),
    "ped_anova": ("PED-ANOVA", "Shares of what sets the best tenth apart from the others."),
    "permutation": ("Permutation", "Shares of how much predictions lose without it."),
    "mdi": ("MDI", "Shares of what splits of the trees explain, which favours parameters of many values."),
}
DEFAULT_METHOD = "fanova"
MOST_BARS = 8
_ROW_PX = 46
_BAR = 0.16


@dataclass(frozen=True)
class Bar:
    """A parameter's share of the explained variation with its 80 % interval, all in [0, 1]."""

    name: str
    share: float
    low: float
    high: float

    @property
    def reaches_zero(self) -> bool:
        return self.low < 0.005


@dataclass(frozen=True)
class Importance:
    """What the chart shows; no bars where the importances cannot be trusted."""

    bars: tuple[Bar, ...]
    """The largest first."""
    hidden: tuple[Bar, ...]
    """Parameters there is no room for."""
    results: int
    """How many results the surrogate has seen; 0 before the first fit."""
    complete: int
    r2: float
    method: str = DEFAULT_METHOD


def rows(study: Study) -> Mapping[str, Any] | None:
    """Read what a worker last found out; None before the first time."""
    return asked(study, {"method": DEFAULT_METHOD})


def asked(study: Study, choices: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Read the same by the method that is chosen."""
    insight = Insight.objects.filter(study=study).values_list("data", flat=True).first()
    return stored(insight, choices["method"])


def stored(data: Mapping[str, Any] | None, method: str) -> Mapping[str, Any] | None:
    """An insight's importances by one method, with its name; None where they are not computed yet."""
    data = data or {}
    found = data.get("importance") if method == DEFAULT_METHOD else data.get("methods", {}).get(method)
    return {**found, "method": method} if found else None


def by_method(study: Study) -> tuple[Control, ...]:
    """The choice of how importance is measured."""
    return (
        Control(
            "method",
            "Measured by",
            tuple((key, title) for key, (title, _) in METHODS.items()),
            DEFAULT_METHOD,
        ),
    )


def data(facts: StudyFacts, rows: Mapping[str, Any] | None) -> Importance:
    """Sort the shares; keep none of a surrogate that does not predict what it has not seen."""
    if not rows or rows["r2"] is None:
        return Importance((), (), 0, facts.complete, 0.0)
    columns = (rows["names"], rows["share"], rows["low"], rows["high"])
    bars = sorted((Bar(*column) for column in zip(*columns, strict=True)), key=lambda bar: -bar.share)
    r2, results = rows["r2"], rows["n"]
    trusted = r2 >= FEWEST_R2 and results >= FEWEST_RESULTS
    if not trusted or not any(bar.share for bar in bars):
        bars = []
    method = rows.get("method", DEFAULT_METHOD)
    return Importance(tuple(bars[:MOST_BARS]), tuple(bars[MOST_BARS:]), results, facts.complete, r2, method)


def words(data: Importance) -> Words:
    """Say which parameters matter, how sure that is, and why nothing is shown where nothing is."""
    if not data.bars:
        return _nothing_shown(data)
    first = data.bars[0]
    leaders = [bar for bar in data.bars if not bar.reaches_zero and bar.share >= 0.25 * first.share][:3]
    names = [bar.name for bar in leaders or [first]]
    lead = f"{listed(names)} {'matters' if len(names) == 1 else 'matter'}."
    about = METHODS[data.method][1]
    return Words(lead, " ".join(filter(None, [_order(data), _rest(data), about, _fit(data)])))


def _nothing_shown(data: Importance) -> Words:
    if data.complete < FEWEST_RESULTS:
        return Words("Too early to tell.", f"{data.complete} of the {FEWEST_RESULTS} results that it takes.")
    if data.results < FEWEST_RESULTS:
        return Words("Not computed yet.", "A worker fits the surrogate to the results in a moment.")
    if data.r2 >= FEWEST_R2:
        return Words("No parameter stands out.", f"What differs between the trials is chance. {_fit(data)}")
    return Words(
        "No ranking can be trusted yet.",
        "The surrogate hardly predicts results that it has not seen, "
        f"so what it says of the parameters would mislead. {_fit(data)}",
    )


def _order(data: Importance) -> str:
    """Claim an order only of parameters that matter and whose whiskers leave no doubt."""
    certain = [bar for bar in data.bars if not bar.reaches_zero]
    shown = certain if len(certain) > 1 else data.bars
    if any(above.low <= below.high for above, below in pairwise(shown)):
        return "Their order may still change: the whiskers overlap."
    return "" if data.r2 >= GOOD_R2 else "Take it as a hint: the surrogate's fit is only fair."


def _rest(data: Importance) -> str:
    parts = []
    idle = [bar.name for bar in data.bars if bar.reaches_zero]
    if idle and len(idle) < len(data.bars):
        alone = len(idle) == 1 and not data.hidden
        parts.append(f"{idle[0] if alone else 'The others'} may not matter at all.")
    if data.hidden:
        share = _percent(sum(bar.share for bar in data.hidden))
        parts.append(f"Not drawn: {count(len(data.hidden), 'more parameter')} with {share} together.")
    return " ".join(parts)


def _fit(data: Importance) -> str:
    return f"Held-out R² {fixed(data.r2, 2)}, {count(data.results, 'trial')}."


def figure(data: Importance) -> dict[str, Any] | None:
    """Return the Plotly figure: a bar and a whisker per parameter; None without trustworthy shares."""
    if not data.bars:
        return None
    places = [-place for place in range(len(data.bars))]
    tracks = _bars([1.0] * len(places), places, [colour("sunken")] * len(places))
    tones = [colour("accent", 0.55) if bar.reaches_zero else colour("accent") for bar in data.bars]
    shares = _bars([rounded(bar.share) for bar in data.bars], places, tones) | {
        "error_x": _whiskers(data.bars),
        "customdata": [
            [plain(bar.name), *map(_percent, (bar.share, bar.low, bar.high))] for bar in data.bars
        ],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]} of the variation"
        "<br>80 % interval: %{customdata[2]} to %{customdata[3]}<extra></extra>",
        "hoverinfo": "all",
    }
    return {
        "data": [tracks, shares],
        "layout": layout(
            height=_ROW_PX * len(places) + 6,
            margin={"l": 1, "r": 1, "t": 0, "b": 0},
            barmode="overlay",
            xaxis={"range": [0, 1], "visible": False, "fixedrange": True},
            yaxis={"range": [places[-1] - 0.4, 0.72], "visible": False, "fixedrange": True},
            annotations=[
                note for bar, place in zip(data.bars, places, strict=True) for note in _notes(bar, place)
            ],
        ),
    }


def _bars(lengths: list[float], places: list[int], tones: list[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": lengths,
        "y": places,
        "width": _BAR,
        "marker": {"color": tones, "cornerradius": 3, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _hover(bar: Bar) -> list[str]:
    return [plain(bar.name), *map(_percent, (bar.share, bar.low, bar.high))]


def _whiskers(bars: tuple[Bar, ...]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [rounded(bar.high - bar.share) for bar in bars],
        "arrayminus": [rounded(bar.share - bar.low) for bar in bars],
        "color": colour("ink"),
        "thickness": 1.25,
        "width": 4,
    }


def _notes(bar: Bar, place: int) -> list[dict[str, Any]]:
    """The name above the bar's left end and the share above its right end."""
    above = {"y": place, "yshift": 17, "borderpad": 0}
    name = label(plain(shortened(bar.name, 34)), "ink", x=0, xanchor="left", xshift=-2, **above)
    name["font"]["family"] = MONO
    return [name, label(_percent(bar.share), "ink", x=1, xanchor="right", xshift=2, **above)]


def _percent(share: float) -> str:
    """Whole per cent: the whiskers show that more digits would mean nothing."""
    return f"{round(100 * share)}{THIN}%"


CHART = Chart(
    title="What matters",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=by_method,
    asked=asked,
    shelf=Shelf("parameters", 5, "share of the variation explained"),
)
