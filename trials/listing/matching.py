"""Filters as queries: which trials match, and how many, found from the rarest condition on.

Parameters are looked up in their own table by index. A walk along a sorted index tests each trial it meets
by a probe; where few trials match, their keys are found first and they are sorted alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from trials.models import ParameterValue, Study, Trial

from .conditions import (
    ON_FRONT,
    VALUED,
    Condition,
    Ends,
    among,
    having,
    on_column,
    on_parameter,
    probe,
    within,
)
from .fields import Field
from .filters import Filters
from .search import Found, search

#: Up to so many matching trials are sorted by themselves; more are met soon enough by walking an index.
FEW = 400
#: Studies up to this many trials say exactly how many match several conditions; larger ones stop after a few.
COUNTED = 10_000


@dataclass(frozen=True)
class Matched:
    """How many trials match (at least, unless exact); `keys` are their primary keys where they are few."""

    count: int
    exact: bool = True
    keys: list[int] | None = None


class Matching:
    """The filters of one study, ready to be put into queries."""

    def __init__(self, study: Study, filters: Filters) -> None:
        self.study, self.filters = study, filters
        parts = (*filters.ranges, *filters.choices)
        self._parameters = [on_parameter(part) for part in parts if part.field.source == "parameter"]
        self._own = list(self._conditions())
        self._found: Found | None = search(study, filters.text) if filters.text else None

    def trials(self, *, found: bool = True) -> QuerySet[Trial]:
        """The matching trials in no order: found by their own columns, or tested on a walk along an index."""
        return self._test(self.study.trials.numbered(), "", "pk", self._parameters, found)

    def values(self, field: Field) -> QuerySet[ParameterValue]:
        """The matching trials' values of one parameter, to be walked along its index."""
        return self._test_values(self._values(Q(name=field.name)), self._parameters, found=False)

    def _values(self, condition: Q) -> QuerySet[ParameterValue]:
        """Rows of parameters; the baseline has none."""
        return ParameterValue.objects.filter(condition, study=self.study)

    def _test_values(
        self, values: QuerySet[ParameterValue], others: list[Q], found: bool
    ) -> QuerySet[ParameterValue]:
        return self._test(values, "trial__", "trial_id", others, found)

    def _test(
        self, rows: QuerySet[Any], prefix: str, key: str, parameters: list[Q], found: bool
    ) -> QuerySet[Any]:
        for condition in self._own:
            rows = condition.apply(rows, prefix, found=found)
        asked = having if found else probe
        rows = rows.filter(*(asked(condition, key) for condition in parameters))
        return self._found.apply(rows, prefix, key) if self._found else rows

    def _conditions(self) -> Iterator[Condition]:
        """What the trial's own columns must fulfil."""
        filters = self.filters
        states = filters.states
        for part in (*filters.ranges, *filters.choices):
            if part.field.source != "parameter":
                yield on_column(part)
            if part.field.key == "value":
                states = states or VALUED  # says no more than the range does, and an index knows it
        if filters.top is not None:
            states = (Trial.State.COMPLETE,)
            yield within("value", self._best(filters.top))
        if states:
            yield among("state", states)
        if filters.inside is not None:
            yield among("inside", (filters.inside,))
        if filters.front:
            yield from ON_FRONT
        if filters.feasible is not None or (filters.top is not None and self.study.constraints):
            yield among("feasible", (filters.feasible is not False,))
        if filters.numbers is not None:
            yield among("number", filters.numbers)

    def _best(self, percent: float) -> Ends:
        """The range of values that the best so many per cent lie in; an index holds them sorted."""
        count = max(1, math.ceil(self.study.n_complete * percent / 100))
        ranked = self.study.trials.by_value(self.study).values_list("value", flat=True)
        worst = next(iter(ranked[count - 1 : count]), None)
        return (worst, None) if self.study.maximize else (None, worst)

    # --- how many, and which when they are few -----------------------------------------------------------
    def matched(self) -> Matched:
        """Count the matches, from the condition that fewest trials meet."""
        if self.filters.only_states:
            return self._counted()
        found = self._from_the_rarest()
        keys = list(found[: FEW + 1])
        if len(keys) <= FEW:
            return Matched(len(keys), True, keys)
        exact = self.study.next_number <= COUNTED or self._indexed
        return Matched(found.count() if exact else FEW, exact)

    @property
    def _indexed(self) -> bool:
        """Whether an index alone can count: one condition on a parameter, or some on the trial's columns."""
        counted = {"state", "value", "number", "seconds", "worker"}
        own = {condition.column for condition in self._own}
        return self._found is None and len(self._parameters) + bool(own) == 1 and own <= counted

    def _counted(self) -> Matched:
        """The study's row counts its trials by state."""
        states = self.filters.states
        count = sum(getattr(self.study, f"n_{state}") for state in states or Trial.State.values)
        if not states or count > FEW:
            return Matched(count)
        keys = list(self.trials().values_list("pk", flat=True)[:FEW])
        return Matched(len(keys), True, keys)

    def _from_the_rarest(self) -> QuerySet[Any, int]:
        """Keys of the matches, led by whichever condition meets fewest trials."""
        led: list[tuple[int, QuerySet[Any, int]]] = []
        for condition in self._parameters:
            others = [other for other in self._parameters if other is not condition]
            keys = self._test_values(self._values(condition), others, found=True)
            led.append((_up_to(self._values(condition)), keys.values_list("trial_id", flat=True)))
        if not led or self._own or (self._found and self._found.keys is not None):
            own = self._test(self.study.trials.numbered(), "", "pk", [], found=True)
            led.append((_up_to(own) if led else 0, self.trials().values_list("pk", flat=True)))
        return min(led, key=lambda one: one[0])[1]


def matching_trials(study: Study, filters: Filters) -> QuerySet[Trial]:
    """Return the matching trials in no order."""
    return Matching(study, filters).trials()


def _up_to(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted no further than makes a difference."""
    return rows[: 5 * FEW].count()
