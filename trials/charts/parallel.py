"""Parallel coordinates: a line per trial through its parameters to its value, inactive ones in a lane below.

`static/js/parallel.js` draws it: Plotly has no lane for parameters that a trial does not have. It follows the
filters of the table of trials.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import F

from optimizers.space import Space
from trials.listing import MODEL, Filters, Order, Place, fields_of, matching_trials, own_name, page_of
from trials.models import Insight, Study, Trial
from trials.wording import Shown, column, count, five, listed, metric_title, model_title, setting, short

from .base import Chart, StudyFacts, Words
from .parallel_axis import Axis, Line, axis_of, strays
from .scale import Scale, scale_of

#: How many lines are drawn at most, and how many of the best stand in front.
LINES, FRONT = 400, 5
#: Trials that a sample is drawn from.
POOL = 5000
MOST_AXES = 12
#: Lines are coloured by a parameter of up to so many choices.
MOST_COLOURS = 5
#: The five best agree on a number when they lie within this share of its range.
CLOSE = 0.2
#: Values at even places of an axis: by them the page turns a place back into a value.
STEPS = 32


@dataclass(frozen=True)
class Rows:
    """What is read: (number, value as shown, params) of complete trials; `total` (at least) are selected."""

    space: Space
    front: Sequence[Line] = ()
    """The best, best first."""
    rest: Sequence[Line] = ()
    total: int = 0
    filtered: bool = False
    important: Sequence[str] = ()
    """Parameters, the most important first; empty while nothing is known."""


@dataclass(frozen=True)
class Parallel:
    """What is drawn: the axes in the space's order, and the parameter whose choices colour the lines."""

    facts: StudyFacts
    rows: Rows
    axes: tuple[Axis, ...]
    hidden: int
    colours: str

    @property
    def lines(self) -> list[Line]:
        return [*self.rows.front, *self.rows.rest]


def rows(study: Study) -> Rows:
    return selected(study, Filters())


