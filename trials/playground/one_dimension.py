"""A Gaussian process over one parameter, fed by hand: what it believes, and where it would look next."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizers import Float, Result, Space
from optimizers.algorithms.gp import GP, Landscape
from optimizers.surrogate_view import STEPS
from trials.charts.template import colour, horizontal, label, layout, line, rounded, short_float, vertical
from trials.wording import five

from .base import Drawn, Figure, Panel, Picture
from .fields import Number, Pick, Points

SPACE = Space({"x": Float(0.0, 1.0)})
MOST_POINTS = 14
_PLACES = 121
#: Opacity of the nested bands, the widest first.
_OPACITY = (0.09, 0.11, 0.13, 0.16)
_LOWER, _UPPER = [0.0, 0.2], [0.28, 1.0]
_ACQUISITIONS = {
    "ucb": "Confidence bound",
    "log_ei": "Expected improvement",
    "pi": "Probability of improvement",
}


def hidden(x: float) -> float:
    """A curve with a wide shallow valley and a narrow deep one, from 0.1 to 0.9."""
    wide = 0.3 * math.exp(-(((x - 0.25) / 0.16) ** 2))
    narrow = 0.58 * math.exp(-(((x - 0.73) / 0.07) ** 2))
    return 0.7 - wide - narrow + 0.06 * math.sin(14 * x)


def data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the optimizer the points, ask it for the next one, and look at what it believes."""
    by_curve = values["source"] == "curve"
    points = [(x, hidden(x) if by_curve else y) for x, y in values["points"]]
    optimizer = GP(
        SPACE,
        seed=0,
        options=GP.Options(
            startup=2, explore=0.0, acquisition=values["acquisition"], exploration=values["exploration"]
        ),
    )
    optimizer.tell(Result(number, {"x": x}, y) for number, (x, y) in enumerate(points))
    suggestion = optimizer.ask(len(points))
    assert suggestion is not None  # a method that trains fully never waits
    x = float(suggestion.params["x"])
    places = np.unique(np.append(np.linspace(0.0, 1.0, _PLACES), [*(each for each, _ in points), x]))
    seen = optimizer.landscape(places[:, None], STEPS, suggestion.info.get("aim", 0.0))
    found: dict[str, Any] = {
        "points": [[short_float(each) for each in point] for point in points],
        "next": {"x": short_float(x), "y": short_float(hidden(x)) if by_curve else None},
        "info": {name: suggestion.info.get(name) for name in ("mode", "predicted_mean", "predicted_std")},
        "acquisition": values["acquisition"],
        "exploration": values["exploration"],
        "x": [short_float(each) for each in places],
        "curve": [short_float(hidden(each)) for each in places] if by_curve else None,
        "bands": None,
    }
    return found if seen is None else found | _seen(seen, values["acquisition"])


def _seen(seen: Landscape, acquisition: str) -> dict[str, Any]:
    """The bands, and the acquisition from 0 to 1: what it is measured in means nothing to a reader."""
    worth = seen.worth if acquisition == "ucb" else np.exp(seen.worth - seen.worth.max())
    span = float(np.ptp(worth)) or 1.0
    low = float(worth.min()) if acquisition == "ucb" else 0.0
    return {
        "bands": [[short_float(float(each)) for each in band] for band in seen.values],
        "worth": [short_float(float((each - low) / span)) for each in worth],
    }


def drawn(data: Mapping[str, Any]) -> Drawn:
    """Draw bands, mean, points and the next place; the acquisition below."""
    points, x = data["points"], data["next"]["x"]
    if data["bands"] is None:
        lead = "Two points are needed before a model says anything."
        rest = f"The first ones only spread out: next at x = {x:.3g}."
    else:
        lead, rest = _why(data, x)
    figure = Figure({"data": _traces(data), "layout": _layout(data)}, _sentence(data))
    coming = {name: value for name, value in data["next"].items() if value is not None}
    steps = [f"{len(points)} of {MOST_POINTS} points"]
    return Drawn({"model": figure}, lead, rest, steps, coming)


def _why(data: Mapping[str, Any], x: float) -> tuple[str, str]:
    info, best = data["info"], min(point[1] for point in data["points"])
    lead = f"It would look next at x = {x:.3g}, where it expects "
    lead += f"{five(info['predicted_mean'])} ± {five(info['predicted_std'])}."
    if info["mode"] == "exploit":
        return lead, f"It exploits: the prediction is near or below the lowest point, {five(best)}."
    return (
        lead,
        f"It explores: the prediction is above the lowest point, {five(best)}, but it is unsure there.",
    )


