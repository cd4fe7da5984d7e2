"""Successive halving as a bracket: which configurations go on at each rung, and what that saves.

The optimizer is `asha` with as many workers as configurations: asked for a whole rung before any result of it
is told, it promotes exactly as successive halving does (Jamieson & Talwalkar 2016).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizers import Integer, Optimizer, Result, Space, Suggestion, create
from optimizers.errors import SpaceExhausted
from trials.charts.template import colour, horizontal, label, layout, short_float, vertical
from trials.objectives.functions import error_after, learning_curve_space
from trials.wording import count, five, ordinal, percent

from .base import Drawn, Figure, Panel, Picture
from .fields import Number

_MOST_PLACES = 40


def data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Run the bracket: rung by rung the configurations trained up to there, with their errors."""
    size, eta, most = values["n"], values["eta"], values["most"]
    promotions = max(1, min(_logarithm(size, eta), _logarithm(most, eta)))
    least = most / eta**promotions
    drawn = create("random", learning_curve_space({}), seed=values["seed"])
    asked = [drawn.ask(number) for number in range(size)]
    networks = [each.params for each in asked if each is not None]
    space = Space({"network": Integer(0, size - 1)})
    asha = create("asha", space, seed=values["seed"], min_fidelity=least, max_fidelity=most, eta=eta)
    rungs = []
    for results in _rungs(asha, size, promotions, networks):
        members = [[int(each.params["network"]), short_float(each.value or 0.0)] for each in results]
        rungs.append({"epochs": short_float(results[0].fidelity or most), "members": members})
    return {
        "most": most,
        "eta": eta,
        "rungs": rungs,
        "full": [short_float(error_after(network, most)) for network in networks],
        "curves": [
            [[x, short_float(error_after(network, x))] for x in _epochs(least, most)] for network in networks
        ],
    }


def _logarithm(number: float, base: int) -> int:
    return math.floor(math.log(number, base) + 1e-9)


def _epochs(least: float, most: float) -> list[float]:
    """Places of the curves, evenly on a logarithmic axis that begins before the first rung."""
    low = least / 3
    return [short_float(low * (most / low) ** (at / (_MOST_PLACES - 1))) for at in range(_MOST_PLACES)]


def _rungs(
    asha: Optimizer, size: int, promotions: int, networks: Sequence[Mapping[str, Any]]
) -> list[list[Result]]:
    """Ask until a rung is complete, then train all of it at once and tell."""
    rungs: list[list[Result]] = []
    number = 0
    for _ in range(promotions + 1):
        pending: list[Suggestion] = []
        while (suggestion := _promoted(asha, number, pending, size)) is not None:
            pending.append(suggestion)
            number += 1
        results = [_trained(each, networks) for each in pending]
        if not results:
            break
        asha.tell(results)
        rungs.append(results)
    return rungs


def _promoted(asha: Optimizer, number: int, pending: Sequence[Suggestion], size: int) -> Suggestion | None:
    """The next training of this rung; None once there is none. What is left over is not trained further."""
    try:
        suggestion = asha.ask(number, pending)
    except SpaceExhausted:
        return None
    if suggestion is None or (suggestion.parent is not None and "rank" not in suggestion.info):
        return None
    return suggestion


def _trained(suggestion: Suggestion, networks: Sequence[Mapping[str, Any]]) -> Result:
    epochs = suggestion.fidelity
    assert epochs is not None  # asha always says how far
    value = error_after(networks[suggestion.params["network"]], epochs)
    return Result(suggestion.number, suggestion.params, value, fidelity=epochs, parent=suggestion.parent)


def drawn(data: Mapping[str, Any]) -> Drawn:
    """Draw the learning curves as far as each was trained, and the bracket with its costs."""
    rungs, full = data["rungs"], data["full"]
    winner = min(rungs[-1]["members"], key=lambda member: member[1])[0]
    place = sorted(range(len(full)), key=lambda network: full[network]).index(winner) + 1
    costs = _costs(rungs)
    whole = len(full) * data["most"]
    lead = f"{sum(costs):,.0f} epochs instead of {whole:,.0f}: {percent(1 - sum(costs) / whole)} less."
    survivors = len(rungs[-1]["members"])
    left = "The one that was left" if survivors == 1 else f"The best of the {survivors} that were left"
    rest = (
        f"{left} is the best of all {len(full)}, with an error of {five(full[winner])}."
        if place == 1
        else f"{left} is the {ordinal(place)} best of {len(full)}: {five(full[winner])}; "
        f"the best would have had {five(min(full))}, but it learns slowly and was stopped."
    )
    steps = [
        f"rung {at + 1} of {len(rungs)}: {count(len(rung['members']), 'configuration')} "
        f"up to {_epoch(rung['epochs'])}"
        for at, rung in enumerate(rungs)
    ]
    return Drawn({"curves": _curves(data), "bracket": _bracket(data, costs)}, lead, rest, steps)


def _costs(rungs: Sequence[Mapping[str, Any]]) -> list[float]:
    """Epochs trained in each rung: those who go on take up their checkpoint."""
    found, before = [], 0.0
    for rung in rungs:
        found.append(len(rung["members"]) * (rung["epochs"] - before))
        before = rung["epochs"]
    return found


def _epoch(epochs: float) -> str:
    return f"{epochs:.3g} epoch{'' if epochs == 1 else 's'}"


