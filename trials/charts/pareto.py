"""The Pareto front: trials by two of the objectives, what no other one beats, limits; pairs for 3 and 4."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db.models import F

from trials.models import Study, Trial
from trials.wording import count, each_shown, five, listed

from .base import Chart, StudyFacts, Words
from .scale import Scale, scale_of
from .selection import DOTS, stride
from .template import colour, horizontal, label, layout, listing, plain, rounded, shortened, vertical

#: How many trials of the front name their parameters when pointed at.
DESCRIBED = 150
#: Trials of a front that are drawn; of a longer one each so-manieth.
MOST_FRONT = 1000
HEIGHT, ROW_HEIGHT = 370, 270
#: Shares of the width and height that lie between two pairs.
GAPS = (0.1, 0.16)


@dataclass(frozen=True)
class Axis:
    """An objective as it is shown, with the limits that are set on it."""

    title: str
    maximize: bool
    limits: Sequence[float] = ()


@dataclass(frozen=True)
class Point:
    """A complete trial: its values as they are shown, and whether it keeps the limits."""

    number: int | None
    values: tuple[float, ...]
    feasible: bool = True


@dataclass(frozen=True)
class Rows:
    """What is read; `best` is the number of the trial that stands for the study."""

    axes: Sequence[Axis] = ()
    front: Sequence[Point] = ()
    others: Sequence[Point] = ()
    every: int = 1
    best: int | None = None
    picked: bool = False
    default: Point | None = None
    params: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Pareto:
    """What the chart shows, with a scale for each objective."""

    facts: StudyFacts
    rows: Rows
    scales: Sequence[Scale]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The objectives of each panel: the first one upwards where there are two."""
        if len(self.rows.axes) == 2:
            return [(1, 0)]
        return list(combinations(range(len(self.rows.axes)), 2))


def rows(study: Study) -> Rows:
    """Read the front and, of a long study, one in so many of the other complete trials."""
    if not study.several:
        return Rows()
    shown = each_shown(study.metrics, study.directions)

    def points(found: Any) -> list[Point]:
        return [
            Point(number, tuple(one.value(value) for one, value in zip(shown, values, strict=True)), feasible)
            for number, values, feasible in found.values_list("number", "values", "feasible")
        ]

    complete = study.trials.filter(state=Trial.State.COMPLETE, values__isnull=False)
    every = stride(study.n_complete) if study.n_complete > 2 * DOTS else 1
    others = complete.numbered().exclude(pk__in=study.trials.on_front())
    if every > 1:
        others = others.annotate(turn=F("number") % every).filter(turn=0)
    front = points(complete.on_front().order_by("number"))
    default = points(complete.filter(number=None)) or (
        points(complete.filter(number=0)) if study.baseline_value is not None else []
    )
    best = study.trials.filter(pk=study.best_id).values_list("number", flat=True).first()
    described = study.trials.filter(number__in=[point.number for point in front[-DESCRIBED:]])
    return Rows(
        axes=[Axis(one.title, one.maximize, list(_limits(study, one.metric))) for one in shown],
        front=front,
        others=points(others.order_by("number")),
        every=every,
        best=best,
        picked=study.picked,
        default=default[0] if default else None,
        params=dict(described.values_list("number", "params")),
    )


def _limits(study: Study, metric: str) -> Iterator[float]:
    sign = -1.0 if metric.startswith("neg_") else 1.0
    for limit in study.constraints:
        if limit["metric"] == metric:
            yield from (sign * limit[end] for end in ("min", "max") if end in limit)


def data(facts: StudyFacts, rows: Rows) -> Pareto:
    """Choose the scale of each objective, over the front, the others and the default."""
    everything = [*rows.front, *rows.others, *([rows.default] if rows.default else [])]
    scales = [
        scale_of([point.values[place] for point in everything] or [0.0], maximize=axis.maximize)
        for place, axis in enumerate(rows.axes)
    ]
    return Pareto(facts, rows, scales)


