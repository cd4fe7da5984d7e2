"""Sorted pages of trials: each begins after a trial of the one before, so the last costs what the first does.

Sorting is one walk along an index over the trials that have a value, then one by number over those without.
On the way each trial is looked up among those that match; where few match, they are sorted by themselves.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from trials.models import ParameterValue, Study, Trial

from .conditions import alias_of, having, number_of, on_parameter
from .fields import Field
from .filters import Filters
from .keys import Among, Keys, held
from .matching import FEW, Matched, Matching


@dataclass(frozen=True)
class Order:
    """By one field, in the direction of what is stored; trials without it come last, by number."""

    field: Field
    down: bool


#: Rows of a walk's first step.
STEP = 300

#: As notebooks and scripts expect it.
OLDEST_FIRST = Order(Field("number", "Trial", "number", column="number"), down=False)


@dataclass(frozen=True)
class Place:
    """Where a page begins: after a trial, before one, or so many rows from the start."""

    after: int | None = None
    before: int | None = None
    skip: int = 0


@dataclass(frozen=True)
class Page:
    """Primary keys of the page's trials in order, and how many match in all."""

    keys: list[int]
    matched: Matched


@dataclass(frozen=True)
class _Walk:
    """Rows in the order of (column, tie); `key` is where a row keeps the trial's primary key.

    among: the trials that count, None where all rows do.
    """

    rows: QuerySet[Any]
    column: str
    tie: str
    key: str
    down: bool = False
    among: Keys | None = None

    def take(
        self, count: int, start: tuple[Any, Any] | None, *, back: bool = False, skip: int = 0
    ) -> list[int]:
        """Up to `count` keys beyond a (value, tie), or from the end; backwards they come nearest first."""
        if self.among is not None:
            return self._met(skip + count, start, back)[skip:]
        return list(self._ordered(start, back).values_list(self.key, flat=True)[skip : skip + count])

    def count(self) -> int:
        return self.rows.count() if self.among is None else len(self._met(sys.maxsize, None, False))

    def _met(self, wanted: int, start: tuple[Any, Any] | None, back: bool) -> list[int]:
        """The keys that count, met in ever longer steps; once more rows than them have gone by, the rest is
        sorted by itself: what is looked for then stands at the other end.
        """
        assert self.among is not None
        found: list[int] = []
        step, passed = STEP, 0
        while len(found) < wanted and self.among.size:
            if passed > self.among.size:
                alone = self._ordered(start, back).filter(Among(self.key, self.among))
                return [*found, *alone.values_list(self.key, flat=True)[: wanted - len(found)]]
            rows = list(self._ordered(start, back).values_list(self.key, self.column, self.tie)[:step])
            keys = np.array([key for key, *_ in rows], dtype=np.int64)
            found += keys[held(self.among, keys)].tolist()
            if len(rows) < step:
                break
            passed += step
            start, step = rows[-1][1:], 3 * step
        return found[:wanted]

    def _ordered(self, start: tuple[Any, Any] | None, back: bool) -> QuerySet[Any]:
        down = self.down != back
        sign = "-" if down else ""
        rows = self.rows if start is None else self.rows.filter(self._beyond(*start, "lt" if down else "gt"))
        columns = dict.fromkeys((self.column, self.tie))
        return rows.order_by(*(sign + column for column in columns))

    def _beyond(self, value: Any, tie: Any, sense: str) -> Q:
        if self.column == self.tie:
            return Q(**{f"{self.tie}__{sense}": tie})
        # The first part repeats what the others say, in the form that an index can begin with.
        further = Q(**{f"{self.column}__{sense}": value})
        level = Q(**{self.column: value, f"{self.tie}__{sense}": tie})
        return Q(**{f"{self.column}__{sense}e": value}) & (further | level)


def page_of(study: Study, filters: Filters, order: Order, place: Place, size: int) -> Page:
    """Return one page; a place that no longer exists is the start."""
    return _Sorted(study, filters, order).page(place, size)


def in_order(study: Study, filters: Filters, order: Order, chunk: int) -> Iterator[list[int]]:
    """Yield the keys of all matching trials in order, a chunk at a time."""
    found = _Sorted(study, filters, order)
    keys = found.first(chunk, 0)
    while keys:
        yield keys
        if len(keys) < chunk:
            return
        keys = found.beyond(Trial.objects.values_list("number", flat=True).get(pk=keys[-1]), chunk)


