"""The timeline: what each worker did when, what waited, what was lost and what was tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from trials.models import Study
from trials.wording import count, duration, listed

from .base import Chart, Shelf, StudyFacts, Words
from .regions import per_cent
from .template import colour, dots, horizontal, layout, plain, short_float, shortened

#: Trials drawn at most, the latest; and lanes.
MOST, LANES = 300, 16
#: Seconds by which two trials of one slot may overlap: clocks and bookkeeping.
_TOUCH = 0.05
MARKS = {"complete": "good-mark", "failed": "bad-mark", "pruned": "warn-mark", "running": "accent",
         "cancelled": "faint"}  # fmt: skip
_ROW_PX = 26


@dataclass(frozen=True)
class Span:
    """One trial's time: seconds since the study began."""

    number: int
    state: str
    worker: str
    queued: float
    begun: float
    ended: float
    lost: int
    retry_of: int | None


@dataclass(frozen=True)
class Rows:
    """What is read: spans of the latest trials that were started, of how many."""

    spans: Sequence[Span]
    total: int


@dataclass(frozen=True)
class Timeline:
    """Spans in lanes, one for each thing that a worker does at a time; `unit` seconds are one on the axis."""

    rows: Rows
    lanes: tuple[str, ...]
    spans: tuple[Span, ...]
    at: Mapping[int, int]
    """The lane of each trial."""
    unit: float
    unit_name: str


def rows(study: Study) -> Rows:
    """Read the latest trials that a worker has taken."""
    begun = study.trials.numbered().filter(started_at__isnull=False).order_by("-started_at", "-number")
    fields = ("number", "state", "worker", "queued_at", "started_at", "completed_at", "lost", "retry_of")
    found = list(begun.annotate(now=Now()).values_list(*fields, "now")[:MOST])
    spans = [_span(study.created, row) for row in reversed(found)]
    return Rows(spans, study.next_number - study.n_queued)


def _span(begin: datetime, row: tuple[Any, ...]) -> Span:
    number, state, worker, queued, started, completed, lost, retry_of, now = row
    since = [max(0.0, (each - begin).total_seconds()) for each in (queued, started, completed or now)]
    return Span(number, state, worker or "unnamed", since[0], since[1], max(since[1:]), lost, retry_of)


def data(facts: StudyFacts, rows: Rows) -> Timeline:
    """Put each trial into the first free lane of its worker, and choose the unit of the axis."""
    ends: dict[tuple[str, int], float] = {}
    slots: dict[int, tuple[str, int]] = {}
    for span in sorted(rows.spans, key=lambda span: (span.begun, span.number)):
        slot = 0
        while ends.get((span.worker, slot), 0.0) > span.begun + _TOUCH:
            slot += 1
        ends[span.worker, slot] = span.ended
        slots[span.number] = (span.worker, slot)
    lanes = sorted(ends)[:LANES]
    spans = tuple(span for span in rows.spans if slots[span.number] in lanes)
    at = {span.number: lanes.index(slots[span.number]) for span in spans}
    names = tuple(worker if not slot else f"{worker} · {slot + 1}" for worker, slot in lanes)
    longest = max((span.ended for span in spans), default=0.0)
    unit, name = next(
        (unit, name) for unit, name in ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
        if longest >= 2 * unit or unit == 1.0
    )  # fmt: skip
    return Timeline(rows, names, spans, at, unit, name)


def figure(data: Timeline) -> dict[str, Any] | None:
    """Return the Plotly figure: a lane for each worker; None before two trials were started."""
    if len(data.spans) < 2:
        return None
    traces = [_waits(data)]
    traces += [bar for state, tone in MARKS.items() if (bar := _bars(data, state, tone))]
    lost = [span for span in data.spans if span.lost]
    again = [span for span in data.spans if span.retry_of is not None]
    traces += [_signs(data, lost, "triangle-down", "bad"), _signs(data, again, "diamond", "ink")]
    lanes = len(data.lanes)
    return {
        "data": traces,
        "layout": layout(
            height=max(180, _ROW_PX * lanes + 60),
            barmode="overlay",
            xaxis=horizontal(title=f"Time since the study began, {data.unit_name}", nticks=8),
            yaxis={
                "tickmode": "array", "tickvals": list(range(0, -lanes, -1)), "ticks": "", "showgrid": False,
                "ticktext": [plain(shortened(name, 18)) for name in data.lanes], "tickfont": {"size": 11.5},
                "range": [-lanes + 0.4, 0.6], "fixedrange": True, "zeroline": False,
            },
            margin={"l": 128, "r": 16, "t": 4, "b": 44},
        ),
    }  # fmt: skip


