"""The hypervolume chart: how much the front of several objectives covers, with every trial that joined it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.pareto import growth, reference_point
from trials.models import Study
from trials.wording import count, percent

from .base import Chart, StudyFacts, Words
from .selection import at_resolution
from .template import colour, horizontal, label, layout, line, listing, markers, rounded, vertical

#: How many of the newest joins name their parameters when pointed at.
DESCRIBED = 150


@dataclass(frozen=True)
class Joined:
    """A trial that joined the front once `ended` trials had ended; values with less being better."""

    ended: int
    number: int
    values: tuple[float, ...]


@dataclass(frozen=True)
class Rows:
    """What is read: the trials that ever were on the front, as they joined it, and parameters of a few."""

    joined: Sequence[Joined]
    size: int = 0
    params: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hypervolume:
    """(ended, share) each time the front grew; `joins` says which trial it was."""

    facts: StudyFacts
    points: Sequence[tuple[int, float]]
    joins: Sequence[Joined]
    size: int
    params: Mapping[int, Mapping[str, Any]]

    @property
    def ended(self) -> int:
        return self.facts.complete + self.facts.pruned + self.facts.failed


def rows(study: Study) -> Rows:
    """Read what joined the front: far fewer trials than there are, found by an index of their own."""
    found = study.trials.filter(joined_front__isnull=False).order_by("joined_front")
    joined = [
        Joined(ended, number, tuple(sign * value for sign, value in zip(study.signs, values, strict=True)))
        for ended, number, values in found.values_list("joined_front", "number", "values")
    ]
    described = study.trials.filter(number__in=[one.number for one in joined[-DESCRIBED:]])
    return Rows(joined, study.front_size, dict(described.values_list("number", "params")))


def data(facts: StudyFacts, rows: Rows) -> Hypervolume:
    """The share of the box around the present front that the front of each moment covered."""
    if not rows.joined:
        return Hypervolume(facts, [], [], rows.size, rows.params)
    values = np.array([one.values for one in rows.joined])
    low, high = values.min(axis=0), reference_point(values)
    places = at_resolution(range(len(rows.joined)))
    shares = growth(values, low, high, [place + 1 for place in places])
    joins = [rows.joined[place] for place in places]
    points = [(one.ended, share) for one, share in zip(joins, shares.tolist(), strict=True)]
    return Hypervolume(facts, points, joins, rows.size, rows.params)


def words(data: Hypervolume) -> Words:
    """Say how much is covered, and how long nothing was added."""
    if not data.points:
        end = "The study ended with none." if data.facts.over else "The curve begins with the first."
        return Words("No result is on a front yet.", end)
    lead = f"{count(data.size, 'trial')} that no other one beats {'covers' if data.size == 1 else 'cover'}"
    lead += f" {percent(data.points[-1][1])}."
    parts = ["Of the box from the best of everything to a little beyond the worst of the front."]
    since = data.ended - data.points[-1][0]
    if since >= 5:
        parts.append(f"The last {count(since, 'trial')} added nothing.")
    return Words(lead, " ".join(parts))


def figure(data: Hypervolume) -> dict[str, Any] | None:
    """Return the Plotly figure: the covered share as a step that only rises; None until it has two steps."""
    if len(data.points) < 2:
        return None
    end = max(data.ended, data.points[-1][0])
    steps = [*data.points, (end, data.points[-1][1])]
    texts = [
        f"covered {percent(share)}" + (f"<br>{listing(known)}" if known else "")
        for (_, share), known in zip(
            data.points, (data.params.get(one.number) for one in data.joins), strict=True
        )
    ]
    few = len(data.points) <= 100
    marker = {
        "size": 7 if few else 4,
        "color": colour("accent"),
        "line": {"width": 1, "color": colour("card")},
    }
    dots = markers(
        [ended for ended, _ in data.points], [share for _, share in data.points], "", texts, marker
    )
    dots["customdata"] = [one.number for one in data.joins]
    dots["hovertemplate"] = "<b>Trial %{customdata:,d} joined</b><br>%{text}<extra></extra>"
    last = data.points[-1][1]
    return {
        "data": [line(steps, shape="hv", width=2.25, color=colour("accent")), dots],
        "layout": layout(
            xaxis=horizontal("Trials ended", range=[0, end * 1.12 + 1], tickformat=",d", nticks=8),
            yaxis=vertical(range=[0, rounded(max(0.05, min(1.0, last * 1.15)))], tickformat=".0%", nticks=6),
            annotations=[
                label(
                    f"<b>{percent(last)}</b>", "accent", x=end, y=rounded(last), xanchor="left", xshift=8,
                    name="best value",
                )
            ],
        ),
    }  # fmt: skip


CHART = Chart(title="Hypervolume", rows=rows, data=data, figure=figure, words=words)