def _sentence(data: Mapping[str, Any]) -> str:
    name = _ACQUISITIONS[data["acquisition"]].lower()
    return (
        "Lower is better; click to add a point. Bands are half standard deviations up to two, narrower above "
        f"where the model squeezes bad values together. Below, the {name}: next is where it is highest."
    )


def _traces(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    traces: list[dict[str, Any]] = []
    x, bands = data["x"], data["bands"]
    if bands is not None:
        widest = len(bands) - 1
        traces += [_band(x, bands[at], bands[widest - at], opacity) for at, opacity in enumerate(_OPACITY)]
    if data["curve"] is not None:
        hidden_line = line(
            list(zip(x, data["curve"], strict=True)), width=1.5, color=colour("muted"), dash="4px,4px"
        )
        traces.append(hidden_line)
    if bands is not None:
        mean = line(list(zip(x, bands[widest // 2], strict=True)), width=2.25, color=colour("accent"))
        traces.append(mean | {"hoverinfo": "all", "hovertemplate": "predicted %{y}<extra></extra>"})
        filled = {"yaxis": "y2", "fill": "tozeroy", "fillcolor": colour("category-2", 0.14)}
        worth = list(zip(x, data["worth"], strict=True))
        traces.append(line(worth, width=1.75, color=colour("category-2")) | filled)
    traces.append(_points(data["points"]))
    if bands is not None:
        traces.append(_diamond(data["next"]["x"], x, bands[widest // 2]))
    return traces


def _band(x: Sequence[float], low: Sequence[float], high: Sequence[float], opacity: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *x[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": colour("accent", opacity),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _points(points: Sequence[Sequence[float]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point[0] for point in points],
        "y": [point[1] for point in points],
        "marker": {"size": 10, "color": colour("ink"), "line": {"width": 1.5, "color": colour("card")}},
        "hovertemplate": "x %{x}, value %{y}<extra></extra>",
        "cliponaxis": False,
    }


def _diamond(at: float, x: Sequence[float], mean: Sequence[float]) -> dict[str, Any]:
    nearest = min(range(len(x)), key=lambda place: abs(x[place] - at))
    look = {"symbol": "diamond", "size": 14, "color": colour("category-2")}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [at],
        "y": [mean[nearest]],
        "marker": look | {"line": {"width": 2, "color": colour("card")}},
        "hovertemplate": "next at x %{x}<extra></extra>",
    }


def _layout(data: Mapping[str, Any]) -> dict[str, Any]:
    at = data["next"]["x"]
    stroke = {"width": 1.5, "color": colour("category-2"), "dash": "2px,3px"}
    rule = {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": stroke,
        "layer": "below",
    }
    side = "right" if at > 0.5 else "left"
    mark = {"x": rounded(at), "y": 1, "yref": "paper", "yanchor": "top", "xanchor": side}
    above = {"x": 0, "xref": "x domain", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return layout(
        xaxis=horizontal("x", range=[0, 1], anchor="y2"),
        yaxis=vertical(range=[-0.05, 1.05], domain=_UPPER),
        yaxis2=vertical(range=[0, 1.15], domain=_LOWER, showticklabels=False, showgrid=False),
        shapes=[rule],
        annotations=[
            label("<b>next</b>", "warn", xshift=-6 if side == "right" else 6, **mark),
            label(_ACQUISITIONS[data["acquisition"]], "second", y=_LOWER[1] + 0.02, **above),
        ],
        margin={"l": 44, "r": 16, "t": 10, "b": 42},
    )


PICTURE = Picture(
    place=3,
    title="A model of the score",
    see="A Gaussian process fitted to your points: the line is what it expects, the bands how unsure it is. "
    "The diamond is the place it would try next.",
    learn="Bayesian optimization weighs a low prediction against not knowing. Turn exploration up and the "
    "next point moves to where the bands are wide.",
    methods=("gp",),
    fields=(
        Number("exploration", "Exploration", 0.5, 0, 1, 0.05),
        Pick("acquisition", "Acquisition", tuple(_ACQUISITIONS.items()), "ucb"),
        Pick("source", "Values come from", (("curve", "a hidden curve"), ("mine", "my clicks")), "curve"),
        Points("points", "Points", ((0.06, 0.7), (0.42, 0.6), (0.9, 0.65)), MOST_POINTS),
    ),
    panels=(
        Panel(
            "model",
            "The model, the points, the next place",
            "span-8",
            470,
            legend=(
                ("bands-key", "½ σ steps to 2 σ"),
                ("dot ink-mark", "points"),
                ("diamond", "next"),
            ),
            clickable=True,
        ),
    ),
    data=data,
    drawn=drawn,
)
