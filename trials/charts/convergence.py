"""The convergence chart: every trial, the best so far, the default and what is still to come."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from trials.models import Study, Trial
from trials.models.trial import TrialQuerySet
from trials.wording import Shown, count, five, gain, listed, metric_title, plus_minus

from .base import Chart, StudyFacts, Words
from .chosen import finished
from .chosen import improved as improved_trials
from .scale import Scale, scale_of
from .selection import MARKS, SUMMARISE_ABOVE, at_resolution, improvements, stride
from .template import colour, horizontal, label, layout, line, listing, markers, rounded, vertical

#: How many dots name their parameters when pointed at; all others name number and value.
DESCRIBED = 150
#: The share of the axis under the lowest value, for the marks of failed and pruned trials.
_FOOT = 0.16
#: The share of the axis behind the last trial that the labels need, and the one they need between them.
_LABEL_WIDTH, _LABEL_HEIGHTS = 0.15, 0.15
_MOST_TICKS = 8


#: Number, state and value; a trial that breaks a limit has the state BROKEN.
Mark = tuple[int, str, float | None]
BROKEN = "broken"


@dataclass(frozen=True)
class Rows:
    """What is read: (number, state, value) of finished trials in number order, and details of a few."""

    marks: Sequence[Mark]
    params: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    fold_scores: Sequence[float] = ()
    """Of the best trial, where it was scored in folds."""
    complete: int | None = None
    """How many are complete, where only a part of them was read."""
    rivals: int | None = None
    """How many others lie within the best's standard error, where the database had to count them."""


@dataclass(frozen=True)
class Convergence:
    """What the chart shows, with the metric's sign as it is shown."""

    facts: StudyFacts
    scale: Scale
    dots: Sequence[tuple[int, float]]
    params: Mapping[int, Mapping[str, Any]]
    improving: Sequence[tuple[int, float]]
    """The best so far, each time it changed."""
    failed: Sequence[int]
    pruned: Sequence[int]
    broken: Sequence[tuple[int, float]]
    """Trials that break a limit, whatever their value."""
    last: int
    """The highest number among finished trials."""
    since: int
    """How many finished after the best in number order; of a long study, how many numbers it is back."""
    every: int
    """1 when all trials are drawn, else one in this many of those that did not improve."""
    beyond: int
    """Dots that lie outside the axis."""
    error: float | None
    """Standard error of the best value over its folds."""
    rivals: int
    """Other trials within that error of the best."""

    @property
    def drawable(self) -> bool:
        """Whether two trials are complete; with fewer, words say it all."""
        return len(self.dots) > 1


def rows(study: Study) -> Rows:
    """Read the finished trials, of a long study those that are drawn; parameters only of a few."""
    long = study.n_terminal > SUMMARISE_ABOVE
    trials = (_drawn(study) if long else finished(study)).as_far_as_the_best(study)
    shown = Shown(study.metric, study.maximize)
    stored = trials.order_by("number").values_list("number", "state", "value", "feasible")
    marks: list[Mark] = [
        (number, state if kept else BROKEN, shown.value(value))  # type: ignore[misc]
        for number, state, value, kept in stored
    ]
    improving = [number for number, _ in improvements(_complete(marks), StudyFacts.of(study))]
    newest = (number for number, _, _ in reversed(marks[-DESCRIBED:]))
    wanted = dict.fromkeys([*reversed(improving), *newest])
    described = study.trials.filter(number__in=list(wanted)[:DESCRIBED])
    best = study.trials.filter(number__in=improving[-1:]).values_list("folds", flat=True).first()
    params: dict[int, Any] = dict(described.values_list("number", "params"))  # type: ignore[arg-type]
    scores = [fold["score"] for fold in best or ()]
    if not long:
        return Rows(marks, params, scores)
    return Rows(marks, params, scores, study.n_complete, _rivals(study, _standard_error(scores)))


