"""A surface over two parameters with the trials on it; drawn by the contour and by the mind. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from optimizers.space import Space
from trials.listing import own_name
from trials.wording import setting

from .chosen import Dot
from .lanes import Laned
from .scale import scale_of
from .template import colour, dots, horizontal, layout, plain, short_float, surface_scale, vertical

LAYERS = {"mean": "predicted value", "deviation": "standard deviation", "improvement": "expected improvement"}


def surface_figure(
    axes: tuple[Laned, Laned],
    surface: Mapping[str, Any] | None,
    layer: str,
    trials: Sequence[Dot],
    *,
    maximize: bool,
    coming: Dot | None = None,
) -> dict[str, Any]:
    """Return the Plotly figure; without a surface the trials alone."""
    across, up = axes
    traces = [] if surface is None else [_contours(surface, layer, maximize)]
    many = len(trials) > 300
    marker = {
        "size": 5 if many else 8,
        "color": colour("card"),
        "opacity": 1,
        "line": {"width": 1 if many else 1.5, "color": colour("ink")},
    }
    texts = [f"{a}, {b}" for a, b in zip(across.words(trials), up.words(trials), strict=True)]
    places = (across.places(trials), up.places(trials, salt=1))
    traces.append(dots([dot.number for dot in trials], places, marker, "%{text}", text=texts))
    if coming is not None:
        traces.append(_diamond(across, up, coming))
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title=across.title, **across.keys()),
            yaxis=vertical(
                **up.keys(name_lane=True), title={"text": plain(up.title), "font": {"size": 11.5}}
            ),
            shapes=[*across.shapes("x"), *up.shapes("y")],
            annotations=across.notes(),
            margin={"l": 76, "r": 16, "t": 8, "b": 44},
        ),
    }


def _contours(surface: Mapping[str, Any], layer: str, maximize: bool) -> dict[str, Any]:
    """Over choices cells, not slopes: a contour between two choices means nothing.

    Values are coloured on the axis that a chart of values would have: logarithmic, or without far outliers.
    """
    better_low = layer == "deviation" or (layer == "mean" and not maximize)
    values = [value for row in surface[layer] for value in row if value is not None]
    scale = scale_of(values, maximize=not better_low, foot=0.0, head=0.0)
    mesh = [[None if z is None else short_float(scale.place(z)) for z in row] for row in surface[layer]]
    shared = {
        "x": [short_float(unit) for unit in surface["x"]],
        "y": [short_float(unit) for unit in surface["y"]],
        "z": mesh,
        "zmin": short_float(scale.low),
        "zmax": short_float(scale.high),
        "customdata": surface[layer],
        "colorscale": surface_scale(low_is_better=better_low),
        "showscale": False,
        "hovertemplate": f"{LAYERS[layer]} %{{customdata}}<extra></extra>",
        "hoverongaps": False,
    }
    if min(len(surface["x"]), len(surface["y"])) < 8:
        return {"type": "heatmap", **shared}
    step = (scale.high - scale.low) / 12
    lines = {"start": scale.low + step, "end": scale.high, "size": step}
    look = {"width": 0.5, "color": colour("card", 0.6)}
    return {"type": "contour", "contours": lines, "line": look, "connectgaps": False, **shared}


def _diamond(across: Laned, up: Laned, coming: Dot) -> dict[str, Any]:
    places = (across.places([coming]), up.places([coming], salt=1))
    look = {
        "symbol": "diamond",
        "size": 14,
        "color": colour("category-2"),
        "opacity": 1,
        "line": {"width": 2, "color": colour("card")},
    }
    return dots([coming.number], places, look, "comes next")


def held_words(space: Space, at: Mapping[str, Any], free: Sequence[str], most: int = 3) -> str:
    """What the other parameters are held at."""
    others = [f"{own_name(space, name)[0]} {setting(at[name])}" for name in at if name not in free]
    if not others:
        return ""
    more = f" and {len(others) - most} more" if len(others) > most else ""
    return f"The others are held: {', '.join(others[:most])}{more}."
