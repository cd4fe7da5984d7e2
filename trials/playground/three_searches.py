"""Grid, random and Bayesian search on one surface, with the same budget, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from optimizers import minimize
from trials.charts.scale import scale_of
from trials.charts.template import colour, horizontal, label, layout, short_float, vertical
from trials.wording import five

from .base import Drawn, Figure, Panel, Picture
from .fields import Number
from .surfaces import SURFACES, background, best_so_far, dots_on, map_layout, surface_field

#: Optimizer: its colour and what it is called here.
_SEARCHES = {
    "grid": ("category-2", "Grid"),
    "random": ("category-1", "Random"),
    "gp": ("category-3", "Bayesian"),
}


def data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Let each optimizer search with side × side trials."""
    surface, side, seed = SURFACES[values["surface"]], values["side"], values["seed"]
    trials = {}
    for name in _SEARCHES:
        space = surface.grid(side) if name == "grid" else surface.space
        found = minimize(surface.value, space, name, trials=side * side, seed=seed).results
        trials[name] = [
            [short_float(each) for each in (*result.params.values(), result.value or 0.0)] for result in found
        ]
    return {"mesh": surface.mesh(), "trials": trials}


def drawn(data: Mapping[str, Any]) -> Drawn:
    """Draw the three maps and the best so far, each with a frame for every trial."""
    trials: Mapping[str, Sequence[Sequence[float]]] = data["trials"]
    best = {name: best_so_far([each[2] for each in found]) for name, found in trials.items()}
    budget = len(trials["grid"])
    steps = [f"trial {step + 1} of {budget}" for step in range(budget)]
    ahead = min(best, key=lambda name: best[name][-1])
    quick = next((at + 1 for at, value in enumerate(best["gp"]) if value <= best["random"][-1]), None)
    lead = (
        f"After {budget} trials {_SEARCHES[ahead][1]} search has the lowest value, {five(best[ahead][-1])}."
    )
    rest = (
        "This time the model has not caught up with random search; draw again."
        if quick is None
        else f"What random search ended with, Bayesian search had after {quick}."
    )
    maps = {name: _map(name, data["mesh"], trials[name], best[name]) for name in _SEARCHES}
    return Drawn({**maps, "best": _best(best)}, lead, rest, steps)


def _map(
    name: str, mesh: Mapping[str, Any], trials: Sequence[Sequence[float]], best: Sequence[float]
) -> Figure:
    tone, _ = _SEARCHES[name]
    traces = [
        background(mesh),
        dots_on(trials, tone),
        dots_on(trials[-1:], tone, symbol="circle-open", size=19, line={"width": 2}),
    ]
    frames = []
    for step in range(len(trials)):
        known, last = trials[: step + 1], trials[step]
        x, y = [place[0] for place in known], [place[1] for place in known]
        frames.append({1: {"x": x, "y": y}, 2: {"x": [last[0]], "y": [last[1]]}})
    said = f"Best of {len(trials)}: {five(best[-1])}. The ring is the newest trial."
    return Figure({"data": traces, "layout": map_layout(mesh)}, said, frames)


def _best(best: Mapping[str, Sequence[float]]) -> Figure:
    budget = len(best["grid"])
    numbers = list(range(1, budget + 1))
    scale = scale_of([value for each in best.values() for value in each], maximize=False)
    traces, notes = [], []
    for name, values in best.items():
        tone, title = _SEARCHES[name]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": numbers,
                "y": [short_float(value) for value in values],
                "line": {"width": 2.25, "color": colour(tone), "shape": "hv"},
                "hovertemplate": f"{title}, trial %{{x}}: %{{y}}<extra></extra>",
            }
        )
    for name, height in _apart(
        {name: scale.place(values[-1]) for name, values in best.items()}, scale.high - scale.low
    ).items():
        notes.append(label(_SEARCHES[name][1], "second", x=budget, y=height, xanchor="left", xshift=8))
    frames = [
        {
            place: {"x": numbers[: step + 1], "y": [short_float(each) for each in values[: step + 1]]}
            for place, values in enumerate(best.values())
        }
        for step in range(budget)
    ]
    drawn = layout(
        xaxis=horizontal("trial", range=[0.5, budget + 0.5]),
        yaxis=vertical(**scale.axis()),
        annotations=notes,
        margin={"l": 52, "r": 74, "t": 8, "b": 40},
    )
    return Figure(
        {"data": traces, "layout": drawn}, "The lowest value found so far; lower is better.", frames
    )


def _apart(places: Mapping[str, float], span: float) -> dict[str, float]:
    """Heights of the names, moved so that they do not overlap."""
    heights: dict[str, float] = {}
    free = float("-inf")
    for name in sorted(places, key=lambda each: places[each]):
        heights[name] = max(places[name], free)
        free = heights[name] + 0.09 * span
    return heights


PICTURE = Picture(
    place=2,
    title="Three searches",
    see="Three searches with the same number of trials on the same surface; dark is better. Step through "
    "them and watch where each one goes.",
    learn="Grid and random search never look at what they have found. A model does: after a few trials it "
    "puts most of them where good values are likely.",
    methods=("grid", "random", "gp"),
    fields=(
        surface_field("branin"),
        Number("side", "Grid points along each side", 5, 3, 6),
        Number("seed", "Draw", 1, 0, 9999, hidden=True),
    ),
    panels=(
        *(
            Panel(name, title, "span-4", 290, legend=((f"dot {tone}", "tried"),))
            for name, (tone, title) in _SEARCHES.items()
        ),
        Panel(
            *("best", "Best so far", "span-8", 260),
            legend=tuple((f"dot {tone}", title) for tone, title in _SEARCHES.values()),
        ),
    ),
    data=data,
    drawn=drawn,
    redraw="Draw again",
)