class _Sorted:
    """The matching trials in their order: one walk, or two where some have nothing to sort by."""

    def __init__(self, study: Study, filters: Filters, order: Order) -> None:
        self.study, self.order = study, order
        self.match = Matching(study, filters)
        self.matched = self.match.matched()
        self.walks = list(self._by_parameter() if order.field.source == "parameter" else self._by_column())

    def page(self, place: Place, size: int) -> Page:
        if place.before is not None:
            keys = self.beyond(place.before, size, back=True)[::-1]
            # Where fewer were left, trials have come in between: the first page, whole.
            return Page(keys if len(keys) == size else self.first(size, 0), self.matched)
        if place.after is not None:
            return Page(self.beyond(place.after, size), self.matched)
        return Page(self.first(size, place.skip), self.matched)

    def first(self, size: int, skip: int) -> list[int]:
        keys = self.walks[0].take(size, None, skip=skip)
        if len(keys) < size and len(self.walks) > 1:
            passed = skip + len(keys) if keys or not skip else self.walks[0].count()
            keys += self.walks[1].take(size - len(keys), None, skip=max(0, skip - passed))
        return keys

    def beyond(self, number: int, size: int, *, back: bool = False) -> list[int]:
        """Keys after (or backwards before) the trial of that number, nearest first."""
        at, start = self._standing(number)
        if start is None:
            return self.first(size, 0)
        keys = self.walks[at].take(size, start, back=back)
        other = at - 1 if back else at + 1
        if len(keys) < size and 0 <= other < len(self.walks):
            keys += self.walks[other].take(size - len(keys), None, back=back)
        return keys

    @cached_property
    def _alone(self) -> bool:
        """Whether the matches are sorted by themselves; no index holds metrics sorted."""
        keys = self.matched.keys
        return keys is not None and (keys.size <= FEW or self.order.field.source == "metric")

    def _walk(self, rows: QuerySet[Any], column: str, tie: str, key: str, down: bool = False) -> _Walk:
        keys = self.matched.keys
        if keys is None or not self._alone:
            return _Walk(rows, column, tie, key, down, keys)
        return _Walk(rows.filter(Among(key, keys)), column, tie, key, down)

    def _by_column(self) -> Iterator[_Walk]:
        field, column = self.order.field, self._column
        trials = self._sortable(self._trials())
        for condition in self.match.own if field.source == "trial" and not self._alone else ():
            if condition.column == column and self.matched.keys is not None:
                trials = condition.apply(trials)  # where the walk begins and ends
        if not field.nullable:
            yield self._walk(trials, column, "number", "pk", self.order.down)
            return
        held = trials.filter(**{f"{column}__isnull": False})
        yield self._walk(held, column, "number", "pk", self.order.down)
        yield self._walk(trials.filter(**{f"{column}__isnull": True}), "number", "number", "pk")

    def _by_parameter(self) -> Iterator[_Walk]:
        field = self.order.field
        held = Q(**{f"{field.column}__isnull": False})
        values = ParameterValue.objects.filter(held, study=self.study, name=field.name)
        if self.matched.keys is None:
            values = self.match.in_states(values, "trial__state")
        for part in self.match.filters.parts:
            if part.field == field and not self._alone:
                values = values.filter(on_parameter(part))  # where the walk begins and ends
        yield self._walk(values, field.column, "trial_id", "trial_id", self.order.down)
        without = self._trials().filter(~having(held & Q(name=field.name), "pk"))
        yield self._walk(without, "number", "number", "pk")

    def _trials(self) -> QuerySet[Trial]:
        trials: QuerySet[Trial] = self.study.trials.numbered()
        return self.match.in_states(trials) if self.matched.keys is None else trials

    @property
    def _column(self) -> str:
        field = self.order.field
        return alias_of(field.name) if field.source == "metric" else field.column

    def _sortable(self, trials: QuerySet[Trial]) -> QuerySet[Trial]:
        if self.order.field.source != "metric":
            return trials
        return trials.annotate(**{self._column: number_of(self.order.field.name)})

    def _standing(self, number: int) -> tuple[int, tuple[Any, Any] | None]:
        """The walk that a trial stands in, and its place there; None when there is no such trial."""
        trials = self.study.trials.filter(number=number)
        if self.order.field.source == "parameter":
            values = ParameterValue.objects.filter(study=self.study, name=self.order.field.name)
            found = values.filter(trial__in=trials).values_list(self._column, "trial_id").first()
            if found and found[0] is not None:
                return 0, found
            return 1, (number, number) if trials.exists() else None
        row = self._sortable(trials).values_list(self._column, flat=True)[:1]
        for value in row:
            return (1, (number, number)) if value is None else (0, (value, number))
        return 0, None
