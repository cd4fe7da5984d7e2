"""Duration and cost: how long trials take, what the search has spent, and what a good value costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Sum

from trials.models import Study, Trial
from trials.wording import duration, metric_title

from .base import Chart, Shelf, StudyFacts, Words
from .chosen import NONE_KEEPS, Chosen, Dot, chosen
from .regions import per_cent
from .scale import Scale, scale_of
from .template import HOLLOW, colour, dots, horizontal, layout, line, plain, vertical


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials, and the seconds spent on failed and pruned ones and on all."""

    chosen: Chosen
    wasted: float
    spent: float


@dataclass(frozen=True)
class Durations:
    """Timed complete trials; `front` are those that no quicker trial beats, quickest first."""

    facts: StudyFacts
    rows: Rows
    timed: Sequence[Dot]
    front: Sequence[Dot]
    times: Scale | None
    values: Scale | None


def rows(study: Study) -> Rows:
    lost = study.trials.numbered().filter(state__in=(Trial.State.FAILED, Trial.State.PRUNED))
    return Rows(chosen(study), lost.aggregate(sum=Sum("seconds"))["sum"] or 0.0, study.train_seconds)


def data(facts: StudyFacts, rows: Rows) -> Durations:
    """Keep what has both a time and a value, and find the cheapest way to each value."""
    timed = [dot for dot in rows.chosen.complete if dot.seconds is not None and dot.seconds > 0]
    front: list[Dot] = []
    for dot in sorted(timed, key=lambda dot: (dot.seconds or 0.0, dot.number)):
        if dot.feasible and facts.better(dot.value or 0.0, than=front[-1].value if front else None):
            front.append(dot)
    if len(timed) < 2:
        return Durations(facts, rows, timed, front, None, None)
    times = scale_of([dot.seconds or 0.0 for dot in timed], maximize=False)
    values = scale_of([dot.value or 0.0 for dot in timed], maximize=facts.maximize)
    return Durations(facts, rows, timed, front, times, values)


def figure(data: Durations) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two timed trials are complete."""
    if data.times is None or data.values is None:
        return None
    first = {dot.number for dot in data.front}
    rest = [dot for dot in data.timed if dot.number not in first and dot.feasible]
    broken = [dot for dot in data.timed if not dot.feasible]
    many = len(rest) > 300
    faint = {"color": colour("category-1"), "opacity": 0.45 if many else 0.8, "size": 5 if many else 8}
    steps = [(x, y) for x, y in zip(*_places(data, data.front), strict=True)]
    return {
        "data": [
            _dots(data, broken, faint | HOLLOW),
            _dots(data, rest, faint),
            line(steps, shape="hv", width=1.75, color=colour("accent")),
            _dots(data, data.front, {"color": colour("accent"), "opacity": 1}),
        ],
        "layout": layout(
            xaxis=horizontal(title="Training time, s", **data.times.axis()),
            yaxis=vertical(
                **data.values.axis(),
                title={"text": plain(metric_title(data.facts.metric)), "font": {"size": 11.5}},
            ),
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def _places(data: Durations, shown: Sequence[Dot]) -> tuple[list[float], list[float]]:
    times, values = data.times, data.values
    assert times is not None
    assert values is not None
    across = [times.edge(dot.seconds or 0.0) for dot in shown]
    return across, [values.edge(dot.value or 0.0) for dot in shown]


def _dots(data: Durations, shown: Sequence[Dot], marker: dict[str, Any]) -> dict[str, Any]:
    return dots([dot.number for dot in shown], _places(data, shown), marker, "%{y} in %{x} s")


def words(data: Durations) -> Words:
    """Say what a trial takes, where time was lost, and whether a good value must be dear."""
    if data.times is None:
        return Words(
            "What each value costs in training time.", "The chart begins with the second timed trial."
        )
    seconds = [dot.seconds or 0.0 for dot in data.rows.chosen.even if dot.valued and dot.seconds] or [0.0]
    usual, slowest = duration(float(np.median(seconds))), duration(max(seconds))
    picked = data.rows.chosen
    lead = f"A trial takes {usual} in the middle, the slowest {slowest}."
    return Words(
        lead, " ".join(filter(None, [_spent(data), _cheap(data), picked.broken_words(), picked.words()]))
    )


def _spent(data: Durations) -> str:
    spent, wasted = data.rows.spent, data.rows.wasted
    if spent <= 0:
        return ""
    lost = f", {per_cent(wasted / spent)} of it in trials that failed or were pruned" if wasted > 0 else ""
    return f"In all {duration(spent)} of training{lost}."


def _cheap(data: Durations) -> str:
    if not data.front:
        return NONE_KEEPS
    best = data.front[-1]
    quicker = sum((dot.seconds or 0.0) < (best.seconds or 0.0) for dot in data.timed)
    share = per_cent(quicker / (len(data.timed) - 1))
    return f"The best took {duration(best.seconds)}; {share} of the others were quicker."


CHART = Chart(
    title="Duration and cost",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("progress", 30, "value against training time", key=(("key-line", "the cheapest way"),)),
)