def _lane(data: Timeline, span: Span) -> int:
    return -data.at[span.number]


def _waits(data: Timeline) -> dict[str, Any]:
    """Thin lines from when a trial was queued to when it was started."""
    x: list[float | None] = []
    y: list[float | None] = []
    for span in data.spans:
        x += [short_float(span.queued / data.unit), short_float(span.begun / data.unit), None]
        y += [_lane(data, span) + 0.38, _lane(data, span) + 0.38, None]
    style = {"width": 1.5, "color": colour("faint", 0.5)}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": style, "hoverinfo": "skip"}


def _bars(data: Timeline, state: str, tone: str) -> dict[str, Any] | None:
    spans = [span for span in data.spans if span.state == state]
    if not spans:
        return None
    return {
        "type": "bar",
        "orientation": "h",
        "base": [short_float(span.begun / data.unit) for span in spans],
        "x": [short_float(max(span.ended - span.begun, 1e-3) / data.unit) for span in spans],
        "y": [_lane(data, span) for span in spans],
        "width": 0.56,
        "marker": {"color": colour(tone), "line": {"width": 0.5, "color": colour("card")}},
        "customdata": [span.number for span in spans],
        "text": [duration(span.ended - span.begun) for span in spans],
        "textposition": "none",
        "hovertemplate": f"<b>Trial %{{customdata:,d}}</b><br>{state}, %{{text}}<extra></extra>",
        "meta": "trials",
    }


def _signs(data: Timeline, spans: Sequence[Span], symbol: str, tone: str) -> dict[str, Any]:
    word = "its worker was lost" if symbol == "triangle-down" else "a retry"
    marker = {"symbol": symbol, "size": 8, "color": colour(tone), "opacity": 1}
    places = ([span.begun / data.unit for span in spans], [_lane(data, span) + 0.36 for span in spans])
    return dots([span.number for span in spans], places, marker, word)


def words(data: Timeline) -> Words:
    """Say how busy the workers were, and what was lost or retried."""
    spans = data.spans
    if len(spans) < 2:
        return Words("What each worker does when.", "The chart begins with the second trial that is started.")
    begin, end = min(span.begun for span in spans), max(span.ended for span in spans)
    busy = sum(span.ended - span.begun for span in spans) / max(1e-9, (end - begin) * len(data.lanes))
    crew = count(len(data.lanes), "slot was", "slots were")
    lead = f"{crew} busy {per_cent(min(1.0, busy))} of the time."
    return Words(lead, " ".join(filter(None, [_waited(spans), _trouble(spans), _left_out(data)])))


def _waited(spans: Sequence[Span]) -> str:
    waits = sorted(max(0.0, span.begun - span.queued) for span in spans)
    return f"In the middle a trial waited {duration(waits[len(waits) // 2])} for a worker (the thin line)."


def _trouble(spans: Sequence[Span]) -> str:
    lost = sum(span.lost for span in spans)
    again = sum(span.retry_of is not None for span in spans)
    parts = [f"{count(lost, 'time', 'times')} a worker was lost (▾)" if lost else ""]
    parts.append(f"{count(again, 'trial is a retry', 'trials are retries')} (◆)" if again else "")
    found = listed([part for part in parts if part])
    return f"{found[:1].upper()}{found[1:]}." if found else "No worker was lost and nothing retried."


def _left_out(data: Timeline) -> str:
    if len(data.spans) >= data.rows.total:
        return ""
    return f"The latest {len(data.spans):,} of {data.rows.total:,} trials are drawn."


CHART = Chart(
    title="Timeline",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("search", 30, "a lane for each slot of a worker", wide=True),
)