def selected(study: Study, filters: Filters) -> Rows:
    """Read the best of the selected trials, and an even sample of the others."""
    space, complete = study.space.space, Trial.State.COMPLETE
    if filters.states and complete not in filters.states:
        return Rows(space, filtered=True)
    asked = replace(filters, states=(complete,))
    best = page_of(study, asked, Order(fields_of(study)["value"], study.maximize), Place(), FRONT)
    pool = _pool(study, asked) if best.matched.keys is None else best.matched.keys.tolist()
    others = sorted(set(pool) - set(best.keys))
    others = others[:: max(1, -(-len(others) // (LINES - FRONT)))]
    lines = _lines(study, [*best.keys, *others])
    insight = Insight.objects.filter(study=study).values_list("data", flat=True).first()
    return Rows(
        space=space,
        front=[lines[key] for key in best.keys if key in lines],
        rest=[lines[key] for key in others if key in lines],
        total=best.matched.count,
        filtered=bool(replace(filters, states=())),
        important=_ranking((insight or {}).get("importance")),
    )


def _pool(study: Study, filters: Filters) -> list[int]:
    """Keys of about as many selected trials as a sample needs, evenly over the whole study."""
    every = max(1, study.next_number // POOL)
    trials = matching_trials(study, filters)
    if every > 1:
        trials = trials.alias(turn=F("number") % every).filter(turn=0)
    return list(trials.values_list("pk", flat=True))


def _lines(study: Study, keys: Sequence[int]) -> dict[int, Line]:
    shown = Shown(study.metric, study.maximize)
    found = Trial.objects.filter(pk__in=keys, value__isnull=False, number__isnull=False)
    return {
        key: (number, shown.value(value), params)  # type: ignore[misc]
        for key, number, value, params in found.values_list("pk", "number", "value", "params")
    }


def _ranking(importance: Mapping[str, Any] | None) -> list[str]:
    found = importance or {}
    pairs = zip(found.get("share", ()), found.get("names", ()), strict=True)
    return [name for _, name in sorted(pairs, reverse=True)]


def data(facts: StudyFacts, rows: Rows) -> Parallel:
    """Choose the axes, the most important ones in a large space, and what colours the lines."""
    names = list(rows.space.names)
    colours = _colouring(rows.space)
    used = Counter(name for _, _, params in rows.front for name in params)
    by_use = sorted(names, key=lambda name: -used[name])
    order = [name for name in (colours, *rows.important, *by_use) if name in names]
    kept = set(list(dict.fromkeys(order))[:MOST_AXES])
    lines = [*rows.front, *rows.rest]
    axes = tuple(axis_of(name, rows.space.parameters[name], lines) for name in names if name in kept)
    return Parallel(facts, rows, axes, len(names) - len(axes), colours)


def _colouring(space: Space) -> str:
    """The parameter that says most: the model where several are searched, else the first with few choices."""
    few = [
        name
        for name, parameter in space.parameters.items()
        if parameter.kind == "categorical" and 2 <= len(getattr(parameter, "choices", ())) <= MOST_COLOURS
    ]
    return MODEL if MODEL in few else next((name for name in few if not _when(space, name)), "")


def _when(space: Space, name: str) -> bool:
    return bool(space.parameters[name].when)


def figure(data: Parallel) -> dict[str, Any] | None:
    """Return what parallel.js draws; None until two trials are complete.

    {axes: [{name, family, filter, choices, labels | table, low, high}], front, colours,
    lines: [[number, value in words, colour, [places]]]}: places are per mille of an axis from below, null
    where the parameter is inactive; colours count from 1, 0 is none. The last axis is the value's.
    """
    if len(data.lines) < 2:
        return None
    values = [value for _, value, _ in data.lines]
    scale = scale_of(values, maximize=data.facts.maximize, foot=0.0, head=0.0)
    colouring = next((axis for axis in data.axes if axis.name == data.colours), None)
    columns = [axis.places(data.lines) for axis in data.axes]
    columns.append([_unit(scale, value) for _, value, _ in data.lines])
    return {
        "axes": [*(_axis(axis, data.rows.space) for axis in data.axes), _value_axis(data, scale)],
        "lines": [
            [number, five(value), _colour(colouring, params), [_mille(column[i]) for column in columns]]
            for i, (number, value, params) in enumerate(data.lines)
        ],
        "front": len(data.rows.front),
        "colours": _labels(colouring) if colouring else [],
    }


def _labels(axis: Axis) -> list[str]:
    return [model_title(str(choice)) if axis.name == MODEL else setting(choice) for choice in axis.choices]


def _axis(axis: Axis, space: Space) -> dict[str, Any]:
    own, model = own_name(space, axis.name)
    shared = {"name": own, "family": model_title(model), "filter": f"param:{axis.name}"}
    if axis.choices:
        texts = [str(choice)[:500] for choice in axis.choices]
        return {**shared, "choices": texts, "labels": _labels(axis), "table": [], "low": "", "high": ""}
    codes = axis.parameter.from_unit(np.linspace(0.0, 1.0, STEPS + 1))
    ends = [axis.parameter.value(float(code)) for code in (codes[0], codes[-1])]
    return {
        **shared,
        "choices": [],
        "labels": [],
        "table": [float(f"{code:.6g}") for code in codes],
        "low": setting(ends[0]),
        "high": setting(ends[1]),
    }


def _value_axis(data: Parallel, scale: Scale) -> dict[str, Any]:
    units = np.linspace(scale.low, scale.high, STEPS + 1).tolist()
    table = [float(f"{10**unit if scale.log else unit:.6g}") for unit in units]
    return {
        "name": metric_title(data.facts.metric),
        "family": "",
        "filter": "value",
        "choices": [],
        "labels": [],
        "table": table,
        **_value_ends(data, scale, (table[0], table[-1])),
    }


def _value_ends(data: Parallel, scale: Scale, ends: tuple[float, float]) -> dict[str, str]:
    """The ends in words; where worse values lie beyond a cut axis, its end says so."""
    low, high = column(ends)
    values = [value for _, value, _ in data.lines]
    below = any(not scale.above(value) and not scale.inside(value) for value in values) and not scale.log
    above = any(map(scale.above, values)) and not scale.log
    return {"low": f"≤ {low}" if below else low, "high": f"≥ {high}" if above else high}


def _unit(scale: Scale, value: float) -> float:
    return min(1.0, max(0.0, (scale.place(value) - scale.low) / (scale.high - scale.low)))


def _mille(unit: float | None) -> int | None:
    return None if unit is None else round(1000 * unit)


def _colour(axis: Axis | None, params: Mapping[str, Any]) -> int:
    if axis is None or params.get(axis.name) not in axis.choices:
        return 0
    return axis.choices.index(params[axis.name]) + 1


def words(data: Parallel) -> Words:
    """Say what is drawn, and where the best ones agree."""
    lines, rows = data.lines, data.rows
    if len(lines) < 2:
        if rows.filtered:
            return Words("Fewer than two complete trials are selected.", "Lines need two.")
        return Words("One line for each complete trial.", "The chart begins with the second one.")
    selected = "selected " if rows.filtered else ""
    if len(lines) < rows.total:
        lead = f"A sample of {len(lines)} of {rows.total:,} {selected}complete trials,"
        front = f"the {len(rows.front)} best among them in front."
    else:
        lead = f"All {len(lines)} {selected}complete trials,"
        front = f"the {len(rows.front)} best in front." if len(lines) > FRONT else "the best in front."
    return Words(lead, " ".join(filter(None, [front, _outside(data), _agreement(data), _left_out(data)])))


def _agreement(data: Parallel) -> str:
    if len(data.lines) < 4 * FRONT:
        return ""
    agreed = [words for axis in data.axes if (words := _agreed(axis, data.rows.front))]
    if not agreed:
        return f"The {FRONT} best agree on no parameter: there are several ways to a good value."
    return f"The {FRONT} best agree on {listed(agreed)}; where a parameter hardly matters that is chance."


def _agreed(axis: Axis, front: Sequence[Line]) -> str:
    places = [place for place in axis.places(front) if place is not None]
    if len(places) < len(front):
        return ""
    values = [params[axis.name] for _, _, params in front]
    if axis.choices:
        return f"{axis.name} {setting(values[0])}" if len(set(places)) == 1 else ""
    if max(places) - min(places) > CLOSE:
        return ""
    low, high = (_rough(value) for value in (min(values), max(values)))
    return f"{axis.name} {low}" if low == high else f"{axis.name} {low} to {high}"


def _rough(value: Any) -> str:
    return short(float(f"{value:.3g}")) if isinstance(value, float) else setting(value)


def _outside(data: Parallel) -> str:
    parameters = data.rows.space.parameters
    found = [
        params
        for _, _, params in data.lines
        if any(strays(name, parameters[name], params) for name in data.rows.space.names)
    ]
    if not found:
        return ""
    lie = "lies" if len(found) == 1 else "lie"
    return f"{count(len(found), 'trial')} of an earlier space {lie} outside of the present one."


def _left_out(data: Parallel) -> str:
    if not data.hidden:
        return ""
    chosen = "the most important ones" if data.rows.important else "those of the best trials first"
    return f"{count(data.hidden, 'parameter')} had no room: shown are {chosen}."


CHART = Chart("All configurations", rows, data, figure, words, selected=selected, drawn_by="parallel")
