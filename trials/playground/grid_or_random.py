"""Grid against random points where one parameter matters: f(x, y) = g(x) + h(y) ≈ g(x).

The picture of Bergstra & Bengio (2012), JMLR 13. Both searches are the product's own; the curve below repeats
them many times, the grids shifted at random.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizers import Float, Space, create
from trials.charts.template import colour, horizontal, label, layout, line, short_float, vertical
from trials.wording import five

from .base import Drawn, Figure, Panel, Picture
from .fields import Number

_SIDES = range(2, 9)
_REPEATS = 400
_PLACES = 61
_TONES = {"grid": "category-2", "random": "category-1"}
_NAMES = {"grid": "Grid", "random": "Random"}
#: Parts of the square that the map takes; the rest is for the two margins.
_MAP, _MARGIN = [0.0, 0.82], [0.86, 1.0]
UNIT = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})

Values = np.ndarray


def matters(x: Values, width: float) -> Values:
    """g: a low wide hill and a high narrow one, `width` wide. Higher is better."""
    return np.asarray(0.4 * np.exp(-(((x - 0.24) / 0.2) ** 2)) + np.exp(-(((x - 0.67) / width) ** 2)))


def hardly(y: Values, share: float) -> Values:
    """h: one hill, `share` as high as the highest of g."""
    return np.asarray(share * np.exp(-(((y - 0.6) / 0.35) ** 2)))


def data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Ask both optimizers for side × side points, then repeat it for each number of points."""
    width, share = values["width"], values["share"] / 100
    side = values["side"]
    searches = {
        "grid": _asked("grid", _grid(side), side, 0),
        "random": _asked("random", UNIT, side, values["seed"]),
    }
    places = np.linspace(0.0, 1.0, _PLACES)
    g, h = matters(places, width), hardly(places, share)
    return {
        "points": {name: [_place(x, y, width, share) for x, y in each] for name, each in searches.items()},
        "side": side,
        "g": _short(g),
        "h": _short(h),
        "highest": float(g.max() + h.max()),
        "repeats": _repeats(width, share, values["seed"]),
    }


def _grid(side: int) -> Space:
    half = 0.5 / side
    return Space({name: Float(half, 1 - half, points=side) for name in ("x", "y")})


def _asked(name: str, space: Space, side: int, seed: int) -> list[tuple[float, float]]:
    optimizer = create(name, space, seed=seed)
    asked = [optimizer.ask(number) for number in range(side * side)]
    return [(each.params["x"], each.params["y"]) for each in asked if each is not None]


def _place(x: float, y: float, width: float, share: float) -> list[float]:
    g, h = float(matters(np.array(x), width)), float(hardly(np.array(y), share))
    return [short_float(each) for each in (x, y, g, h, g + h)]


def _repeats(width: float, share: float, seed: int) -> dict[str, list[list[float]]]:
    """Lower quartile, median and upper quartile of the best value, for each number of points."""
    rng = np.random.default_rng(seed)
    drawn = UNIT.sample_many(rng, _REPEATS * _SIDES[-1] ** 2).reshape(_REPEATS, -1, 2)
    found: dict[str, list[list[float]]] = {"grid": [], "random": []}
    for side in _SIDES:
        own = drawn[:, : side * side]
        random = (matters(own[..., 0], width) + hardly(own[..., 1], share)).max(axis=1)
        shift = rng.random((2, _REPEATS, 1))
        steps = np.arange(side)
        # The best of a grid is the best of its columns and the best of its rows.
        columns, rows = ((steps + each) / side for each in shift)
        grid = matters(columns, width).max(axis=1) + hardly(rows, share).max(axis=1)
        for name, best in (("grid", grid), ("random", random)):
            found[name].append(_short(np.quantile(best, (0.25, 0.5, 0.75))))
    return found


def _short(values: Values) -> list[float]:
    return [short_float(float(value)) for value in values]


