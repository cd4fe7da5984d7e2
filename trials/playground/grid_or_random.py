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
    above, beside = {"xaxis": "x", "yaxis": "y2"}, {"xaxis": "x2", "yaxis": "y"}
    winner = max(points, key=lambda point: point[4])
    ring = {"symbol": "circle-open", "size": 20, "color": colour(tone), "line": {"width": 2}}
    traces = [
        _square(places[::2], data),
        _margin(places, data["g"]) | above | {"fill": "tozeroy"},
        _margin(data["h"], places) | beside | {"fill": "tozerox"},
        _feet([((x, 0), (x, g)) for x, _, g, _, _ in points], tone) | above,
        _feet([((0, y), (h, y)) for _, y, _, h, _ in points], tone) | beside,
        _marks([(x, g) for x, _, g, _, _ in points], tone, 6) | above,
        _marks([(h, y) for _, y, _, h, _ in points], tone, 6) | beside,
        _marks([(x, y) for x, y, *_ in points], tone, 11),
        _marks([(winner[0], winner[1])], tone, 20) | {"marker": ring},
    ]
    drawn = _map_layout(max(data["g"]) * 1.15, max(data["h"]) * 1.25 or 1.0)
    said = f"{len(points)} points on {different} different values of x; the best found is {five(best)}."
    return Figure({"data": traces, "layout": drawn}, said)


def _square(places: Sequence[float], data: Mapping[str, Any]) -> dict[str, Any]:
    """The score everywhere, pale enough for points of any colour."""
    heights = np.add.outer(np.array(data["h"]), np.array(data["g"]))[::2, ::2]
    shades = [[0, colour("card")], [0.35, colour("surface-4", 0.6)], [1, colour("surface-2", 0.7)]]
    return {
        "type": "heatmap",
        "x": places,
        "y": places,
        "z": [_short(row) for row in heights],
        "zmin": 0,
        "zmax": 1.6,
        "zsmooth": "best",
        "colorscale": shades,
        "showscale": False,
        "hoverinfo": "skip",
    }


def _map_layout(top: float, side: float) -> dict[str, Any]:
    corner = {"xref": "paper", "yref": "paper"}
    up = {"text": "y, hardly matters", "font": {"size": 11.5}}
    return layout(
        xaxis=horizontal("x, the parameter that matters", range=[0, 1], domain=_MAP, nticks=4),
        yaxis=vertical(range=[0, 1], domain=_MAP, showgrid=False, nticks=4, title=up),
        xaxis2=horizontal("", range=[0, side], domain=_MARGIN, showticklabels=False, showline=False),
        yaxis2=vertical(range=[0, top], domain=_MARGIN, showticklabels=False, showgrid=False),
        annotations=[
            label("g(x)", "muted", x=0, y=1, xanchor="left", yanchor="top", **corner),
            label("h(y)", "muted", x=1, y=0.85, xanchor="right", yanchor="bottom", **corner),
        ],
        margin={"l": 48, "r": 12, "t": 6, "b": 44},
    )


def _margin(x: Sequence[float], y: Sequence[float]) -> dict[str, Any]:
    curve = line(list(zip(x, y, strict=True)), width=1.5, color=colour("ink"))
    return curve | {"fillcolor": colour("muted", 0.08)}


def _feet(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], tone: str) -> dict[str, Any]:
    """One thin line for each point, from the margin's ground to its curve."""
    ends = [end for pair in pairs for end in (*pair, (None, None))]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [end[0] for end in ends],
        "y": [end[1] for end in ends],
        "line": {"width": 1, "color": colour(tone, 0.7)},
        "hoverinfo": "skip",
    }


def _marks(places: Sequence[tuple[float, float]], tone: str, size: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [place[0] for place in places],
        "y": [place[1] for place in places],
        "marker": {"size": size, "color": colour(tone), "line": {"width": 1.5, "color": colour("card")}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _curves(data: Mapping[str, Any]) -> Figure:
    """The best value over the number of points, and a rule at the number shown above."""
    counts = [side * side for side in _SIDES]
    now = data["side"] ** 2
    medians = {name: [middle for _, middle, _ in data["repeats"][name]] for name in _TONES}
    ends = {"x": counts[-1], "xanchor": "left", "xshift": 10}
    rule = {"type": "line", "x0": now, "x1": now, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    drawn = layout(
        xaxis=horizontal("points", tickvals=counts, range=[2, counts[-1] + 2]),
        yaxis=vertical(nticks=5),
        shapes=[rule | {"line": {"width": 1, "color": colour("muted"), "dash": "3px,3px"}}],
        annotations=[
            label(_NAMES[name].lower(), "second", y=each[-1], **ends) for name, each in medians.items()
        ],
        margin={"l": 44, "r": 66, "t": 8, "b": 44},
    )
    traces = [trace for name in _TONES for trace in _curve(name, counts, data["repeats"][name])]
    at = counts.index(now)
    said = (
        f"With {now} points the median best is {five(medians['random'][at])} for random search and "
        f"{five(medians['grid'][at])} for a grid; the highest possible is {five(data['highest'])}."
    )
    return Figure({"data": traces, "layout": drawn}, said)


def _curve(name: str, counts: Sequence[int], quartiles: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """The middle half as a band, and the medians."""
    low, middle, high = (list(each) for each in zip(*quartiles, strict=True))
    tone = _TONES[name]
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": [*counts, *counts[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": colour(tone, 0.13),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    marks = {
        "mode": "lines+markers",
        "marker": {"size": 6, "color": colour(tone)},
        "hoverinfo": "all",
        "hovertemplate": f"{_NAMES[name]}, %{{x}} points: %{{y}}<extra></extra>",
    }
    return [band, line(list(zip(counts, middle, strict=True)), width=2.25, color=colour(tone)) | marks]


PICTURE = Picture(
    place=1,
    title="Grid or random",
    see="The score is f(x, y) = g(x) + h(y), and g outweighs h: f is nearly g. The curves at the margins "
    "show which values of each parameter were tried.",
    learn="A grid repeats the same few values of the parameter that matters; random points try a new one "
    "every time, so they hit a narrow peak more often. Turn up how much y matters: what is left of the lead?",
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
