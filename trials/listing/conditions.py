"""Conditions on rows of trials and on rows of their parameters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from trials.models import ParameterValue, Trial

from .fields import Field
from .filters import Choice, Range

Ends = tuple[float | None, float | None]
VALUED = (Trial.State.COMPLETE, Trial.State.PRUNED)


@dataclass(frozen=True)
class Condition:
    """One of a trial's own columns (or a metric) and what it is compared with."""

    column: str
    lookups: tuple[tuple[str, Any], ...]
    metric: str = ""

    def apply(self, trials: QuerySet[Trial]) -> QuerySet[Trial]:
        name = self.column
        if self.metric:
            name = alias_of(self.metric)
            trials = trials.alias(**{name: number_of(self.metric)})
        return trials.filter(**{f"{name}__{lookup}": value for lookup, value in self.lookups})


#: What no other trial beats, of several objectives.
ON_FRONT = (Condition("joined_front", (("isnull", False),)), Condition("left_front", (("isnull", True),)))


def within(column: str, ends: Ends, metric: str = "") -> Condition:
    """From the first to the second end; None leaves one open."""
    low, high = ends
    lookups = [("gte", low)] if low is not None else []
    lookups += [("lte", high)] if high is not None else []
    return Condition(column, tuple(lookups), metric)


def among(column: str, values: Iterable[Any]) -> Condition:
    return Condition(column, (("in", tuple(values)),))


def alias_of(metric: str) -> str:
    """A name for a metric's number within a query; metrics may be called anything."""
    return "metric_" + metric.encode().hex()


def number_of(metric: str) -> Cast:
    """A metric out of the trial's JSON, None where it was not measured."""
    return Cast(KeyTextTransform(metric, "metrics"), FloatField())


def on_parameter(part: Range | Choice) -> Q:
    """A condition on rows of ParameterValue."""
    named = Q(name=part.field.name)
    if isinstance(part, Choice):
        return named & Q(text__in=part.values)
    low, high = part.stored
    from_low = Q() if low is None else Q(number__gte=low)
    return named & from_low & (Q() if high is None else Q(number__lte=high))


def having(condition: Q, trial: str) -> Q:
    """Whether the trial has such a value, asked of one trial after the other along another index.

    Databases leave a subquery of one value where it stands. Without the study in it, as a planner would else
    take the longer index.
    """
    values = ParameterValue.objects.filter(condition, trial=OuterRef(trial))
    return Q(IsNull(Subquery(values.values("trial_id")[:1]), False))


def having_value(name: str, text: str) -> Q:
    """Trials whose parameter has a value, tested one after the other along another index."""
    return having(Q(name=name, text=text), "pk")


def on_column(part: Range | Choice) -> Condition:
    """A condition on the trial's own columns or metrics."""
    field: Field = part.field
    if isinstance(part, Choice):
        return among(field.column, part.values)
    return within(field.column, part.stored, field.name if field.source == "metric" else "")
