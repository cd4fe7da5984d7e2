"""Filters as sets of trials: each condition is looked up in its own index, and what all of them find matches.

The keys that one condition finds come as one text, so half of 100,000 trials are found, counted exactly and
met with those of another condition in a few milliseconds; no row is read twice.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import F, QuerySet
from django.db.models.fields import CharField
from django.db.models.functions import Cast

from trials.models import ParameterValue, Study, Trial

from .conditions import ON_FRONT, VALUED, Condition, Ends, among, on_column, on_parameter, within
from .filters import Filters
from .keys import NONE, Among, Keys, common, distinct, keys_of
from .search import Place, places

#: Up to so many trials are looked up one by one and sorted alone; more are met by walking an index.
FEW = 1000


@dataclass(frozen=True)
class Matched:
    """How many trials match; `keys` are theirs, None where the states alone tell which do."""

    count: int
    keys: Keys | None = None


class Matching:
    """The filters of one study, ready to be put into queries."""

    def __init__(self, study: Study, filters: Filters) -> None:
        self.study, self.filters = study, filters
        self.own = tuple(self._conditions())

    def matched(self) -> Matched:
        states = self.filters.states
        count = sum(getattr(self.study, f"n_{state}") for state in states or Trial.State.values)
        if self.filters.only_states and (not states or 2 * count > self.study.next_number):
            return Matched(count)
        keys = self._keys()
        return Matched(keys.size, keys)

    def in_states(self, rows: QuerySet[Any], column: str = "state") -> QuerySet[Any]:
        """Test rows for the states one after the other along another index.

        The cast keeps SQLite's planner from finding, and sorting, nearly all trials by their state.
        """
        if not self.filters.states:
            return rows
        tested = Cast(F(column), CharField(max_length=10))
        found: QuerySet[Any] = rows.alias(tested=tested).filter(tested__in=self.filters.states)
        return found

    def _keys(self) -> Keys:
        found: Keys | None = None
        for condition in self._lookups():
            found = _found(condition, found)
            if not found.size:
                break
        return NONE if found is None else found

    def _lookups(self) -> Iterator[list[Place]]:
        """For each condition where to look for trials that meet it; the baseline has no parameters."""
        for part in self.filters.parts:
            if part.field.source == "parameter":
                yield [(ParameterValue.objects.filter(on_parameter(part), study=self.study), "trial_id")]
        if self.own:
            trials: QuerySet[Trial] = self.study.trials.numbered()
            for condition in self.own:
                trials = condition.apply(trials)
            yield [(trials, "pk")]
        if self.filters.text:
            yield list(places(self.study, self.filters.text))

    def _conditions(self) -> Iterator[Condition]:
        """What the trial's own columns must fulfil."""
        filters = self.filters
        states = filters.states
        for part in filters.parts:
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


def matching_trials(study: Study, filters: Filters) -> QuerySet[Trial]:
    """Return the matching trials in no order."""
    match = Matching(study, filters)
    keys = match.matched().keys
    trials = study.trials.numbered()
    return match.in_states(trials) if keys is None else trials.filter(Among("pk", keys))


def _found(condition: list[Place], among: Keys | None) -> Keys:
    """The trials that meet a condition, of those that met the ones before."""
    if among is not None and among.size <= FEW:
        condition = [(rows.filter(Among(column, among)), column) for rows, column in condition]
    each = [keys_of(rows, column) for rows, column in condition]
    found = each[0] if len(each) == 1 else distinct(np.concatenate(each))
    return found if among is None else common(found, among)