def drawn(data: Mapping[str, Any]) -> Drawn:
    """Draw both maps with their margins, and the repeats."""
    different = {name: len({place[0] for place in each}) for name, each in data["points"].items()}
    total = data["side"] ** 2
    best = {name: max(place[4] for place in each) for name, each in data["points"].items()}
    lead = (
        f"{total} trials each: the grid spends them on {different['grid']} different values of the parameter "
        f"that matters, random search on {different['random']}."
    )
    ahead = max(best, key=lambda name: best[name])
    rest = f"This time {_NAMES[ahead].lower()} found more, "
    rest += f"{five(best[ahead])} against {five(min(best.values()))}; below, how often it does."
    maps = {name: _map(name, data, best[name], different[name]) for name in ("grid", "random")}
    return Drawn({**maps, "repeats": _curves(data)}, lead, rest)


def _map(name: str, data: Mapping[str, Any], best: float, different: int) -> Figure:
    """The square in the middle, g above it and h beside it, each point with its foot on both."""
    points: Sequence[Sequence[float]] = data["points"][name]
    tone = _TONES[name]
    places = [short_float(place) for place in np.linspace(0, 1, _PLACES)]
    heights = np.add.outer(np.array(data["h"]), np.array(data["g"]))
    traces = [
        {
            "type": "heatmap",
            "x": places[::2],
            "y": places[::2],
            "z": [_short(row) for row in heights[::2, ::2]],
            "zmin": 0,
            "zmax": 1.6,
            "zsmooth": "best",
            "colorscale": [
                [0, colour("card")],
                [0.35, colour("surface-4", 0.6)],
                [1, colour("surface-2", 0.7)],
            ],
            "showscale": False,
            "hoverinfo": "skip",
        },
        _margin(places, data["g"], "x", "y2"),
        _margin(data["h"], places, "x2", "y"),
        _feet(
            [(point[0], point[0]) for point in points], [(0, point[2]) for point in points], tone, "x", "y2"
        ),
        _feet(
            [(0, point[3]) for point in points], [(point[1], point[1]) for point in points], tone, "x2", "y"
        ),
        _marks([(point[0], point[2]) for point in points], tone, "x", "y2", 6),
        _marks([(point[3], point[1]) for point in points], tone, "x2", "y", 6),
        _marks([(point[0], point[1]) for point in points], tone, "x", "y", 11),
    ]
    winner = max(points, key=lambda point: point[4])
    ring = {"symbol": "circle-open", "size": 20, "color": colour(tone), "line": {"width": 2}}
    traces.append(_marks([(winner[0], winner[1])], tone, "x", "y", 20) | {"marker": ring})
    top, side = max(data["g"]) * 1.15, max(data["h"]) * 1.25
    drawn = layout(
        xaxis=horizontal("x, the parameter that matters", range=[0, 1], domain=_MAP, nticks=4),
        yaxis=vertical(
            range=[0, 1],
            domain=_MAP,
            showgrid=False,
            nticks=4,
            title={"text": "y, hardly matters", "font": {"size": 11.5}},
        ),
        xaxis2=horizontal("", range=[0, side], domain=_MARGIN, showticklabels=False, showline=False),
        yaxis2=vertical(range=[0, top], domain=_MARGIN, showticklabels=False, showgrid=False),
        annotations=[
            label("g(x)", "muted", x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="top"),
            label(
                "h(y)", "muted", x=1, y=0.85, xref="paper", yref="paper", xanchor="right", yanchor="bottom"
            ),
        ],
        margin={"l": 48, "r": 12, "t": 6, "b": 44},
    )
    said = f"{len(points)} points on {different} different values of x; the best found is {five(best)}."
    return Figure({"data": traces, "layout": drawn}, said)


def _margin(x: Sequence[float], y: Sequence[float], xaxis: str, yaxis: str) -> dict[str, Any]:
    filled = "tozeroy" if yaxis == "y2" else "tozerox"
    stroke = line(list(zip(x, y, strict=True)), width=1.5, color=colour("ink"))
    return stroke | {"xaxis": xaxis, "yaxis": yaxis, "fill": filled, "fillcolor": colour("muted", 0.08)}


