"""Searches by populations, generation by generation on one surface: swarm, colony, genes and differences."""

from collections.abc import Mapping, Sequence
from typing import Any

from optimizers import minimize
from trials.charts.template import colour, short_float
from trials.wording import five, listed

from .base import Drawn, Figure, Picture
from .fields import Number
from .running_best import best_so_far, race_panels, running_best
from .surfaces import SURFACES, background, dots_on, map_layout, surface_field

#: Optimizer: its colour and what it is called here.
_SEARCHES = {
    "pso": ("category-1", "Particle swarm"),
    "aco": ("category-2", "Ant colony"),
    "ga": ("category-3", "Genetic"),
    "de": ("category-4", "Differential"),
}
_SENTENCES = {
    "pso": "Lines are the last flights: each particle is drawn to the best that it or a neighbour knows.",
    "aco": "Ants draw around an archive of the best places; the cloud shrinks where they agree.",
    "ga": "The best are crossed and mutated: a good parent's coordinate lives on in its children.",
    "de": "Members move by the differences between others: far while they are spread, little later.",
}


def data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Let each population live for so many generations."""
    surface, members = SURFACES[values["surface"]], values["members"]
    trials = {}
    for name in _SEARCHES:
        budget = members * values["generations"]
        results = minimize(
            surface.value, surface.space, name, trials=budget, seed=values["seed"], population=members
        ).results
        trials[name] = [
            [short_float(each) for each in (*result.params.values(), result.value or 0.0)]
            for result in results
        ]
    return {"mesh": surface.mesh(), "members": members, "trials": trials}


def drawn(data: Mapping[str, Any]) -> Drawn:
    """Draw each population with a frame for every generation, and the best so far."""
    members = data["members"]
    trials: Mapping[str, Sequence[Sequence[float]]] = data["trials"]
    best = {
        name: best_so_far([each[2] for each in found])[members - 1 :: members]
        for name, found in trials.items()
    }
    count = len(best["pso"])
    lowest = min(values[-1] for values in best.values())
    ahead = [_SEARCHES[name][1].lower() for name, values in best.items() if values[-1] == lowest]
    lead = f"After {count} generations of {members} the lowest value is {five(lowest)} ({listed(ahead)})."
    rest = "Draw again: which one wins on a surface is partly luck."
    steps = [f"generation {step + 1} of {count}" for step in range(count)]
    maps = {name: _map(name, data["mesh"], trials[name], members, best[name]) for name in _SEARCHES}
    return Drawn({**maps, "best": running_best(_SEARCHES, best, "generation")}, lead, rest, steps)


def _map(
    name: str, mesh: Mapping[str, Any], trials: Sequence[Sequence[float]], members: int, best: Sequence[float]
) -> Figure:
    """Earlier generations are faint; of a swarm each particle's last flight is drawn."""
    tone, _ = _SEARCHES[name]
    generations = [trials[at : at + members] for at in range(0, len(trials), members)]
    shown = [_shown(name, generations[: step + 1]) for step in range(len(generations))]
    flights = {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 1, "color": colour("ink", 0.45)},
        "hoverinfo": "skip",
    }
    traces = [
        background(mesh),
        dots_on([], tone, size=5, opacity=0.35, line={"width": 0}) | shown[-1][1],
        flights | shown[-1][2],
        dots_on([], tone) | shown[-1][3],
    ]
    return Figure(
        {"data": traces, "layout": map_layout(mesh)}, f"Best {five(best[-1])}. {_SENTENCES[name]}", shown
    )


def _shown(name: str, generations: Sequence[Sequence[Sequence[float]]]) -> dict[int, dict[str, Any]]:
    """What a frame replaces: earlier dots (the last three generations), flights, the members now."""
    now = generations[-1]
    before = [place for generation in generations[-4:-1] for place in generation]
    flights = zip(generations[-2], now, strict=True) if name == "pso" and len(generations) > 1 else ()
    paths = [end for pair in flights for end in (*pair, (None, None))]
    return {
        1: {"x": [place[0] for place in before], "y": [place[1] for place in before]},
        2: {"x": [end[0] for end in paths], "y": [end[1] for end in paths]},
        3: {"x": [place[0] for place in now], "y": [place[1] for place in now]},
    }


PICTURE = Picture(
    place=4,
    title="Populations",
    see="Four populations on the same surface, one generation a step; dark is better. Large dots are the "
    "members now, faint ones the generations before.",
    learn="None of them has a model: what they know is where their members are. They need many cheap trials, "
    "and keep every worker busy.",
    methods=tuple(_SEARCHES),
    fields=(
        surface_field("rastrigin"),
        Number("members", "Members", 12, 6, 24),
        Number("generations", "Generations", 15, 4, 20),
        Number("seed", "Draw", 1, 0, 9999, hidden=True),
    ),
    panels=race_panels(_SEARCHES, "span-3", 250, "members"),
    data=data,
    drawn=drawn,
    redraw="Draw again",
)
