"""Predicted against actual: what was expected of each trial before it ran, with 80 % intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from trials.models import Study, Trial
from trials.wording import Shown, count, metric_title

from .base import Chart, StudyFacts, Words
from .scale import scale_of
from .surrogate import nothing_yet, view_of
from .template import colour, dots, horizontal, layout, line, plain, short_float, vertical

#: Half the width of an 80 % interval in standard deviations.
EIGHTY = 1.2815515655446004
MOST, FEWEST = 300, 5


@dataclass(frozen=True)
class Pair:
    """One trial; low and high are the ends of the 80 % interval."""

    number: int
    predicted: float
    low: float
    high: float
    actual: float

    @property
    def inside(self) -> bool:
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Rows:
    """`before`: predicted before the trial ran. Else each result was predicted from all the others."""

    pairs: Sequence[Pair]
    before: bool


@dataclass(frozen=True)
class Calibration:
    facts: StudyFacts
    pairs: Sequence[Pair]
    before: bool

    @property
    def inside(self) -> int:
        return sum(pair.inside for pair in self.pairs)


def rows(study: Study) -> Rows:
    """Read what the optimizer noted before each trial; if it noted nothing, results left out in turn."""
    shown = Shown(study.metric, study.maximize)
    noted = study.trials.numbered().filter(state=Trial.State.COMPLETE, info__has_key="predicted_std")
    every = -(-study.next_number // (4 * MOST)) or 1
    if every > 1:
        noted = noted.alias(turn=F("number") % every).filter(turn=0)
    texts = {key: Cast(KT(f"info__{key}"), FloatField()) for key in ("predicted_mean", "predicted_std")}
    found = noted.annotate(**{f"its_{key}": text for key, text in texts.items()}).order_by("-number")
    pairs = []
    for number, value, mean, std in found.values_list("number", "value", *(f"its_{key}" for key in texts))[
        :MOST
    ]:
        low, high = sorted(shown.value(mean + side * EIGHTY * std) or 0.0 for side in (-1, 1))
        pairs.append(Pair(number, shown.value(mean) or 0.0, low, high, shown.value(value) or 0.0))
    if len(pairs) >= FEWEST:
        return Rows(pairs, True)
    return Rows(_left_out(study), False)


def _left_out(study: Study) -> list[Pair]:
    found = view_of(study, "").get("left_out")
    if not found:
        return []
    columns = (found[key] for key in ("numbers", "mean", "low", "high", "actual"))
    return [Pair(*each) for each in zip(*columns, strict=True)]


def data(facts: StudyFacts, rows: Rows) -> Calibration:
    return Calibration(facts, rows.pairs, rows.before)


def figure(data: Calibration) -> dict[str, Any] | None:
    """Return the Plotly figure; None below five predictions."""
    if len(data.pairs) < FEWEST:
        return None
    values = [value for pair in data.pairs for value in (pair.predicted, pair.actual)]
    scale = scale_of(values, maximize=data.facts.maximize)
    ends = [10**end if scale.log else end for end in (scale.low, scale.high)]
    whiskers: dict[str, list[float | None]] = {"x": [], "y": []}
    for pair in data.pairs:
        whiskers["x"] += [short_float(scale.edge(pair.low)), short_float(scale.edge(pair.high)), None]
        whiskers["y"] += [short_float(scale.edge(pair.actual))] * 2 + [None]
    bars = {
        "type": "scatter",
        "mode": "lines",
        **whiskers,
        "line": {"width": 1.25, "color": colour("faint", 0.7)},
        "hoverinfo": "skip",
    }
    inner = [pair for pair in data.pairs if pair.inside]
    outer = [pair for pair in data.pairs if not pair.inside]
    axis = scale.axis()
    metric = plain(metric_title(data.facts.metric))
    return {
        "data": [
            line([(ends[0], ends[0]), (ends[1], ends[1])], width=1.25, color=colour("muted"), dash="4px,4px"),
            bars,
            _dots(scale, inner, {"color": colour("category-1")}),
            _dots(
                scale, outer, {"color": colour("card"), "line": {"width": 2, "color": colour("category-3")}}
            ),
        ],
        "layout": layout(
            xaxis=horizontal(title="predicted", **axis),
            yaxis=vertical(**axis, title={"text": f"actual {metric}", "font": {"size": 11.5}}),
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def _dots(scale: Any, pairs: Sequence[Pair], marker: dict[str, Any]) -> dict[str, Any]:
    places = ([scale.edge(pair.predicted) for pair in pairs], [scale.edge(pair.actual) for pair in pairs])
    return dots([pair.number for pair in pairs], places, marker, "predicted %{x}, came out at %{y}")


def words(data: Calibration) -> Words:
    """Say how many fell inside of their interval, and how many would if it were well set."""
    total = len(data.pairs)
    if total < FEWEST:
        return Words("No predictions to compare yet.", nothing_yet(data.facts.several))
    wanted, inside = round(0.8 * total), data.inside
    spread = max(1.0, 1.6 * (0.16 * total) ** 0.5)
    verdict = "that is as it should be"
    if inside < wanted - spread:
        verdict = "it is surer than it should be"
    elif inside > wanted + spread:
        verdict = "it is more careful than it need be"
    lead = f"{inside} of {count(total, 'result')} fell inside their 80 % interval."
    how = (
        "Each was predicted before it ran."
        if data.before
        else "The optimizer noted no predictions; here each result is predicted from all the others."
    )
    return Words(
        lead, f"A well-set model would catch about {wanted}: {verdict}. {how} On the line: exactly right."
    )


CHART = Chart(title="Predicted and actual", rows=rows, data=data, figure=figure, words=words)