def _feet(
    across: Sequence[tuple[float, float]],
    up: Sequence[tuple[float, float]],
    tone: str,
    xaxis: str,
    yaxis: str,
) -> dict[str, Any]:
    """One thin line for each point, from the margin's ground to its curve."""
    x = [each for pair in across for each in (*pair, None)]
    y = [each for pair in up for each in (*pair, None)]
    stroke = {"width": 1, "color": colour(tone, 0.7)}
    look = {"type": "scatter", "mode": "lines", "line": stroke, "hoverinfo": "skip"}
    return look | {"x": x, "y": y, "xaxis": xaxis, "yaxis": yaxis}


def _marks(
    places: Sequence[tuple[float, float]], tone: str, xaxis: str, yaxis: str, size: float
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place[0] for place in places],
        "y": [place[1] for place in places],
        "xaxis": xaxis,
        "yaxis": yaxis,
        "marker": {"size": size, "color": colour(tone), "line": {"width": 1.5, "color": colour("card")}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _curves(data: Mapping[str, Any]) -> Figure:
    """The best value over the number of points: medians, and the middle half as a band."""
    counts = [side * side for side in _SIDES]
    traces: list[dict[str, Any]] = []
    notes = []
    for name, tone in _TONES.items():
        low, middle, high = (list(each) for each in zip(*data["repeats"][name], strict=True))
        band = {"type": "scatter", "mode": "lines", "x": [*counts, *counts[::-1]], "y": [*high, *low[::-1]]}
        traces.append(
            band
            | {"fill": "toself", "fillcolor": colour(tone, 0.13), "line": {"width": 0}, "hoverinfo": "skip"}
        )
        stroke = {"width": 2.25, "color": colour(tone)}
        marks = {"mode": "lines+markers", "marker": {"size": 6, "color": colour(tone)}, "hoverinfo": "all"}
        curve = line(list(zip(counts, middle, strict=True)), **stroke) | marks
        traces.append(curve | {"hovertemplate": f"{_NAMES[name]}, %{{x}} points: %{{y}}<extra></extra>"})
        notes.append(
            label(_NAMES[name].lower(), "second", x=counts[-1], y=middle[-1], xanchor="left", xshift=10)
        )
    now = data["side"] ** 2
    rule = {"type": "line", "x0": now, "x1": now, "y0": 0, "y1": 1, "yref": "paper"}
    drawn = layout(
        xaxis=horizontal("points", tickvals=counts, range=[2, counts[-1] + 2]),
        yaxis=vertical(nticks=5),
        shapes=[rule | {"line": {"width": 1, "color": colour("muted"), "dash": "3px,3px"}, "layer": "below"}],
        annotations=notes,
        margin={"l": 44, "r": 66, "t": 8, "b": 44},
    )
    at = counts.index(now)
    medians = {name: data["repeats"][name][at][1] for name in _TONES}
    said = (
        f"With {now} points the median best is {five(medians['random'])} for random search and "
        f"{five(medians['grid'])} for a grid; the highest possible is {five(data['highest'])}."
    )
    return Figure({"data": traces, "layout": drawn}, said)


PICTURE = Picture(
    place=1,
    title="Grid or random",
    see="The score is f(x, y) = g(x) + h(y), and g outweighs h: f is nearly g. The curves at the margins "
    "show which values of each parameter were tried.",
    learn="A grid repeats the same few values of the parameter that matters; random points try a new one "
    "every time, so they hit a narrow peak more often.",
    methods=("grid", "random"),
    fields=(
        Number("side", "Points along each side", 3, _SIDES[0], _SIDES[-1]),
        Number("share", "How much y matters", 12, 0, 100, unit="%"),
        Number("width", "Width of the peak", 0.085, 0.02, 0.3, 0.005),
        Number("seed", "Draw", 7, 0, 9999, hidden=True),
    ),
    panels=(
        Panel("grid", "Grid", "span-6", 400, legend=(("dot category-2", "tried"),)),
        Panel("random", "Random", "span-6", 400, legend=(("dot category-1", "tried"),)),
        Panel(
            *("repeats", f"Over {_REPEATS} repeats", "span-8", 260),
            note="best value; median and middle half; grids shifted at random",
        ),
    ),
    data=data,
    drawn=drawn,
    redraw="New random points",
)
