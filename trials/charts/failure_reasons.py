"""Failures by reason: a lane for each reason, a mark for each failed trial at its number."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTextTransform

from trials.models import Study, Trial
from trials.wording import count

from .base import Chart, Shelf, StudyFacts, Words
from .template import colour, dots, horizontal, label, layout, plain, shortened

#: Failures read at most, the latest; and reasons that get a lane of their own.
MOST, LANES = 600, 6
OTHER = "other reasons"
_NUMBERS = re.compile(r"0x[0-9a-f]+|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ROW_PX = 44


@dataclass(frozen=True)
class Reasons:
    """Lanes as (reason, numbers of its trials), the most frequent first."""

    lanes: tuple[tuple[str, tuple[int, ...]], ...]
    read: int
    failed: int
    last: int


def rows(study: Study) -> Sequence[tuple[int, str, str]]:
    """Read (number, exception, message) of the latest failures."""
    failed = study.trials.numbered().filter(state=Trial.State.FAILED).order_by("-number")
    texts = {f"its_{key}": KeyTextTransform(key, "error") for key in ("exception", "message")}
    found = failed.annotate(**texts).values_list("number", *texts)[:MOST]
    return [(number, exception or "", message or "") for number, exception, message in found]


def data(facts: StudyFacts, rows: Sequence[tuple[int, str, str]]) -> Reasons:
    """Group by message, numbers in it aside; the rare ones share a lane."""
    named = [(number, _reason(exception, message)) for number, exception, message in rows]
    common = [reason for reason, _ in Counter(reason for _, reason in named).most_common(LANES)]
    if len({reason for _, reason in named}) > LANES:
        common = common[: LANES - 1]
    lanes: dict[str, list[int]] = {reason: [] for reason in common}
    for number, reason in sorted(named):
        lanes.setdefault(reason if reason in common else OTHER, []).append(number)
    found = tuple((reason, tuple(numbers)) for reason, numbers in lanes.items())
    return Reasons(found, len(rows), facts.failed, facts.handed_out - 1)


def _reason(exception: str, message: str) -> str:
    first = _NUMBERS.sub("…", message.strip().split("\n")[0]) or "No reason was given"
    return f"{exception}: {first}" if exception and exception not in first else first


def figure(data: Reasons) -> dict[str, Any] | None:
    """Return the Plotly figure; None while nothing has failed."""
    if not data.lanes:
        return None
    marker = {"symbol": "x-thin", "size": 7, "opacity": 1, "line": {"width": 1.5, "color": colour("bad")}}
    traces, notes = [], []
    for at, (reason, numbers) in enumerate(data.lanes):
        traces.append(dots(numbers, (numbers, [-at] * len(numbers)), marker, plain(shortened(reason, 80))))
        above = {"xref": "paper", "y": -at, "yshift": 16}
        notes.append(label(plain(shortened(reason, 58)), "second", x=0, xanchor="left", **above))
        notes.append(label(f"{len(numbers):,}", "ink", x=1, xanchor="right", **above))
    height = _ROW_PX * len(data.lanes) + 48
    return {
        "data": traces,
        "layout": layout(
            height=max(180, height),
            xaxis=horizontal(
                title="Trial", tickformat=",d", range=[-0.02 * data.last - 0.5, data.last * 1.02 + 0.5]
            ),
            yaxis={"visible": False, "fixedrange": True, "range": [-len(data.lanes) + 0.6, 0.7]},
            annotations=notes,
            margin={"l": 16, "r": 16, "t": 4, "b": 40},
        ),
    }


def words(data: Reasons) -> Words:
    """Say how much fails and what the main reason is."""
    if not data.lanes:
        return Words("No trial has failed.", "Had one, its reason would be here.")
    reason, numbers = max(data.lanes, key=lambda lane: len(lane[1]) if lane[0] != OTHER else 0)
    lead = f"{count(data.failed, 'trial')} failed, {len(numbers):,} with “{shortened(reason, 70)}”."
    if data.read < data.failed:
        return Words(lead, f"The latest {data.read:,} of {data.failed:,} failures are drawn.")
    half = [number for number in numbers if number > data.last / 2]
    later = f"{len(half)} of them in the second half of the search."
    return Words(lead, f"{later} All failed trials are drawn.")


CHART = Chart(
    title="Failures by reason",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("failures", 10, "a mark for each failed trial", height=240),
)
