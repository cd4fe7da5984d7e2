"""The look all charts share: Plotly layout, axes and symbolic colours. Called by each chart's figure step.

Colours are symbols, so that one figure serves the light and the dark page: `static/js/charts.js` replaces
"$accent", or "$accent@0.3" for 30 % opacity, by the page's CSS custom property `--accent` when it draws.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from trials.wording import setting

#: Every symbol a figure may use; each has a CSS custom property of the same name.
COLOURS = (
    "ink",
    "second",
    "muted",
    "faint",
    "card",
    "sunken",
    "line",
    "grid",
    "accent",
    "accent-soft",
    "good",
    "good-mark",
    "warn",
    "warn-mark",
    "bad",
    "bad-mark",
    "category-1",
    "category-2",
    "category-3",
    "category-4",
    "category-5",
    "surface-1",
    "surface-2",
    "surface-3",
    "surface-4",
    "surface-5",
    "surface-6",
)
SANS = "Inter, system-ui, sans-serif"
MONO = "JetBrains Mono, ui-monospace, monospace"


def colour(name: str, opacity: float | None = None) -> str:
    """Return the symbol of a colour; an unknown name is a KeyError."""
    if name not in COLOURS:
        raise KeyError(f"no colour {name!r}; choose one of {', '.join(COLOURS)}")
    return f"${name}" if opacity is None else f"${name}@{opacity:g}"


def layout(**overrides: Any) -> dict[str, Any]:
    """Return the layout every chart starts from, with the given keys replaced."""
    return {
        "font": {"family": SANS, "size": 12, "color": colour("muted")},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 16, "t": 8, "b": 40},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colour("card"),
            "bordercolor": colour("line"),
            "font": {"family": SANS, "size": 12, "color": colour("ink")},
            "align": "left",
        },
        "dragmode": False,
        **overrides,
    }


def horizontal(title: str, **overrides: Any) -> dict[str, Any]:
    """Return an x axis: one line, no grid."""
    line = {"showgrid": False, "showline": True, "linecolor": colour("line"), "linewidth": 1}
    shown = {"text": plain(title), "standoff": 4, "font": {"size": 11.5}}
    return {**_axis(), **line, "title": shown, "ticks": "outside", "tickcolor": "rgba(0,0,0,0)", **overrides}


def vertical(**overrides: Any) -> dict[str, Any]:
    """Return a y axis: a thin grid, neither line nor ticks."""
    return {
        **_axis(),
        "showgrid": True,
        "gridcolor": colour("grid"),
        "gridwidth": 1,
        "ticks": "",
        **overrides,
    }


def _axis() -> dict[str, Any]:
    return {
        "tickfont": {"size": 11.5},
        "ticklen": 4,
        "zeroline": False,
        "fixedrange": True,
        "automargin": False,
    }


def markers(
    numbers: Sequence[int],
    heights: Sequence[float],
    heading: str,
    texts: str | list[str],
    marker: dict[str, Any],
) -> dict[str, Any]:
    """Return a trace of one mark per trial at its number; a click on a mark opens the trial.

    Pointed at, it shows the heading, in which "{}" stands for the number, and the trial's text.
    One text may serve all.
    """
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(numbers),
        "y": [rounded(height) for height in heights],
        "text": texts,
        "hovertemplate": f"<b>{heading.format('%{x:,d}')}</b><br>%{{text}}<extra></extra>",
        "meta": "trials",
        "marker": marker,
        "cliponaxis": False,
    }


def dots(
    numbers: Sequence[int],
    places: tuple[Sequence[float], Sequence[float]],
    marker: dict[str, Any],
    hover: str = "%{x}<br>%{y}",
    **more: Any,
) -> dict[str, Any]:
    """Return a trace of one dot per trial anywhere in the plane; the page marks and opens them by number."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [short_float(x) for x in places[0]],
        "y": [short_float(y) for y in places[1]],
        "customdata": list(numbers),
        "hovertemplate": f"<b>Trial %{{customdata:,d}}</b><br>{hover}<extra></extra>",
        "meta": "trials",
        "marker": {"size": 8, "opacity": 0.8, "line": {"width": 1, "color": colour("card")}, **marker},
        "cliponaxis": False,
        **more,
    }


#: What makes a dot hollow: one that breaks a limit.
HOLLOW = {"symbol": "circle-open", "line": {"width": 1.5, "color": colour("muted")}, "color": colour("muted")}


def surface_scale(*, low_is_better: bool) -> list[list[Any]]:
    """Return the one-hue colour scale; dark is better."""
    shades = [colour(f"surface-{step}") for step in range(1, 7)]
    return [[place / 5, shade] for place, shade in enumerate(shades if low_is_better else shades[::-1])]


def line(points: Sequence[tuple[float, float]], **style: Any) -> dict[str, Any]:
    """Return a trace that joins the points and does not react to the pointer."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in points],
        "y": [rounded(y) for _, y in points],
        "line": style,
        "hoverinfo": "skip",
    }


def label(text: str, tone: str, **place: Any) -> dict[str, Any]:
    """Return an annotation without an arrow."""
    return {"text": text, "showarrow": False, "font": {"size": 12, "color": colour(tone)}, **place}


def rounded(value: float) -> float:
    """Return seven digits of a value: finer than a screen, and the figure stays small."""
    return float(f"{value:.7g}")


def short_float(value: float) -> float:
    """Return five digits of a place: there are thousands, and a screen shows no more."""
    return float(f"{value:.5g}")


def plain(text: str) -> str:
    """Return text that Plotly shows as it is: its labels understand a little HTML, names must not."""
    return html.escape(text, quote=False).replace("\n", " ")


def listing(params: Mapping[str, Any], most: int = 12) -> str:
    """Return a configuration as lines of a hover label, shortened to `most` parameters."""
    shown = list(params.items())[:most]
    lines = [plain(f"{shortened(name)} {shortened(setting(value))}") for name, value in shown]
    if len(params) > most:
        lines.append(f"and {len(params) - most} more")
    return "<br>".join(lines)


def shortened(text: str, most: int = 40) -> str:
    """Return the text, cut to `most` characters where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"
