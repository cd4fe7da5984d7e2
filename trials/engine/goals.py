"""What a study optimizes and what it keeps within limits: checked for `plan`, measured for `finish`."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trials.objectives.base import Metric, Objective, ObjectiveError, unknown

from .findings import Findings, finite, shown

MOST_METRICS = 4
MOST_LIMITS = 10
LONGEST_METRIC = 100
DIRECTIONS = ("minimize", "maximize")


@dataclass(frozen=True)
class Goals:
    """Metrics and directions, parallel; constraints such as {"metric": "predict_ms", "max": 5}."""

    metrics: list[str]
    directions: list[str]
    constraints: list[dict[str, Any]]


def check_goals(
    data: Mapping[str, Any], objective: Objective, found: Findings
) -> tuple[Objective, Goals | None]:
    """The study's goals and the objective that measures all they name; None where something is wrong."""
    before = len(found.fields)
    metrics, constraints = _metrics(data, found), _constraints(data, found)
    if len(found.fields) > before:
        return objective, None
    objective = _measuring(data, objective, metrics, constraints, found)
    metrics = metrics or list(objective.metrics)
    directions = _directions(data, metrics, objective.measurable, found)
    return objective, Goals(metrics, directions, constraints) if len(found.fields) == before else None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _metrics(data: Mapping[str, Any], found: Findings) -> list[str]:
    """The metrics that are given; none where the objective's own are meant."""
    metrics = data.get("metrics")
    if not metrics:
        return []
    if not _texts(metrics):
        found.add(
            "metrics", 'metrics and directions are lists of texts, such as ["accuracy"] and ["maximize"]'
        )
        return []
    for name in metrics:
        if len(name) > LONGEST_METRIC or not name.isprintable():
            found.add("metrics", f"“{name[:40]}” is no name: up to {LONGEST_METRIC} letters")
        if metrics.count(name) > 1:
            found.add("metrics", f"“{name}” is there {metrics.count(name)} times: name each metric once")
            break
    if len(metrics) > MOST_METRICS:
        found.add("metrics", f"{len(metrics)} objectives are too many: choose up to {MOST_METRICS}")
    return list(metrics)


def _directions(
    data: Mapping[str, Any],
    metrics: list[str],
    measurable: Mapping[str, Metric],
    found: Findings,
) -> list[str]:
    """The directions given, or those the metrics have by themselves; a contradicting one is noted."""
    given = data.get("directions")
    known = [measurable[name].direction if name in measurable else None for name in metrics]
    if not given:
        return [direction or "minimize" for direction in known]
    if not _texts(given):
        found.add("directions", 'directions are a list of texts, such as ["maximize", "minimize"]')
        return []
    if len(given) != len(metrics):
        found.add("directions", f"{len(given)} directions for {len(metrics)} metrics: give one each")
        return []
    for name, direction, natural in zip(metrics, given, known, strict=True):
        if direction not in DIRECTIONS:
            found.add("directions", f"“{direction}” is no direction; choose minimize or maximize")
        elif natural is not None and direction != natural:
            found.add("directions", f"{name} is to {natural}, not to {direction}")
    return list(given)


def _measuring(
    data: Mapping[str, Any],
    objective: Objective,
    metrics: list[str],
    constraints: list[dict[str, Any]],
    found: Findings,
) -> Objective:
    """The objective that also measures what is optimized and limited."""
    asked = data.get("objective")
    scoring = asked.get("scoring") if isinstance(asked, Mapping) else None
    if metrics and scoring and objective.kind == "model" and scoring != metrics[0]:
        found.add("metrics", f"the objective's scoring is {scoring}: name it first, or leave it out")
        return objective
    limited = [limit["metric"] for limit in constraints]
    try:
        objective = objective.measuring(metrics or objective.metrics)
    except ObjectiveError as error:
        found.add("metrics", error.message)
        return objective
    try:
        return objective.measuring([*objective.metrics, *limited])
    except ObjectiveError as error:
        found.add(f"constraints.{limited.index(error.field)}.metric", error.message)
        return objective


def _constraints(data: Mapping[str, Any], found: Findings) -> list[dict[str, Any]]:
    given = data.get("constraints")
    if not given:
        return []
    if not isinstance(given, list) or not all(isinstance(limit, Mapping) for limit in given):
        example = '[{"metric": "predict_ms", "max": 5}]'
        found.add("constraints", f"constraints are a list such as {example}, not {shown(given)}")
        return []
    if len(given) > MOST_LIMITS:
        found.add("constraints", f"{len(given)} limits are too many: give up to {MOST_LIMITS}")
        return []
    return [limit for place, one in enumerate(given) for limit in _limit(one, f"constraints.{place}", found)]


def _limit(given: Mapping[str, Any], place: str, found: Findings) -> Iterator[dict[str, Any]]:
    """A limit for each end, complete and valid; nothing where it is wrong."""
    before = len(found.fields)
    for key in given:
        if key not in ("metric", "min", "max"):
            found.add(f"{place}.{str(key)[:40]}", unknown("field", key, ("metric", "min", "max")))
    metric = given.get("metric")
    if not isinstance(metric, str) or not metric or len(metric) > LONGEST_METRIC or not metric.isprintable():
        found.add(f"{place}.metric", f"the name of what is limited is needed, not {shown(metric)}")
    ends = {end: given[end] for end in ("min", "max") if given.get(end) is not None}
    if not ends:
        found.add(place, "a limit is needed: max (at most) or min (at least)")
    for end, value in ends.items():
        if not finite(value, -math.inf):
            found.add(f"{place}.{end}", f"{end} must be a finite number, not {shown(value)}")
    if len(found.fields) == before and ends.get("min", -math.inf) > ends.get("max", math.inf):
        found.add(f"{place}.min", f"{ends['min']} is above the max of {ends['max']}: nothing can keep both")
    if len(found.fields) == before:
        yield from ({"metric": metric, end: ends[end]} for end in ("max", "min") if end in ends)


def excesses(constraints: Sequence[Mapping[str, Any]], measured: Mapping[str, float]) -> list[float | None]:
    """By how much each limit is broken, in the metric's own unit; ≤ 0 keeps it, None was not measured."""
    found: list[float | None] = []
    for limit in constraints:
        value = measured.get(limit["metric"])
        found += [] if "max" not in limit else [None if value is None else value - limit["max"]]
        found += [] if "min" not in limit else [None if value is None else limit["min"] - value]
    return found