def _curves(data: Mapping[str, Any]) -> Figure:
    """One trace for those that ended at earlier rungs, one for those that are in the newest."""
    rungs = data["rungs"]
    frames = [_frame(data, step) for step in range(len(rungs))]
    base = {"type": "scatter", "hoverinfo": "skip", "mode": "lines"}
    ends = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
    dots = {"size": 8, "color": colour("accent"), "line": {"width": 1, "color": colour("card")}}
    traces = [
        base | {"line": {"width": 1, "color": colour("muted", 0.45)}} | frames[-1][0],
        ends | {"marker": {"size": 6, "color": colour("muted"), "symbol": "line-ns-open"}} | frames[-1][1],
        base | {"line": {"width": 2, "color": colour("accent")}} | frames[-1][2],
        ends | {"marker": dots} | frames[-1][3],
        base
        | {"line": {"width": 2, "color": colour("category-2"), "dash": "5px,4px"}}
        | _columns(_missed(data)),
    ]
    levels = [rung["epochs"] for rung in rungs]
    stroke = {"width": 1, "color": colour("muted"), "dash": "3px,3px"}
    rules = [
        {
            "type": "line",
            "x0": x,
            "x1": x,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": stroke,
            "layer": "below",
        }
        for x in levels
    ]
    low = data["curves"][0][0][0]
    heights = [point[1] for curve in data["curves"] for point in curve]
    drawn = layout(
        xaxis=horizontal(
            "epochs (log)",
            type="log",
            range=[math.log10(low), math.log10(data["most"] * 1.08)],
            tickvals=levels,
            ticktext=[f"{each:.3g}" for each in levels],
        ),
        yaxis=vertical(
            range=[0, min(1.6, max(heights)) * 1.03], title={"text": "error", "font": {"size": 11.5}}
        ),
        shapes=rules,
        margin={"l": 52, "r": 16, "t": 8, "b": 44},
    )
    said = f"At each dashed line the best one in {data['eta']} goes on, the others stop."
    return Figure({"data": traces, "layout": drawn}, said, frames)


def _frame(data: Mapping[str, Any], step: int) -> dict[int, dict[str, Any]]:
    """Where the curves are when a rung has just been trained."""
    rungs = data["rungs"]
    now = {network for network, _ in rungs[step]["members"]}
    lines: dict[bool, list[Sequence[float | None]]] = {False: [], True: []}
    ends: dict[bool, list[Sequence[float]]] = {False: [], True: []}
    for network, curve in enumerate(data["curves"]):
        reached = [rung for rung in rungs[: step + 1] if any(each == network for each, _ in rung["members"])]
        end = [
            reached[-1]["epochs"],
            next(value for each, value in reached[-1]["members"] if each == network),
        ]
        lines[network in now] += [*(point for point in curve if point[0] < end[0]), end, (None, None)]
        ends[network in now].append(end)
    return {
        0: _columns(lines[False]),
        1: _columns(ends[False]),
        2: _columns(lines[True]),
        3: _columns(ends[True]),
    }


def _missed(data: Mapping[str, Any]) -> Sequence[Sequence[float]]:
    """The curve of the best of all, where it was stopped on the way."""
    full = data["full"]
    best = min(range(len(full)), key=lambda network: full[network])
    return [] if any(network == best for network, _ in data["rungs"][-1]["members"]) else data["curves"][best]


def _columns(points: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    return {"x": [point[0] for point in points], "y": [point[1] for point in points]}


def _bracket(data: Mapping[str, Any], costs: Sequence[float]) -> Figure:
    """A bar for each rung: how many epochs it cost; below, what training all fully costs."""
    rungs = data["rungs"]
    full = len(data["full"]) * data["most"]
    names = [f"{len(rung['members'])} up to {rung['epochs']:.3g} " for rung in rungs]
    names.append(f"all {len(data['full'])} up to {data['most']:g} ")
    values = [*(short_float(cost) for cost in costs), full]
    tones = [colour("accent")] * len(rungs) + [colour("line")]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "x": values,
        "marker": {"color": tones},
        "hoverinfo": "skip",
    }
    notes = [
        label(f"{value:,.0f}", "second", x=value, y=at, xanchor="left", xshift=6)
        for at, value in enumerate(values)
    ]
    drawn = layout(
        xaxis=horizontal("epochs trained", range=[0, full * 1.18], nticks=5),
        yaxis=vertical(
            tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.4, -0.6], showgrid=False
        ),
        annotations=notes,
        margin={"l": 104, "r": 12, "t": 8, "b": 44},
    )
    said = (
        f"The rungs together cost {sum(costs):,.0f} epochs; whoever goes on takes up its checkpoint. "
        "The grey bar is every configuration trained fully."
    )
    return Figure({"data": [bars], "layout": drawn}, said)


PICTURE = Picture(
    place=5,
    title="Stopping early",
    see="Many made-up networks are trained a little; at each rung the best go on and the others stop. Step "
    "from rung to rung and watch who is left.",
    learn="Most configurations can be told to be bad long before they are trained fully. The price: one that "
    "learns slowly may be stopped although it would have been the best.",
    methods=("asha", "hyperband"),
    fields=(
        Number("n", "Configurations, n", 27, 6, 81),
        Number("eta", "One in η goes on", 3, 2, 5),
        Number("most", "Epochs of a full training, R", 81, 6, 243),
        Number("seed", "Draw", 1, 0, 9999, hidden=True),
    ),
    panels=(
        Panel(
            *("curves", "Who goes on", "span-8", 380),
            legend=(
                ("dot accent-mark", "in this rung"),
                ("dot idle-mark", "stopped"),
                ("dot category-2", "the best of all, trained fully"),
            ),
        ),
        Panel("bracket", "What it costs", height=240),
    ),
    data=data,
    drawn=drawn,
    redraw="Other networks",
)
