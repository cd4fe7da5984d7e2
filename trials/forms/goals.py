"""Several objectives and limits in the new study form: what there is to choose, texts to JSON and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from trials.objectives.base import Metric
from trials.objectives.kinds.function import FUNCTIONS
from trials.objectives.scoring import SAME_AS_METRIC, measured_beside

from . import numbers
from .fields import number_field
from .selection import dataset_named, fitting_scorers, in_words, lowered, names_in

#: Rows of limits that the form has at most; one blank row is shown below those that say something.
MOST_ROWS = 10
SIDES = (("max", "at most"), ("min", "at least"))
OTHER_SIDE = {"max": "min", "min": "max"}


@dataclass(frozen=True)
class Goal:
    """Something that can be optimized beside the score."""

    name: str
    title: str
    more: bool
    ticked: bool


def goals(texts: Mapping[str, str]) -> list[Goal]:
    """What can be optimized beside the score, what it costs first; what is ticked is always there."""
    ticked = names_in(texts.get("goals", ""))
    scoring = texts.get("scoring", "")
    offered = {
        name: metric
        for name, metric in _measurable(texts).items()
        if name in ticked or (name != scoring and not _twin(name, scoring))
    }
    offered |= {name: Metric(name, name, "maximize") for name in ticked if name not in offered}
    return [
        Goal(name, metric.title, (metric.direction == "maximize") != name.startswith("neg_"), name in ticked)
        for name, metric in offered.items()
    ]


def _measurable(texts: Mapping[str, str]) -> dict[str, Metric]:
    """What is measured beside the scores, then the scores; of a function, all that it measures."""
    if texts.get("kind") == "function":
        function = FUNCTIONS.get(texts.get("function", ""))
        names = (*function.metrics, *function.beside) if function else ()
        return {name: Metric(name, name, "minimize") for name in names}
    info = dataset_named(texts.get("dataset", ""))
    if info is None:
        return {}
    scorers = fitting_scorers(info, [texts.get("model", ""), *names_in(texts.get("also", ""))])
    probabilities = any(scorer.probabilities for scorer in scorers)
    costs = dict(reversed(measured_beside(info.task, probabilities).items()))
    return costs | {each.name: Metric(each.name, in_words(each), "maximize") for each in scorers}


def _twin(name: str, scoring: str) -> bool:
    """Whether the form offers the same number under another name: an error stands for its negated score."""
    same = {scorer: metric for scorer, (metric, sign) in SAME_AS_METRIC.items() if sign < 0}
    return name in same or same.get(scoring) == name


# --- limits -------------------------------------------------------------------------------------------
def limit_key(place: int, part: str) -> str:
    """The name of a field of a row: its metric, its side or its number."""
    return f"limit-{place}-{part}"


def limit_fields() -> Iterator[tuple[str, forms.Field]]:
    """A metric, a side and a number for each row."""
    for place in range(MOST_ROWS):
        words = f"Limit {place + 1}"
        yield limit_key(place, "metric"), _select(f"{words}, of")
        yield limit_key(place, "side"), _select(f"{words}, side", SIDES)
        yield limit_key(place, "value"), number_field(label=words)


def _select(label: str, choices: Sequence[tuple[str, str]] = ()) -> forms.CharField:
    widget = forms.Select({"class": "select"}, choices=choices)
    return forms.CharField(required=False, max_length=200, label=label, widget=widget)


def limit_choices(texts: Mapping[str, str], chosen: str) -> list[tuple[str, str]]:
    """What can be limited, as the options of one row's list."""
    known = {
        name: lowered(metric.title)
        for name, metric in _measurable(texts).items()
        if not _twin(name, "") or name == chosen
    }
    known |= {chosen: chosen} if chosen and chosen not in known else {}
    return [("", "no limit"), *known.items()]


def said_rows(texts: Mapping[str, str]) -> list[int]:
    """The rows that say something."""
    return [
        place
        for place in range(MOST_ROWS)
        if texts.get(limit_key(place, "metric"), "").strip()
        or texts.get(limit_key(place, "value"), "").strip()
    ]


def shown_rows(texts: Mapping[str, str]) -> range:
    """All up to the last that says something, and a blank one."""
    said = said_rows(texts)
    return range(min(MOST_ROWS, said[-1] + 2 if said else 1))


def limit_of(metric: str, side: str, value: float | None) -> dict[str, Any]:
    """A row as JSON; the limit of an error is stored as that of its negated score."""
    named = {"metric": metric} if metric else {}
    side = side or "max"
    if value is None:
        return named
    if metric.startswith("neg_"):
        return named | {OTHER_SIDE.get(side, side): -value}
    return named | {side: value}


def limit_texts(constraints: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The fields' texts that say a study's limits."""
    texts: dict[str, str] = {}
    for place, limit in enumerate(constraints[:MOST_ROWS]):
        side = "min" if "min" in limit else "max"
        shown = limit_of(limit["metric"], side, limit[side])
        (turned,) = [key for key in shown if key != "metric"]
        texts |= {
            limit_key(place, "metric"): limit["metric"],
            limit_key(place, "side"): turned,
            limit_key(place, "value"): numbers.typed(shown[turned]),
        }
    return texts
