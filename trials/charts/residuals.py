"""Predicted beside actual values of the test part: where and how far the finished study's model is off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials.models import FinalModel, Study
from trials.wording import count, short, significant

from .base import Chart, StudyFacts, Words
from .template import colour, horizontal, label, layout, line, plain, rounded, shortened, vertical

#: A mean error of less than this share of the median error is no bias worth telling.
SLIGHT = 0.25
FEWEST_ROWS = 10


@dataclass(frozen=True)
class Target:
    """One target: true and predicted values, in its own unit or, beside others, in standard deviations."""

    name: str
    truth: tuple[float, ...]
    predicted: tuple[float, ...]
    median_error: float
    bias: float


@dataclass(frozen=True)
class Residuals:
    """What the chart shows; no targets where there is nothing to show. `rows` may be more than are drawn."""

    targets: tuple[Target, ...]
    rows: int


def rows(study: Study) -> Mapping[str, Any] | None:
    """Read the newest finished final model; None before there is one."""
    found = study.finals.filter(state=FinalModel.State.DONE).order_by("-number")
    return found.values_list("data__predictions", flat=True).first()


def data(facts: StudyFacts, rows: Mapping[str, Any] | None) -> Residuals:
    """Put several targets on one scale: their units have nothing in common."""
    if not rows:
        return Residuals((), 0)
    several = len(rows["targets"]) > 1
    return Residuals(tuple(_target(target, several) for target in rows["targets"]), rows["rows"])


def _target(target: Mapping[str, Any], several: bool) -> Target:
    unit = (target["spread"] or 1.0) if several else 1.0
    middle = sum(target["truth"]) / len(target["truth"]) if several else 0.0
    return Target(
        target["name"],
        tuple((value - middle) / unit for value in target["truth"]),
        tuple((value - middle) / unit for value in target["predicted"]),
        target["median_error"],
        target["bias"],
    )


def words(data: Residuals) -> Words:
    """Say how far off the middle prediction is, and whether all lean to one side."""
    if not data.targets:
        return Words("No predictions.", "They are made for the test part of a regression, at the end.")
    first = data.targets[0]
    of = f" for {first.name}" if len(data.targets) > 1 else ""
    lead = f"Half of the predictions{of} are off by less than {significant(first.median_error, 3)}."
    parts = [_lean(first)]
    if data.rows < FEWEST_ROWS:
        parts.append(f"{count(data.rows, 'row')} say little.")
    if len(data.targets) > 1:
        parts.append("Each target is shown in its own standard deviations.")
    if data.rows > len(first.truth):
        parts.append(f"Drawn: {len(first.truth):,} of {data.rows:,} rows.")
    return Words(lead, " ".join(filter(None, parts)))


def _lean(target: Target) -> str:
    if abs(target.bias) < SLIGHT * target.median_error or not target.median_error:
        return "They lean to neither side."
    side = "high" if target.bias > 0 else "low"
    return f"On average they are {significant(abs(target.bias), 2)} too {side}."


def figure(data: Residuals) -> dict[str, Any] | None:
    """Return the Plotly figure: a dot for each row, and the line on which a perfect prediction lies."""
    if not data.targets:
        return None
    values = [value for target in data.targets for value in (*target.truth, *target.predicted)]
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or 1.0
    ends = [rounded(low - room), rounded(high + room)]
    several = len(data.targets) > 1
    name = "" if several else data.targets[0].name
    unit = ", standard deviations" if several else ""
    what = f" {plain(shortened(name, 30))}" if name and name != "target" else ""
    return {
        "data": [
            line([(ends[0], ends[0]), (ends[1], ends[1])], color=colour("muted"), width=1.5, dash="4px,4px"),
            *(_dots(target, place) for place, target in enumerate(data.targets)),
        ],
        "layout": layout(
            height=340,
            margin={"l": 64, "r": 16, "t": 20, "b": 44},
            xaxis=horizontal(f"true{what}{unit}", range=ends),
            yaxis=vertical(
                range=ends, title={"text": f"predicted{what}", "standoff": 8, "font": {"size": 11.5}}
            ),
            annotations=[
                label(
                    "perfect", "muted", x=ends[1], y=ends[1], xanchor="right", yanchor="bottom", xshift=-14
                ),
                *(_names(data.targets) if several else ()),
            ],
        ),
    }


def _dots(target: Target, place: int) -> dict[str, Any]:
    few = len(target.truth) <= 200
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [rounded(value) for value in target.truth],
        "y": [rounded(value) for value in target.predicted],
        "name": plain(target.name),
        "marker": {
            "color": colour(f"category-{place % 5 + 1}"),
            "size": 8 if few else 5,
            "opacity": 0.8 if few else 0.5,
            "line": {"width": 1 if few else 0, "color": colour("card")},
        },
        "text": [
            f"true {short(truth)}<br>predicted {short(predicted)}"
            for truth, predicted in zip(target.truth, target.predicted, strict=True)
        ],
        "hovertemplate": f"<b>{plain(target.name)}</b><br>%{{text}}<extra></extra>",
        "cliponaxis": False,
    }


def _names(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The targets' names in their colours, one below the other in the upper left corner."""
    notes = []
    for place, target in enumerate(targets[:8]):
        note = label(
            plain(shortened(target.name, 24)), "ink", x=0, y=1, xref="paper", yref="paper",
            xanchor="left", yanchor="top", xshift=8, yshift=-18 * place,
        )  # fmt: skip
        note["font"]["color"] = colour(f"category-{place % 5 + 1}")
        note["bgcolor"] = colour("card")
        notes.append(note)
    return notes


CHART = Chart(title="Predicted and true", rows=rows, data=data, figure=figure, words=words)
