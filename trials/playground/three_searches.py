"""Grid, random and Bayesian search on one surface, with the same budget, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

from optimizers import minimize
from trials.charts.template import short_float
from trials.wording import five

from .base import Drawn, Figure, Picture
from .fields import Number
from .running_best import best_so_far, race_panels, running_best
from .surfaces import SURFACES, background, dots_on, map_layout, surface_field

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
    return Drawn({**maps, "best": running_best(_SEARCHES, best, "trial")}, lead, rest, steps)


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
    panels=race_panels(_SEARCHES, "span-4", 290, "tried"),
    data=data,
    drawn=drawn,
    redraw="Draw again",
)
