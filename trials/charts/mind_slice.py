"""One slice of the surrogate: mean and bands over one parameter, the acquisition under it, the next trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizers.space import Space
from trials.models import Study
from trials.wording import five, metric_title

from .asking import parameter_control
from .base import Chart, Control, StudyFacts, Words
from .chosen import Chosen, Dot, chosen
from .lanes import Laned, laned
from .scale import Scale, scale_of
from .surfaces import held_words
from .surrogate import BANDS, before_control, distances, known_words, nothing_yet, view_of, widened
from .template import colour, dots, horizontal, label, layout, line, plain, rounded, short_float, vertical

#: Opacity of the nested bands, the widest first.
_OPACITY = (0.09, 0.11, 0.13, 0.16)
#: Parts of the height: the acquisition below, the value above.
_LOWER, _UPPER = (0.0, 0.2), (0.28, 1.0)


@dataclass(frozen=True)
class Rows:
    """What is read: the moment, the parameter, the drawn trials."""

    space: Space
    name: str
    before: int
    view: Mapping[str, Any]
    chosen: Chosen
    coming: Dot | None


@dataclass(frozen=True)
class Slice:
    """The curve (None where none is stored), the results known then and how near each lies to the slice."""

    facts: StudyFacts
    rows: Rows
    axis: Laned
    curve: Mapping[str, Any] | None
    known: Sequence[Dot]
    away: Sequence[float]


def controls(study: Study) -> tuple[Control, ...]:
    return (parameter_control(study, "over", "Parameter"), before_control(study))


def rows(study: Study) -> Rows:
    return asked(study, {control.key: control.default for control in controls(study)})


def asked(study: Study, choices: Mapping[str, str]) -> Rows:
    view = view_of(study, choices["before"])
    coming = coming_trial(study, view)
    before = int(choices["before"] or 0)
    return Rows(study.space.space, choices["over"], before, view, chosen(study), coming)


def coming_trial(study: Study, view: Mapping[str, Any]) -> Dot | None:
    """The trial that came next at a moment."""
    found = study.trials.filter(number=view.get("next")).values_list("number", "state", "params").first()
    return None if found is None else Dot(found[0] or 0, found[1], None, found[2])


def data(facts: StudyFacts, rows: Rows) -> Slice:
    """Take the stored curve and the results that it knows."""
    known = [dot for dot in rows.chosen.complete if dot.number < rows.before]
    curve = next((each for each in rows.view.get("curves", ()) if each["name"] == rows.name), None)
    away = [] if curve is None else distances(rows.space, curve["at"], known, (rows.name,))
    return Slice(facts, rows, laned(rows.space, rows.name, known), curve, known, away)


def figure(data: Slice) -> dict[str, Any] | None:
    """Return the Plotly figure: bands, mean, results and the next trial; the acquisition below."""
    curve = data.curve
    if curve is None:
        return None
    scale = _scale(data, curve)
    units, (*bands, gain) = widened(data.axis, curve["units"], *curve["bands"], curve["improvement"])
    units = [short_float(unit) for unit in units]
    bands = [[_inside(scale, value) for value in band] for band in bands]
    traces = [
        *(_band(units, bands[at], bands[BANDS - 1 - at], _OPACITY[at]) for at in range(BANDS // 2)),
        line(list(zip(units, bands[BANDS // 2], strict=True)), width=2.25, color=colour("accent"))
        | {"hoverinfo": "all", "hovertemplate": "%{y} predicted<extra></extra>"},
        _results(data, scale),
        *_acquisition(units, gain),
    ]
    drawn = layout(
        xaxis=horizontal(title=data.axis.title, anchor="y2", **data.axis.keys()),
        yaxis=vertical(**scale.axis(), domain=list(_UPPER)),
        yaxis2=vertical(range=[0, 1.15], showticklabels=False, domain=list(_LOWER), showgrid=False),
        shapes=data.axis.shapes(),
        annotations=[
            *data.axis.notes(),
            _heading(metric_title(data.facts.metric), _UPPER[1]),
            _heading("Expected improvement", _LOWER[1] + 0.03),
        ],
        margin={"l": 60, "r": 16, "t": 14, "b": 44},
    )
    _draw_best(data, scale, traces, drawn)
    _draw_next(data, scale, (units, bands[BANDS // 2]), traces, drawn)
    return {"data": traces, "layout": drawn}


def _scale(data: Slice, curve: Mapping[str, Any]) -> Scale:
    """Wide enough for the mean, one deviation around it and the results."""
    inner = [value for band in curve["bands"][2:-2] for value in band]
    results = [dot.value for dot in data.known if dot.value is not None]
    return scale_of([*inner, *results], maximize=data.facts.maximize)


def _inside(scale: Scale, value: float) -> float:
    """The value, or the end of the axis beyond which it lies."""
    if scale.log and value <= 0:
        return float(10**scale.low)
    end = max(scale.low, min(scale.high, scale.place(value)))
    return short_float(10**end if scale.log else end)


def _band(units: list[float], low: list[float], high: list[float], opacity: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*units, *units[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": colour("accent", opacity),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _results(data: Slice, scale: Scale) -> dict[str, Any]:
    """Results are faint and small where they lie far from the slice."""
    near = [max(0.0, 1.0 - 2.5 * away) for away in data.away]
    marker = {
        "color": colour("ink"),
        "opacity": [round(0.18 + 0.82 * each, 2) for each in near],
        "size": [round(4 + 4 * each, 1) for each in near],
        "line": {"width": 1, "color": colour("card")},
    }
    heights = [scale.edge(dot.value or 0.0) for dot in data.known]
    places = (data.axis.places(data.known), heights)
    return dots([dot.number for dot in data.known], places, marker, "%{y}")


def _acquisition(units: list[float], gain: list[float]) -> list[dict[str, Any]]:
    most = max(gain) or 1.0
    points = [(unit, short_float(each / most)) for unit, each in zip(units, gain, strict=True)]
    filled = {"yaxis": "y2", "fill": "tozeroy", "fillcolor": colour("category-2", 0.14)}
    return [line(points, width=1.75, color=colour("category-2")) | filled]


def _heading(text: str, height: float) -> dict[str, Any]:
    place = {"x": 0, "xref": "x domain", "y": height, "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return label(plain(text), "second", **place)


def _draw_best(data: Slice, scale: Scale, traces: list[dict[str, Any]], drawn: dict[str, Any]) -> None:
    best = data.rows.view.get("best")
    if best is None or not scale.inside(best):
        return
    traces.insert(0, line([(0, best), (1, best)], width=1.25, color=colour("muted"), dash="4px,4px"))
    place = {"x": 0, "y": rounded(scale.place(best)), "xanchor": "left"}
    drawn["annotations"].append(label(f"best so far {five(best)}", "muted", yanchor="top", **place))


def _draw_next(
    data: Slice, scale: Scale, mean: tuple[list[float], list[float]], traces: list[Any], drawn: dict[str, Any]
) -> None:
    """The next trial as a diamond on the mean, and a line down to the acquisition."""
    coming = data.rows.coming
    if coming is None or data.rows.name not in coming.params:
        return
    at = data.axis.places([coming])[0]
    nearest = min(range(len(mean[0])), key=lambda place: abs(mean[0][place] - at))
    look = {
        "symbol": "diamond",
        "size": 13,
        "color": colour("category-2"),
        "opacity": 1,
        "line": {"width": 2, "color": colour("card")},
    }
    traces.append(dots([coming.number], ([at], [mean[1][nearest]]), look, "comes next"))
    stroke = {"width": 1.5, "color": colour("category-2"), "dash": "2px,3px"}
    ends = {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper"}
    drawn["shapes"] = [*drawn["shapes"], {**ends, "line": stroke, "layer": "below"}]
    side = "right" if at > 0.5 else "left"
    place = {"x": at, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": side}
    drawn["annotations"].append(
        label(f"<b>next: trial {coming.number:,}</b>", "warn", xshift=-6 if side == "right" else 6, **place)
    )


def words(data: Slice) -> Words:
    """Say what is held, how much is known, and what the picture is not."""
    name = data.axis.name
    if data.curve is None:
        if not data.rows.view:
            return Words("No picture yet.", nothing_yet(data.facts.several))
        return Words(f"No slice over {name}.", "Of moments of the past the six most important are kept.")
    held = held_words(data.rows.space, data.curve["at"], (data.rows.name,))
    lead = f"The surrogate along {name}: its mean, and bands of half standard deviations up to two."
    faint = "Results that lie far from this slice are faint."
    return Words(lead, " ".join(filter(None, [held, known_words(data.rows.view.get("known", 0)), faint])))


CHART = Chart(
    title="One slice", rows=rows, data=data, figure=figure, words=words, controls=controls, asked=asked
)
