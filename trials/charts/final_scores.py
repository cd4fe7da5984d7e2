"""The best configuration on the test part, beside the default and a dummy, each with its 95 % interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trials.models import FinalModel, Study
from trials.wording import MOST_DECIMALS, Shown, fixed, short

from .base import Chart, StudyFacts, Words
from .template import colour, horizontal, label, layout, rounded

NAMES = {"best": "best", "default": "default", "dummy": "dummy"}
_ROW_PX = 62
_LEAST_STEPS = 3.55


@dataclass(frozen=True)
class Row:
    """One of the three; the interval is None where the rows say nothing about it."""

    who: str
    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Scores:
    """The rows as they are shown, the best first; `metric` is the score's title."""

    metric: str
    rows: tuple[Row, ...]
    resamples: int
    tested: int


def rows(study: Study) -> Mapping[str, Any] | None:
    """Read the newest finished final model; None before there is one."""
    found = study.finals.filter(state=FinalModel.State.DONE).order_by("-number")
    return found.values("data__scoring", "data__scores", "data__resamples", "data__test_rows").first()


def data(facts: StudyFacts, rows: Mapping[str, Any] | None) -> Scores:
    """Turn the scores into what is shown: errors are positive."""
    if not rows or not rows["data__scores"]:
        return Scores("", (), 0, 0)
    shown = Shown(rows["data__scoring"], True)
    found = []
    for who in NAMES:
        estimate = rows["data__scores"].get(who, {}).get(rows["data__scoring"])
        if estimate and estimate["value"] is not None:
            found.append(_row(who, estimate, shown))
    return Scores(shown.title, tuple(found), rows["data__resamples"], rows["data__test_rows"])


def _row(who: str, estimate: Mapping[str, float | None], shown: Shown) -> Row:
    ends = sorted(
        end for end in (shown.value(estimate["low"]), shown.value(estimate["high"])) if end is not None
    )
    value = shown.value(estimate["value"])
    assert value is not None
    return Row(who, value, (ends[0], ends[1]) if len(ends) == 2 else None)


def decimals(interval: tuple[float, float] | None) -> int:
    """So many that an interval is at least `_LEAST_STEPS` wide in its last digit: with fewer its ends would
    move by more than a seventh of its width (0.62–0.73 would be 0.6–0.7), and more would mean nothing.
    """
    if interval is None or interval[1] <= interval[0]:
        return 3
    return min(MOST_DECIMALS, max(0, math.ceil(math.log10(_LEAST_STEPS / (interval[1] - interval[0])))))


def words(data: Scores) -> Words:
    """Say what the whiskers are."""
    if not data.rows:
        return Words("Nothing to compare.", "The test part is scored when the study has ended.")
    return Words(
        "Whiskers: 95 % intervals.",
        f"The {data.tested:,} test rows were drawn again {data.resamples:,} times; with other rows the score "
        "would lie elsewhere in the interval. Whether the best beats the default is judged on the same rows.",
    )


def figure(data: Scores) -> dict[str, Any] | None:
    """Return the Plotly figure: a dot, a whisker and a label for each of the three."""
    if not data.rows:
        return None
    ends = [end for row in data.rows for end in (row.interval or (row.value, row.value))]
    room = 0.06 * (max(ends) - min(ends)) or 0.1
    places = [-place for place in range(len(data.rows))]
    digits = decimals(data.rows[0].interval)
    return {
        "data": [_dots(data, places)],
        "layout": layout(
            height=_ROW_PX * len(places) + 52,
            margin={"l": 68, "r": 20, "t": 4, "b": 44},
            xaxis=horizontal(data.metric, range=[rounded(min(ends) - room), rounded(max(ends) + room)]),
            yaxis={"range": [places[-1] - 0.5, 0.62], "visible": False, "fixedrange": True},
            annotations=[
                note
                for row, place in zip(data.rows, places, strict=True)
                for note in _notes(row, place, digits)
            ],
        ),
    }


def _dots(data: Scores, places: list[int]) -> dict[str, Any]:
    intervals = [row.interval or (row.value, row.value) for row in data.rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [rounded(row.value) for row in data.rows],
        "y": places,
        "marker": {
            "size": 11,
            "color": [_tone(row.who) for row in data.rows],
            "line": {"width": 1.5, "color": colour("card")},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [rounded(high - row.value) for row, (_, high) in zip(data.rows, intervals, strict=True)],
            "arrayminus": [
                rounded(row.value - low) for row, (low, _) in zip(data.rows, intervals, strict=True)
            ],
            "color": colour("ink"),
            "thickness": 1.25,
            "width": 4,
        },
        "text": [_spoken(row) for row in data.rows],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _tone(who: str) -> str:
    return colour("accent") if who == "best" else colour("muted") if who == "default" else colour("faint")


def _spoken(row: Row) -> str:
    span = f"<br>95 % interval: {short(row.interval[0])} to {short(row.interval[1])}" if row.interval else ""
    return f"<b>{NAMES[row.who]}</b> {short(row.value)}{span}"


def _notes(row: Row, place: int, digits: int) -> list[dict[str, Any]]:
    """The name before the row and the score above its dot."""
    name = label(NAMES[row.who], "ink", x=0, xref="paper", xanchor="right", xshift=-10, y=place)
    return [name, label(fixed(row.value, digits + 1), "ink", x=rounded(row.value), y=place, yshift=17)]


CHART = Chart(title="On the test part", rows=rows, data=data, figure=figure, words=words)