def words(data: Pareto) -> Words:
    """Say how large the front is, where its ends are, and what stands for the study."""
    rows = data.rows
    broken = sum(not point.feasible for point in rows.others)
    if not rows.front:
        if broken:
            return Words("No trial keeps the limits yet.", f"{count(broken, 'trial')} drawn break one.")
        return Words("No result yet.", "The front appears with the first complete trial.")
    lead = f"{count(len(rows.front), 'trial')} on the front: no other one is better in every way."
    ends = [f"{axis.title} {five(_end(rows.front, place, axis))}" for place, axis in enumerate(rows.axes)]
    parts = [f"Its ends reach {listed(ends)}."]
    if rows.best is not None:
        chosen = "was picked" if rows.picked else "is the compromise, nearest to all ends at once"
        parts.append(f"Trial {rows.best:,} {chosen}.")
    if broken:
        parts.append(f"{count(broken, 'hollow one')} {'breaks' if broken == 1 else 'break'} a limit.")
    if rows.every > 1:
        parts.append(f"Of the others one in {rows.every} is drawn.")
    return Words(lead, " ".join(parts))


def _end(front: Sequence[Point], place: int, axis: Axis) -> float:
    return (max if axis.maximize else min)(point.values[place] for point in front)


# --- the figure ---------------------------------------------------------------------------------------
def figure(data: Pareto) -> dict[str, Any] | None:
    """Return the Plotly figure: one panel for two objectives, one for each pair of more."""
    if len(data.rows.front) + len(data.rows.others) < 2:
        return None
    traces: list[dict[str, Any]] = []
    pairs = data.pairs
    lines = -(-len(pairs) // 2)
    drawn = layout(
        height=HEIGHT if len(pairs) == 1 else ROW_HEIGHT * lines,
        margin={"l": 64, "r": 20, "t": 12, "b": 44},
        shapes=[],
        annotations=[],
    )
    for place, pair in enumerate(pairs):
        suffix = "" if place == 0 else str(place + 1)
        drawn |= _axes(data, pair, suffix, *_domains(place, len(pairs), lines))
        traces += [trace | {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} for trace in _traces(data, pair)]
        drawn["shapes"] += _limit_lines(data, pair, suffix)
        drawn["annotations"] += _names(data, pair, suffix)
    return {"data": traces, "layout": drawn}


def _domains(place: int, panels: int, lines: int) -> tuple[list[float], list[float]]:
    """Where a panel lies: two in a row, from the top."""
    columns = min(2, panels)
    row, column = divmod(place, columns)
    width, height = (1 - GAPS[0] * (columns - 1)) / columns, (1 - GAPS[1] * (lines - 1)) / lines
    left, top = column * (width + GAPS[0]), 1 - row * (height + GAPS[1])
    return [rounded(left), rounded(left + width)], [rounded(max(0.0, top - height)), rounded(top)]


def _axes(
    data: Pareto, pair: tuple[int, int], suffix: str, across: list[float], along: list[float]
) -> dict[str, Any]:
    x, y = pair
    titles = [_title(data.rows.axes[place]) for place in pair]
    title = {"text": plain(titles[1]), "standoff": 6, "font": {"size": 11.5}}
    horizontally = {**horizontal(titles[0], domain=across, anchor=f"y{suffix}"), **data.scales[x].axis()}
    vertically = {**vertical(domain=along, anchor=f"x{suffix}", title=title), **data.scales[y].axis()}
    return {f"xaxis{suffix}": horizontally, f"yaxis{suffix}": vertically}


def _title(axis: Axis) -> str:
    return f"{shortened(axis.title, 36)}, {'more' if axis.maximize else 'less'} is better"


def _traces(data: Pareto, pair: tuple[int, int]) -> Iterator[dict[str, Any]]:
    rows = data.rows
    kept = [point for point in rows.others if point.feasible]
    broken = [point for point in rows.others if not point.feasible]
    step = -(-len(rows.front) // MOST_FRONT)
    front = rows.front[::step] if step > 1 else rows.front
    small = 6 if len(rows.others) <= 300 else 4
    if len(rows.axes) == 2:
        yield _outline(data, pair, front)
    yield _dots(data, pair, kept, "", {"size": small, "opacity": 0.55, "color": colour("muted")})
    ring = {"size": small + 1, "symbol": "circle-open", "color": colour("warn-mark"), "line": {"width": 1.25}}
    yield _dots(data, pair, broken, ", breaks a limit", ring)
    edge = {"width": 1, "color": colour("card")}
    yield _dots(data, pair, front, ", on the front", {"size": 8, "color": colour("accent"), "line": edge})
    if rows.default is not None:
        tone = {"size": 9, "symbol": "square", "color": colour("second"), "line": edge}
        yield _dots(data, pair, [rows.default], "", tone)
    chosen = [point for point in rows.front if point.number == rows.best]
    mark = {"size": 13, "symbol": "diamond", "color": colour("accent"), "line": edge | {"width": 1.5}}
    yield _dots(data, pair, chosen, ", " + ("picked" if rows.picked else "the compromise"), mark)


def _dots(
    data: Pareto, pair: tuple[int, int], points: Sequence[Point], what: str, marker: dict[str, Any]
) -> dict[str, Any]:
    x, y = (_places(data, place, points) for place in pair)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "customdata": [point.number for point in points],
        "text": [_hover(data, point, what) for point in points],
        "hovertemplate": "%{text}<extra></extra>",
        "meta": "trials" if all(point.number is not None for point in points) else "default",
        "marker": marker,
        "cliponaxis": False,
    }


def _places(data: Pareto, place: int, points: Sequence[Point]) -> list[float]:
    return [rounded(data.scales[place].edge(point.values[place])) for point in points]


def _hover(data: Pareto, point: Point, what: str) -> str:
    name = "The default" if point.number is None else f"Trial {point.number:,}"
    values = [
        plain(f"{shortened(axis.title)} {five(value)}")
        for axis, value in zip(data.rows.axes, point.values, strict=True)
    ]
    known = data.rows.params.get(point.number) if point.number is not None else None
    return "<br>".join([f"<b>{name}{what}</b>", *values, *([listing(known)] if known else [])])


def _outline(data: Pareto, pair: tuple[int, int], front: Sequence[Point]) -> dict[str, Any]:
    """The edge of what the front reaches: a step from one of its ends to the other."""
    x, y = pair
    ordered = sorted(front, key=lambda point: point.values[x])
    shape = "vh" if data.rows.axes[x].maximize else "hv"
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _places(data, x, ordered),
        "y": _places(data, y, ordered),
        "line": {"shape": shape, "width": 1.5, "color": colour("accent", 0.5)},
        "hoverinfo": "skip",
    }