def _drawn(study: Study) -> TrialQuerySet:
    """Each trial that improved, an even part of the others, and the last; an index alone finds their keys."""
    last = finished(study).order_by("-number").values_list("pk", flat=True)[:1]
    keys = [*improved_trials(study), *last]
    for state, every in (
        (Trial.State.COMPLETE, stride(study.n_complete)),
        (Trial.State.FAILED, -(-study.n_failed // MARKS) or 1),
        (Trial.State.PRUNED, -(-study.n_pruned // MARKS) or 1),
    ):
        part = study.trials.numbered().filter(state=state).alias(turn=F("number") % every)
        keys += part.filter(turn=0).values_list("pk", flat=True)
    return finished(study).filter(pk__in=keys)


def _rivals(study: Study, error: float | None) -> int | None:
    """How many others are about as good as the best; an index counts them."""
    if error is None or study.best_value is None:
        return None
    near = (study.best_value - error, study.best_value + error)
    return study.trials.ranked(study).filter(value__range=near).count() - 1


def data(facts: StudyFacts, rows: Rows) -> Convergence:
    """Choose what is drawn: all of up to 2,000 trials, a fixed number of marks of a longer study."""
    complete = _complete(rows.marks)
    failed, pruned = (
        [number for number, state, _ in rows.marks if state == wanted]
        for wanted in (Trial.State.FAILED, Trial.State.PRUNED)
    )
    broken = [(n, value) for n, state, value in rows.marks if state == BROKEN and value is not None]
    improving, every, dots = improvements(complete, facts), 1, complete
    error = _standard_error(rows.fold_scores)
    rivals = sum(abs(value - improving[-1][1]) <= error for _, value in complete) - 1 if error else 0
    best, last = improving[-1][0] if improving else -1, rows.marks[-1][0] if rows.marks else -1
    since = last - best if rows.complete is not None else sum(number > best for number, _, _ in rows.marks)
    if rows.complete is not None or len(rows.marks) > SUMMARISE_ABOVE:
        every = stride(rows.complete or len(complete))
        improving, failed, pruned = at_resolution(improving), at_resolution(failed), at_resolution(pruned)
        broken = at_resolution(broken)
        dots = sorted({*improving, *(dot for dot in complete if dot[0] % every == 0)})
    scale = _scale(facts, [value for _, value in complete])
    return Convergence(
        facts=facts,
        scale=scale,
        dots=dots,
        params=rows.params,
        improving=improving,
        failed=failed,
        pruned=pruned,
        broken=broken,
        last=last,
        since=since,
        every=every,
        beyond=scale.beyond([value for _, value in complete]),
        error=error,
        rivals=rivals if rows.rivals is None else rows.rivals,
    )


def _complete(marks: Sequence[Mark]) -> list[tuple[int, float]]:
    return [(n, value) for n, state, value in marks if state == Trial.State.COMPLETE and value is not None]


def _standard_error(scores: Sequence[float]) -> float | None:
    count = len(scores)
    if count < 2:
        return None
    mean = sum(score / count for score in scores)
    error = math.hypot(*(score - mean for score in scores)) / math.sqrt(count * (count - 1))
    rounding = 1e-12 * max(map(abs, scores))
    return error if rounding < error < math.inf else None


def _scale(facts: StudyFacts, values: list[float]) -> Scale:
    default = [] if facts.default_value is None else [facts.default_value]
    return scale_of(values + default or [0.0], maximize=facts.maximize, foot=_FOOT, head=0.12)


def words(data: Convergence) -> Words:
    """Say how far the search has come and how far its best can be trusted."""
    facts = data.facts
    if not data.improving:
        if facts.over:
            return Words("The study ended with no result.", f"{_over(data)} {_unfinished(facts)}".strip())
        if data.broken:
            return Words("No trial keeps the limits yet.", f"{_over(data)} {_unfinished(facts)}".strip())
        rest = _unfinished(facts) or "The chart begins with the second one."
        return Words("No trial is complete yet.", rest)
    number, value = data.improving[-1]
    standing = "the best" if facts.over else "the best so far"
    lead = f"Trial {number:,} is {standing}: {metric_title(facts.metric)} {five(value)}."
    if not data.drawable:
        return Words(lead, f"The chart begins with the second one. {_unfinished(facts)}".strip())
    trust = _standing(data), _trust(data), _over(data)
    return Words(
        lead,
        " ".join(
            filter(
                None,
                [_against_default(facts, value, data.broken), *trust, _unfinished(facts), _left_out(data)],
            )
        ),
    )


def _against_default(facts: StudyFacts, best: float, broken: Sequence[tuple[int, float]]) -> str:
    if any(number == 0 and value == facts.default_value for number, value in broken):
        return "The default breaks a limit."
    if facts.default_value == best:
        return "Nothing has beaten the default yet."
    against = gain(best, facts.default_value, facts.maximize)
    if against is None:
        return ""
    return f"It is {against.words}." if not against.worse else f"That is still worse: {against.words}."


def _standing(data: Convergence) -> str:
    return f"The {count(data.since, 'trial')} after it did not improve on it." if data.since >= 5 else ""


def _trust(data: Convergence) -> str:
    if not data.error:
        return ""
    margin = f"one standard error over its folds ({plus_minus(data.error)})"
    if data.rivals <= 0:
        return f"No other trial comes within {margin}."
    lie, they_are = ("lies", "it is") if data.rivals == 1 else ("lie", "they are")
    return f"{count(data.rivals, 'other trial')} {lie} within {margin}: {they_are} about as good."


def _over(data: Convergence) -> str:
    broken = len(data.broken)
    return f"{count(broken, 'hollow one')} {'breaks' if broken == 1 else 'break'} a limit." if broken else ""


def _unfinished(facts: StudyFacts) -> str:
    states = ((facts.failed, "failed"), (facts.pruned, "pruned"))
    counts = listed([f"{number:,} {state}" for number, state in states if number])
    return f"{counts}." if counts else ""


def _left_out(data: Convergence) -> str:
    parts = []
    if data.every > 1:
        parts.append(f"Drawn are all that improved and one in {data.every} of the others.")
    if data.beyond:
        lie = "lies" if data.beyond == 1 else "lie"
        parts.append(f"{count(data.beyond, 'trial')} {lie} beyond the edge, at the triangles.")
    return " ".join(parts)


def figure(data: Convergence) -> dict[str, Any] | None:
    """Return the Plotly figure; None until two trials are complete."""
    if not data.drawable:
        return None
    end = max(data.last, (data.facts.planned or 0) - 1) if not data.facts.over else data.last
    margin = max(1, end) * 0.02
    come = end + margin
    room = _LABEL_WIDTH * end if end - data.last < _LABEL_WIDTH * end else 0.0
    span = (-margin, come + room)
    ground = "sunken" if not room else "card"
    traces = [
        *([_rings(data)] if data.broken else []),
        _dots(data),
        _steps(data),
        _best(data),
        _rug(data.pruned, "pruned"),
        _rug(data.failed, "failed"),
    ]
    drawn = layout(
        xaxis=horizontal(range=list(span), title="Trial", tickvals=_whole_ticks(end), tickformat=",d"),
        yaxis=vertical(**data.scale.axis()),
        yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True},
        shapes=[],
        annotations=[_end_value(data, ground)],
    )
    if data.last + 0.5 < end:
        drawn["shapes"].append(_still_to_come(data.last + 0.5, come))
        drawn["annotations"] += _called_so(data.last + 0.5, come)
    if data.facts.default_value is not None:
        traces[:0] = _default_line(data.scale, data.facts.default_value, span)
        drawn["annotations"].append(_default_label(data, data.facts.default_value, ground))
    return {"data": traces, "layout": drawn}


def _dots(data: Convergence) -> dict[str, Any]:
    scale, few = data.scale, len(data.dots) <= 300
    marker = {
        "size": 8 if few else 5,
        "opacity": 0.8,
        "color": colour("category-1"),
        "symbol": [_symbol(scale, value) for _, value in data.dots] if data.beyond else "circle",
        "line": {"width": 1 if few else 0.5, "color": colour("card")},
    }
    return _marks(data, data.dots, "Trial {}", marker)


def _rings(data: Convergence) -> dict[str, Any]:
    ring = {"size": 8, "symbol": "circle-open", "color": colour("warn-mark"), "line": {"width": 1.5}}
    return _marks(data, data.broken, "Trial {}, breaks a limit", ring)


def _symbol(scale: Scale, value: float) -> str:
    if scale.inside(value):
        return "circle"
    return "triangle-up" if scale.above(value) else "triangle-down"


def _best(data: Convergence) -> dict[str, Any]:
    marker = {"size": 9, "color": colour("accent"), "line": {"width": 1.5, "color": colour("card")}}
    return _marks(data, data.improving[-1:], "Trial {}, the best", marker)


def _marks(
    data: Convergence, dots: Sequence[tuple[int, float]], heading: str, marker: dict[str, Any]
) -> dict[str, Any]:
    heights = [data.scale.edge(value) for _, value in dots]
    texts = [_hover(value, data.params.get(number)) for number, value in dots]
    return markers([number for number, _ in dots], heights, heading, texts, marker)


def _hover(value: float, params: Mapping[str, Any] | None) -> str:
    return five(value) if params is None else f"{five(value)}<br>{listing(params)}"


def _steps(data: Convergence) -> dict[str, Any]:
    points = [*data.improving, (data.last, data.improving[-1][1])]
    places = [(number, data.scale.edge(value)) for number, value in points]
    return line(places, shape="hv", width=2.25, color=colour("accent"))


def _rug(numbers: Sequence[int], state: str) -> dict[str, Any]:
    """Marks along the foot; where they are many, thin ones in a lane for each state."""
    symbol, tone, lane = {"failed": ("x-thin", "bad", 0.03), "pruned": ("line-ns", "warn", 0.075)}[state]
    if len(numbers) <= 150:
        marker = {"size": 8, "symbol": symbol, "line": {"width": 1.75, "color": colour(tone)}}
        lane = 0.05
    else:
        marker = {"size": 4, "symbol": "line-ns", "line": {"width": 1, "color": colour(tone, 0.5)}}
    return markers(numbers, [lane] * len(numbers), "Trial {}", state, marker) | {"yaxis": "y2"}


def _still_to_come(start: float, end: float) -> dict[str, Any]:
    area = {"type": "rect", "xref": "x", "yref": "paper", "x0": start, "x1": end, "y0": 0, "y1": 1}
    return {**area, "layer": "below", "fillcolor": colour("sunken"), "line": {"width": 0}}


def _called_so(start: float, end: float) -> list[dict[str, Any]]:
    if end - start < 0.12 * end:
        return []
    place = {"x": (start + end) / 2, "xref": "x", "y": 1, "yref": "paper", "yanchor": "top"}
    return [label("still to come", "faint", name="still to come", **place)]


def _default_line(scale: Scale, value: float, span: tuple[float, float]) -> list[dict[str, Any]]:
    ends = [(x, value) for x in span]
    return [line(ends, width=1.25, color=colour("muted"), dash="4px,4px")] if scale.inside(value) else []


def _whole_ticks(end: int) -> list[int]:
    steps = (digit * 10**power for power in range(10) for digit in (1, 2, 5))
    step = next(step for step in steps if end / step < _MOST_TICKS)
    return list(range(0, end + 1, step))


def _default_label(data: Convergence, value: float, ground: str) -> dict[str, Any]:
    """Sits on its line, or points to where the line would be; below it when the best is just above."""
    scale = data.scale
    place = {"x": 1, "xref": "paper", "xanchor": "right", "y": rounded(scale.place(scale.edge(value)))}
    arrow = "" if scale.inside(value) else " ↑" if scale.above(value) else " ↓"
    side = "top" if _outer_side(data) == "bottom" else "bottom"
    text = f"default {five(value)}{arrow}"
    return label(text, "muted", yanchor=side, bgcolor=colour(ground), borderpad=1, **place)


def _end_value(data: Convergence, ground: str) -> dict[str, Any]:
    """The best value behind the end of its line; turned away from the default's where they are close."""
    value = data.improving[-1][1]
    place = {"x": data.last, "y": rounded(data.scale.place(value)), "name": "best value"}
    place |= {"xanchor": "left", "xshift": 10, "yanchor": _outer_side(data) or "middle"}
    return label(f"<b>{five(value)}</b>", "accent", bgcolor=colour(ground, 0.7), borderpad=1, **place)


def _outer_side(data: Convergence) -> str:
    """The anchor that puts the best's label away from the default's; "" where they are far apart."""
    scale, default = data.scale, data.facts.default_value
    if default is None:
        return ""
    best, other = scale.place(data.improving[-1][1]), scale.place(scale.edge(default))
    if abs(best - other) > _LABEL_HEIGHTS * (scale.high - scale.low):
        return ""
    above = data.facts.maximize if best == other else best > other
    return "bottom" if above else "top"


CHART = Chart(title="Convergence", rows=rows, data=data, figure=figure, words=words)
