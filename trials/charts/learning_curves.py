"""Learning curves: the values that trials reported while they trained, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trials.models import Report, Study, Trial
from trials.wording import Shown, count, metric_title

from .base import Chart, Shelf, StudyFacts, Words
from .chosen import Dot, chosen
from .regions import best_tenth
from .scale import scale_of
from .template import colour, dots, horizontal, layout, line, plain, short_float, vertical

#: Curves drawn at most, and points of each.
CURVES, POINTS = 80, 40
_FRONT = 3

Curve = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Rows:
    """What is read: the drawn trials that have reports, and their curves as (step, value as shown)."""

    dots: Sequence[Dot] = ()
    curves: Mapping[int, Curve] = field(default_factory=dict)
    reporting: int = 0


@dataclass(frozen=True)
class Curves:
    """What is drawn; `front` are the best trials."""

    facts: StudyFacts
    rows: Rows
    front: Sequence[Dot]


def rows(study: Study) -> Rows:
    """Read the reports of some trials: the best, and an even choice of the others."""
    picked = chosen(study)
    numbers = {dot.number: dot for dot in picked.dots}
    trials = study.trials.filter(number__in=list(numbers))
    pairs = list(
        Report.objects.filter(trial__in=trials).order_by().values_list("trial_id", "trial__number").distinct()
    )
    if not pairs:
        return Rows()
    ranked = sorted(pairs, key=lambda pair: pair[1] or 0)
    kept = {key for key, _ in ranked[:: max(1, -(-len(ranked) // (CURVES - 10)))]}
    best = best_tenth(StudyFacts.of(study), picked.complete)[:10]
    kept |= {key for key, number in pairs if number in {dot.number for dot in best}}
    curves = _curves(study, {key: number for key, number in pairs if key in kept})
    return Rows([numbers[number] for number in sorted(curves)], curves, len(pairs))


def _curves(study: Study, numbers: Mapping[int, Any]) -> dict[int, Curve]:
    shown = Shown(study.metric, study.maximize)
    found: dict[int, list[tuple[int, float]]] = {}
    reports = Report.objects.filter(trial_id__in=list(numbers)).order_by("trial_id", "step")
    for key, step, value in reports.values_list("trial_id", "step", "value").iterator():
        found.setdefault(numbers[key], []).append((step, shown.value(value)))  # type: ignore[arg-type]
    return {number: _thinned(curve) for number, curve in found.items()}


def _thinned(curve: Curve) -> Curve:
    """At most so many points, always with both ends."""
    step = -(-len(curve) // POINTS)
    return curve if step <= 1 else [*curve[:-1:step], curve[-1]]


def data(facts: StudyFacts, rows: Rows) -> Curves:
    complete = [dot for dot in rows.dots if dot.valued]
    return Curves(facts, rows, best_tenth(facts, complete)[:_FRONT] if complete else ())


def figure(data: Curves) -> dict[str, Any] | None:
    """Return the Plotly figure; None where nothing was reported."""
    curves = data.rows.curves
    if sum(len(curve) > 1 for curve in curves.values()) < 1:
        return None
    scale = scale_of([value for curve in curves.values() for _, value in curve], maximize=data.facts.maximize)
    front = [dot.number for dot in data.front]
    traces = []
    for dot in sorted(data.rows.dots, key=lambda dot: dot.number in front):
        best = dot.number in front
        pruned = dot.state == Trial.State.PRUNED
        tone = (
            colour("accent") if best else colour("warn-mark", 0.6) if pruned else colour("category-1", 0.38)
        )
        points = [(step, short_float(scale.edge(value))) for step, value in curves[dot.number]]
        traces.append(line(points, width=2.25 if best else 1, color=tone))
    for state, symbol, tone_name in (("pruned", "line-ns", "warn"), ("complete", "circle", "category-1")):
        ends = [dot for dot in data.rows.dots if dot.state == state and dot.number not in front]
        traces.append(_ends(data, scale, ends, symbol, tone_name))
    traces.append(_ends(data, scale, list(data.front), "circle", "accent"))
    return {
        "data": traces,
        "layout": layout(
            xaxis=horizontal(title="Step", tickformat=",d", nticks=7),
            yaxis=vertical(
                **scale.axis(), title={"text": plain(metric_title(data.facts.metric)), "font": {"size": 11.5}}
            ),
            margin={"l": 60, "r": 16, "t": 8, "b": 44},
        ),
    }


def _ends(data: Curves, scale: Any, shown: Sequence[Dot], symbol: str, tone: str) -> dict[str, Any]:
    """Where the curves end: a dot, or a stroke where the trial was pruned."""
    last = [data.rows.curves[dot.number][-1] for dot in shown]
    places = ([step for step, _ in last], [scale.edge(value) for _, value in last])
    width = 1.5 if symbol == "line-ns" else 0
    marker = {
        "symbol": symbol,
        "size": 6,
        "color": colour(tone),
        "line": {"width": width, "color": colour(tone)},
    }
    return dots([dot.number for dot in shown], places, marker, "%{y} at step %{x:,d}")


def words(data: Curves) -> Words:
    """Say what is drawn and how many were stopped early."""
    curves = data.rows.curves
    if not any(len(curve) > 1 for curve in curves.values()):
        return Words("No intermediate values.", "Trials that report while they train draw their curves here.")
    pruned = sum(dot.state == Trial.State.PRUNED for dot in data.rows.dots)
    drawn = len(curves)
    lead = f"{count(drawn, 'curve')}" + (
        f" of {data.rows.reporting:,}" if drawn < data.rows.reporting else ""
    )
    front = f", the {len(data.front)} best in front." if data.front else "."
    stopped = (
        f"{count(pruned, 'of them ends', 'of them end')} early, where the trial was pruned." if pruned else ""
    )
    return Words(lead + front, " ".join(filter(None, [stopped, _crossing(data)])))


def _crossing(data: Curves) -> str:
    """Whether an early lead lasts: if not, stopping early is a gamble."""
    full = [data.rows.curves[dot.number] for dot in data.rows.dots if dot.valued]
    full = [curve for curve in full if len(curve) > 2]
    if len(full) < 6:
        return "Too few full curves to say whether an early lead lasts."
    sign = data.facts.sign
    early = sorted(range(len(full)), key=lambda at: sign * full[at][len(full[at]) // 3][1])
    final = sorted(range(len(full)), key=lambda at: sign * full[at][-1][1])
    half = len(full) // 2
    kept = len(set(early[:half]) & set(final[:half]))
    return (
        f"Of the better half after a third of the way, {kept} of {half} were in the better half at the end."
    )


CHART = Chart(
    title="Learning curves",
    rows=rows,
    data=data,
    figure=figure,
    words=words,
    shelf=Shelf("search", 20, "what trials reported while they trained"),
)