def _limit_lines(data: Pareto, pair: tuple[int, int], suffix: str) -> Iterator[dict[str, Any]]:
    for place, side in zip(pair, "xy", strict=True):
        other = "y" if side == "x" else "x"
        for limit in data.rows.axes[place].limits:
            if data.scales[place].inside(limit):
                ends = {f"{side}0": limit, f"{side}1": limit, f"{other}0": 0, f"{other}1": 1}
                refs = {f"{side}ref": f"{side}{suffix}", f"{other}ref": f"{other}{suffix} domain"}
                dash = {"color": colour("warn"), "width": 1.25, "dash": "4px,4px"}
                yield {"type": "line", **ends, **refs, "line": dash}


def _names(data: Pareto, pair: tuple[int, int], suffix: str) -> Iterator[dict[str, Any]]:
    """The compromise and the default by name."""
    best = [point for point in data.rows.front if point.number == data.rows.best]
    named = [(point, f"<b>trial {point.number:,}</b>", "accent") for point in best]
    default = data.rows.default
    if default is not None and default.number != data.rows.best:
        named.append((default, "default", "muted"))
    for point, text, tone in named:
        places = [data.scales[place].place(data.scales[place].edge(point.values[place])) for place in pair]
        yield label(
            text, tone, x=rounded(places[0]), y=rounded(places[1]), xref=f"x{suffix}", yref=f"y{suffix}",
            xanchor="left", xshift=10, yanchor="bottom", bgcolor=colour("card", 0.7), borderpad=1,
        )  # fmt: skip


CHART = Chart(title="Front", rows=rows, data=data, figure=figure, words=words)
