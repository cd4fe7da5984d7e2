"""The surfaces that searches are shown on, as values and as traces. Pure; called by pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers import Float, Space
from trials.charts.scale import scale_of
from trials.charts.template import colour, horizontal, layout, short_float, surface_scale, vertical
from trials.objectives import functions

from .fields import Pick

_MESH = 45


@dataclass(frozen=True)
class Surface:
    """A function of two parameters to minimise, from `low` to `high` in both."""

    title: str
    formula: Callable[[np.ndarray], float]
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def space(self) -> Space:
        return Space({"x": Float(*self.x), "y": Float(*self.y)})

    def grid(self, side: int) -> Space:
        """`side` times `side` cells, searched in their middles."""
        return Space({name: _middles(*ends, side) for name, ends in (("x", self.x), ("y", self.y))})

    def value(self, params: Mapping[str, Any]) -> float:
        return float(self.formula(np.array([params["x"], params["y"]])))

    def mesh(self) -> dict[str, Any]:
        """The values over an even mesh: (rows over y, columns over x)."""
        across, up = (np.linspace(*ends, _MESH).tolist() for ends in (self.x, self.y))
        heights = [[short_float(self.value({"x": x, "y": y})) for x in across] for y in up]
        return {"x": [short_float(x) for x in across], "y": [short_float(y) for y in up], "z": heights}


def _middles(low: float, high: float, side: int) -> Float:
    half = (high - low) / side / 2
    return Float(low + half, high - half, points=side)


SURFACES = {
    "branin": Surface("Branin: three equal valleys", functions.branin, (-5.0, 10.0), (0.0, 15.0)),
    "rosenbrock": Surface("Rosenbrock: a bent valley", functions.rosenbrock, (-2.0, 2.0), (-1.0, 3.0)),
    "ackley": Surface("Ackley: bumps and one hole", functions.ackley, (-4.0, 6.0), (-6.0, 4.0)),
    "rastrigin": Surface("Rastrigin: dents everywhere", functions.rastrigin, (-3.0, 5.0), (-5.0, 3.0)),
    "styblinski_tang": Surface(
        "Styblinski–Tang: four valleys", functions.styblinski_tang, (-5.0, 5.0), (-5.0, 5.0)
    ),
}


def surface_field(default: str) -> Pick:
    return Pick("surface", "Surface", tuple((key, each.title) for key, each in SURFACES.items()), default)


def background(mesh: Mapping[str, Any]) -> dict[str, Any]:
    """The surface as a contour trace; dark is better, coloured as an axis of its values would be."""
    values = [value for row in mesh["z"] for value in row]
    scale = scale_of(values, maximize=False, foot=0.0, head=0.0)
    step = (scale.high - scale.low) / 12
    return {
        "type": "contour",
        "x": mesh["x"],
        "y": mesh["y"],
        "z": [[round(scale.place(value), 3) for value in row] for row in mesh["z"]],
        "zmin": short_float(scale.low),
        "zmax": short_float(scale.high),
        "contours": {"start": scale.low + step, "end": scale.high, "size": step},
        "line": {"width": 0.5, "color": colour("card", 0.6)},
        "colorscale": surface_scale(low_is_better=True),
        "showscale": False,
        "hoverinfo": "skip",
    }


def dots_on(places: Sequence[Sequence[float]], tone: str, **marker: Any) -> dict[str, Any]:
    """Tried places as dots that stand out on any shade."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [short_float(place[0]) for place in places],
        "y": [short_float(place[1]) for place in places],
        "marker": {
            "size": 9,
            "color": colour(tone),
            "line": {"width": 1.5, "color": colour("card")},
            **marker,
        },
        "hoverinfo": "skip",
    }


def map_layout(mesh: Mapping[str, Any]) -> dict[str, Any]:
    """Axes that end where the surface ends."""
    return layout(
        xaxis=horizontal("", range=[mesh["x"][0], mesh["x"][-1]]),
        yaxis=vertical(range=[mesh["y"][0], mesh["y"][-1]], showgrid=False),
        margin={"l": 34, "r": 12, "t": 6, "b": 26},
    )
