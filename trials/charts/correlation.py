"""The correlation chart: how parameters and metrics rise and fall together, by rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F
from scipy.stats import rankdata

from optimizers.space import Space
from trials.listing import own_name
from trials.models import Study, Trial
from trials.wording import Shown, count, fixed, metric_title, model_title

from .asking import ranked_parameters
from .base import Chart, Shelf, StudyFacts, Words
from .parallel_axis import code_of
from .template import colour, layout, plain, shortened

#: Trials read at most, evenly spread.
MOST = 2000
PARAMETERS, METRICS = 10, 3
#: Pairs of fewer trials in which both are present say nothing.
FEWEST = 10

Row = tuple[float | None, float | None, Mapping[str, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Rows:
    """What is read: (value as shown, seconds, metrics, params) of complete trials."""

    space: Space
    names: Sequence[str]
    metric: str
    trials: Sequence[Row] = ()


@dataclass(frozen=True)
class Correlation:
    """(k, k) rank correlations and in how many trials each pair is present; NaN where too few are."""

    titles: tuple[str, ...]
    found: Any
    counts: Any
    results: int
    left_out: int


def rows(study: Study) -> Rows:
    """Read an even sample of the complete trials."""
    shown = Shown(study.metric, study.maximize)
    complete = study.trials.numbered().filter(state=Trial.State.COMPLETE)
    every = -(-study.next_number // MOST) or 1
    if every > 1:
        complete = complete.alias(turn=F("number") % every).filter(turn=0)
    found = complete.order_by("number").values_list("value", "seconds", "metrics", "params")
    trials = [(shown.value(value), seconds, metrics, params) for value, seconds, metrics, params in found]
    return Rows(study.space.space, ranked_parameters(study), study.metric, trials)


def data(facts: StudyFacts, rows: Rows) -> Correlation:
    """Rank everything that has an order; categories have none and are left out."""
    parameters = rows.space.parameters
    ordered = [name for name in rows.names if parameters[name].kind != "categorical"]
    ordered += [name for name in rows.names if parameters[name].type == "boolean"]
    columns = [(metric_title(facts.metric), [row[0] for row in rows.trials])]
    columns.append(("training time", [row[1] for row in rows.trials]))
    columns += [(metric_title(name), [row[2].get(name) for row in rows.trials]) for name in _measured(rows)]
    columns += [
        (_short(rows.space, name), [code_of(parameters[name], name, row[3]) for row in rows.trials])
        for name in ordered[:PARAMETERS]
    ]
    values = np.array([[np.nan if each is None else each for each in column] for _, column in columns], float)
    varied = [at for at in range(len(columns)) if _varies(values[at])]
    found, counts = _ranked(values[varied] if varied else np.empty((0, 0)))
    titles = tuple(columns[at][0] for at in varied)
    shown = sum(at >= len(columns) - len(ordered[:PARAMETERS]) for at in varied)
    return Correlation(titles, found, counts, len(rows.trials), len(rows.names) - shown)


def _short(space: Space, name: str) -> str:
    own, model = own_name(space, name)
    return f"{own} · {model_title(model)}" if model else name


def _varies(column: Any) -> bool:
    present = column[np.isfinite(column)]
    return len(present) >= FEWEST and bool(np.ptp(present))


def _measured(rows: Rows) -> list[str]:
    """Metrics beside the value itself that are numbers."""
    first = rows.trials[0][2] if rows.trials else {}
    same = metric_title(rows.metric)
    numbers = [name for name, value in first.items() if isinstance(value, int | float)]
    return [name for name in numbers if metric_title(name) != same][:METRICS]


def _ranked(values: Any) -> tuple[Any, Any]:
    size = len(values)
    found, counts = np.full((size, size), np.nan), np.zeros((size, size), dtype=int)
    for one in range(size):
        for other in range(one + 1):
            both = np.isfinite(values[one]) & np.isfinite(values[other])
            counts[one, other] = counts[other, one] = both.sum()
            if both.sum() >= FEWEST and np.ptp(values[one][both]) and np.ptp(values[other][both]):
                ranks = rankdata(values[one][both]), rankdata(values[other][both])
                found[one, other] = found[other, one] = np.corrcoef(*ranks)[0, 1]
    return found, counts


def figure(data: Correlation) -> dict[str, Any] | None:
    """Return the Plotly figure: the lower half of the matrix; None below ten results."""
    if data.results < FEWEST or len(data.titles) < 2:
        return None
    size = len(data.titles)
    lower = [
        [None if other >= one or np.isnan(data.found[one, other]) else round(float(data.found[one, other]), 2)
         for other in range(size)]
        for one in range(size)
    ]  # fmt: skip
    names = [plain(shortened(title, 20)) for title in data.titles]
    ticks = {
        "tickmode": "array",
        "tickvals": list(range(size)),
        "ticktext": names,
        "tickfont": {"size": 11.5},
    }
    plainly = {"showgrid": False, "zeroline": False, "fixedrange": True, "ticks": "", **ticks}
    heat = {
        "type": "heatmap",
        "x": list(range(size)),
        "y": list(range(size)),
        "z": lower,
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0, colour("category-2")], [0.5, colour("sunken")], [1, colour("category-4")]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{z:.2f}",
        "textfont": {"size": 11, "color": colour("ink")},
        "customdata": [[int(each) for each in row] for row in data.counts],
        "hovertemplate": "%{y} and %{x}<br><b>%{z:.2f}</b> over %{customdata} trials<extra></extra>",
        "hoverongaps": False,
    }
    return {
        "data": [heat],
        "layout": layout(
            xaxis={**plainly, "tickangle": -35, "range": [-0.5, size - 1.5]},
            yaxis={**plainly, "range": [size - 0.5, 0.5]},
            margin={"l": 136, "r": 16, "t": 8, "b": 96},
            height=max(280, 27 * size + 112),
        ),
    }


def words(data: Correlation) -> Words:
    """Name the strongest companion of the value, and what is within chance."""
    if data.results < FEWEST or len(data.titles) < 2:
        return Words(
            "What rises and falls together.", f"{data.results} of the {FEWEST} results that it takes."
        )
    metric = data.titles[0]
    with_value = [(abs(each), at) for at, each in enumerate(data.found[0]) if at and np.isfinite(each)]
    strength, at = max(with_value, default=(0.0, 0))
    chance = 2 / np.sqrt(max(2, int(data.counts[0, at]))) if at else 1.0
    if strength <= chance:
        lead = f"Nothing clearly goes with the {metric}."
    else:
        way = "rises with" if data.found[0, at] > 0 else "falls as"
        tail = data.titles[at] if data.found[0, at] > 0 else f"{data.titles[at]} rises"
        lead = f"The {metric} {way} {tail} ({fixed(float(data.found[0, at]), 2)})."
    rest = f"Rank correlations of {count(data.results, 'trial')}; within ±{chance:.2f} they may be chance."
    out = f" Left out: {count(data.left_out, 'parameter')} without an order or too few different values."
    caution = " A strong one is no cause, and a parameter that is best in the middle shows none."
    return Words(lead, rest + caution + (out if data.left_out else ""))


CHART = Chart(
    title="Correlations",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("parameters", 60, "by rank, parameters and metrics", height=340),
)
