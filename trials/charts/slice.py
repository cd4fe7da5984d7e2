"""The slice chart: every trial's value over one parameter; inactive ones in a lane of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizers.space import Space
from trials.models import Study
from trials.wording import count, metric_title

from .asking import defaults, one_parameter
from .base import Chart, Shelf, StudyFacts, Words
from .chosen import NONE_KEEPS, Chosen, Dot, chosen
from .lanes import Laned, laned, spread
from .regions import FEWEST, best_tenth, called, per_cent, region_of
from .scale import Scale, scale_of
from .template import HOLLOW, colour, dots, horizontal, layout, plain, vertical

_FRONT = 5
_FOOT = 0.14


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials, and over which parameter."""

    space: Space
    name: str
    chosen: Chosen


@dataclass(frozen=True)
class Slice:
    """What is drawn; no scale while fewer than two trials are complete."""

    facts: StudyFacts
    rows: Rows
    axis: Laned
    scale: Scale | None

    @property
    def front(self) -> list[Dot]:
        return best_tenth(self.facts, self.rows.chosen.complete)[:_FRONT]


def rows(study: Study) -> Rows:
    return asked(study, defaults(one_parameter(study)))


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    return Rows(study.space.space, choices["over"], chosen(study))


def data(facts: StudyFacts, rows: Rows) -> Slice:
    """Place the trials; the axis of values leaves room at its foot for those without one."""
    complete = rows.chosen.complete
    values = [dot.value for dot in complete if dot.value is not None]
    scale = scale_of(values, maximize=facts.maximize, foot=_FOOT) if len(values) > 1 else None
    return Slice(facts, rows, laned(rows.space, rows.name, rows.chosen.dots), scale)


def figure(data: Slice) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    if data.scale is None:
        return None
    front = {dot.number for dot in data.front}
    complete = data.rows.chosen.complete
    rest = [dot for dot in complete if dot.number not in front and dot.feasible]
    many = len(rest) > 300
    faint = {"color": colour("category-1"), "opacity": 0.45 if many else 0.8, "size": 5 if many else 8}
    lines = {"failed": ("x-thin", "bad"), "pruned": ("line-ns", "warn")}
    return {
        "data": [
            _trace(data, data.rows.chosen.broken, faint | HOLLOW),
            _trace(data, rest, faint),
            *(_rug(data, state, *look) for state, look in lines.items()),
            _trace(data, data.front[::-1], {"color": colour("accent"), "size": 9, "opacity": 1}),
        ],
        "layout": layout(
            xaxis=horizontal(title=data.axis.title, **data.axis.keys()),
            yaxis=vertical(**data.scale.axis(), title=_title(data.facts)),
            yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
            shapes=data.axis.shapes(),
            annotations=data.axis.notes(),
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def _title(facts: StudyFacts) -> dict[str, Any]:
    return {"text": plain(metric_title(facts.metric)), "font": {"size": 11.5}, "standoff": 4}


def _trace(data: Slice, shown: Sequence[Dot], marker: dict[str, Any]) -> dict[str, Any]:
    scale = data.scale
    assert scale is not None
    heights = [scale.edge(dot.value) for dot in shown if dot.value is not None]
    numbers = [dot.number for dot in shown]
    return dots(numbers, (data.axis.places(shown), heights), marker, "%{y}")


def _rug(data: Slice, state: str, symbol: str, tone: str) -> dict[str, Any]:
    """Trials without a value, at the foot."""
    shown = [dot for dot in data.rows.chosen.dots if dot.state == state]
    heights = [0.05 + 0.02 * spread(dot.number, 2) for dot in shown]
    marker = {"symbol": symbol, "size": 7, "line": {"width": 1.5, "color": colour(tone)}}
    places = (data.axis.places(shown), heights)
    return dots([dot.number for dot in shown], places, marker, state) | {"yaxis": "y2"}


def words(data: Slice) -> Words:
    """Say where the best lie along the parameter, and what that is worth."""
    complete, name = data.rows.chosen.complete, data.axis.name
    if data.scale is None:
        return Words("One dot for each complete trial.", "The chart begins with the second one.")
    parts = [_inactive(data), data.rows.chosen.broken_words(), data.rows.chosen.words()]
    if not data.front:
        return Words(NONE_KEEPS, " ".join(filter(None, parts)))
    if len(complete) < FEWEST:
        lead = f"{count(len(complete), 'trial')} over {name}."
        return Words(lead, " ".join(filter(None, ["Too few to see a region in.", *parts])))
    best = best_tenth(data.facts, complete)
    region, those = region_of(data.axis, best), called(best)
    if region.count <= region.inactive:
        lead = f"Most of the {those} do without {name}."
    elif data.axis.axis.choices:
        lead = f"Of the {those}, {per_cent(1 - region.share)} have {name} {region.words}."
    elif region.share > 0.6:
        lead = f"The {those} lie all over {name}: it decides little by itself."
    else:
        lead = f"The {those} lie at {name} {region.words}."
    caution = "The other parameters vary too, so this is no proof that it is the cause."
    return Words(lead, " ".join(filter(None, [caution, *parts])))


def _inactive(data: Slice) -> str:
    lacking = sum(data.rows.name not in dot.params for dot in data.rows.chosen.dots)
    if not lacking:
        return ""
    are = "is" if lacking == 1 else "are"
    return f"{count(lacking, 'trial')} without it {are} in the lane on the left."


CHART = Chart(
    title="Slice",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=one_parameter,
    asked=asked,
    shelf=Shelf("parameters", 10, "value over one parameter", key=(("dot accent-mark", "five best"),)),
)
