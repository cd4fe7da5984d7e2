"""The tree of a population: whose weights each step took over, and the parameters over the training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from optimizers import registry
from optimizers.fidelity.population import Populations
from trials.models import Study, Trial
from trials.wording import count, fidelity_unit, five, metric_title, setting

from .base import Chart, Control, Shelf, StudyFacts, Words
from .template import colour, dots, horizontal, layout, listing, plain, short_float, shortened, vertical

#: Steps drawn at most, the latest.
MOST = 600
MEMBERS = ""
"""What stands for a place for each member, beside parameters by their names."""


@dataclass(frozen=True)
class Taken:
    """One step of a member: up to where, and whose weights it began with (None: it began by itself)."""

    number: int
    reached: float
    parent: int | None
    source: int | None
    value: float | None
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """What is read: the steps by number, the best trial, what is drawn upwards, and the training's unit."""

    steps: Sequence[Taken] = ()
    best: int | None = None
    up: str = MEMBERS
    unit: str = ""
    log: bool = False


@dataclass(frozen=True)
class Tree:
    """Steps with their places; `winners` are the numbers of the best one's line, the oldest first."""

    facts: StudyFacts
    rows: Rows
    by_number: Mapping[int, Taken]
    lanes: Mapping[int, int]
    winners: tuple[int, ...]

    def place(self, step: Taken) -> Any:
        """Where it is upwards: a member's lane, or a parameter's value; None where it has none."""
        if self.rows.up == MEMBERS:
            return self.lanes[step.number]
        value = step.params.get(self.rows.up)
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return value if numeric or value is None else plain(shortened(setting(value)))


def controls(study: Study) -> tuple[Control, ...]:
    names = [parameter["name"] for parameter in study.space.definition["parameters"]]
    return (Control("up", "Upwards", ((MEMBERS, "Members"), *((name, name) for name in names)), MEMBERS),)


def rows(study: Study) -> Rows:
    return asked(study, {"up": MEMBERS})


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    """Read the latest steps; none where no trial took over another's weights."""
    fidelity = study.objective.get("fidelity")
    if not fidelity or not study.trials.filter(start_from__isnull=False).exists():
        return Rows()
    done = study.trials.numbered().filter(state=Trial.State.COMPLETE).order_by("-number")
    fields = ("number", "fidelity", "parent", "start_from", "value", "params")
    steps = [
        Taken(number, fidelity["max"] if reached is None else reached, parent,
              parent if source is None else source, value, params)
        for number, reached, parent, source, value, params in done.values_list(*fields)[:MOST]
    ]  # fmt: skip
    up = choices["up"]
    log = any(each["name"] == up and each.get("log") for each in study.space.definition["parameters"])
    best = None if study.best is None else study.best.number
    return Rows(steps[::-1], best, up, fidelity_unit(fidelity["name"]), log)


def data(facts: StudyFacts, rows: Rows) -> Tree:
    """Give each member a lane, in the order in which they began, and follow the best back."""
    by_number = {step.number: step for step in rows.steps}
    lanes: dict[int, int] = {}
    members = 0
    for step in rows.steps:
        if step.parent in lanes:
            lanes[step.number] = lanes[step.parent]
        else:
            lanes[step.number], members = members, members + 1
    winners: list[int] = []
    number = rows.best
    while number is not None and number in by_number and number not in winners:
        winners.append(number)
        number = by_number[number].source
    return Tree(facts, rows, by_number, lanes, tuple(reversed(winners)))


def figure(data: Tree) -> dict[str, Any] | None:
    """Return the Plotly figure: a line for each weight that was handed on, the best one's accented."""
    steps = [step for step in data.rows.steps if data.place(step) is not None]
    if not steps:
        return None
    ours = set(data.winners)
    rest = [step for step in steps if step.number not in ours]
    best = [step for step in steps if step.number in ours]
    copied = [step for step in rest if step.source != step.parent]
    return {
        "data": [
            _edges(
                data, [step for step in rest if step.source == step.parent], width=1, color=colour("line")
            ),
            _edges(data, copied, width=1, color=colour("faint"), dash="3px,3px"),
            _edges(data, best, width=2.25, color=colour("accent")),
            _dots(data, rest, {"color": colour("category-1"), "size": 6}),
            _dots(data, best, {"color": colour("accent"), "size": 8, "opacity": 1}),
        ],
        "layout": layout(
            xaxis=horizontal(title=f"Trained, {data.rows.unit}", nticks=8),
            yaxis=_upwards(data),
            margin={"l": 64, "r": 16, "t": 8, "b": 44},
        ),
    }


def _upwards(data: Tree) -> dict[str, Any]:
    if data.rows.up == MEMBERS:
        title = {"text": "Member, by when it began", "font": {"size": 11.5}}
        return vertical(title=title, showticklabels=False, showgrid=False)
    title = {"text": plain(shortened(data.rows.up)), "font": {"size": 11.5}}
    return vertical(title=title, type="log" if data.rows.log else "-", nticks=6, exponentformat="power")


def _edges(data: Tree, steps: Sequence[Taken], **style: Any) -> dict[str, Any]:
    """Lines from where the weights of steps come from; gaps between them."""
    xs: list[Any] = []
    ys: list[Any] = []
    for step in steps:
        source = data.by_number.get(-1 if step.source is None else step.source)
        if source is not None and data.place(source) is not None:
            xs += [source.reached, step.reached, None]
            ys += [data.place(source), data.place(step), None]
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": style, "hoverinfo": "skip"}


def _dots(data: Tree, steps: Sequence[Taken], marker: dict[str, Any]) -> dict[str, Any]:
    trace = dots([step.number for step in steps], ([], []), marker, "%{text}")
    trace |= {"x": [short_float(step.reached) for step in steps], "y": [data.place(step) for step in steps]}
    return trace | {"text": [_said(data, step) for step in steps]}


def _said(data: Tree, step: Taken) -> str:
    taken = "" if step.source == step.parent else f"took over the weights of trial {step.source:,}<br>"
    return f"{five(step.value)} {plain(metric_title(data.facts.metric))}<br>{taken}{listing(step.params)}"


def words(data: Tree) -> Words:
    """Say how often weights were handed over, and how the best came about."""
    if not data.rows.steps:
        return Words("Whose weights were taken over.", "There is something to see once a member has done so.")
    copies = sum(step.source != step.parent for step in data.rows.steps)
    lead = f"Weights were taken over {count(copies, 'time')}."
    if len(data.winners) < 2:
        return Words(lead, "A slanting line begins where the weights come from.")
    line = [data.by_number[number] for number in data.winners]
    own = sum(step.source != step.parent for step in line)
    changes = sum(after.params != before.params for before, after in pairwise(line))
    return Words(
        lead,
        f"The best, trial {data.winners[-1]:,}, learned from what trial {data.winners[0]:,} began: "
        f"{count(own, 'takeover')} and {count(changes, 'change')} of parameters on its way (drawn thick).",
    )


def suits(study: Study) -> bool:
    """Whether a population was trained."""
    return issubclass(registry.get(study.optimizer["name"]), Populations)


CHART = Chart(
    title="Whose weights were taken over",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    controls=controls,
    asked=asked,
    suits=suits,
    shelf=Shelf(
        "search",
        5,
        wide=True,
        height=340,
        key=(
            ("key-line", "the best's line"),
            ("dot category-1", "step of a member"),
            ("key-line dashed", "weights of another"),
        ),
    ),
)
