"""Every set of filters by every sort of `benchmarks.table`, against a plain filter and sort in Python."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import QueryDict

from benchmarks.page_studies import build
from benchmarks.table import FILTERS, SORTS
from trials.forms.trial_filters import trial_query
from trials.listing import Field, Filters, Order, Place, Range, fields_of, page_of
from trials.listing.search import rounding
from trials.models import Study, Trial

TRIALS, SIZE = 300, 20


@pytest.fixture(scope="module")
def study(django_db_setup: None, django_db_blocker: Any) -> Iterator[Study]:
    with django_db_blocker.unblock():
        study = build(TRIALS)
        yield study
        study.delete()
        study.space.delete()


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILTERS)
def test_every_order_holds_what_a_plain_sort_holds(study: Study, name: str, monkeypatch: pytest.MonkeyPatch):
    # A quarter of the trials are many here, so that both ways of finding a page are gone.
    for module in ("matching", "pages"):
        monkeypatch.setattr(f"trials.listing.{module}.FEW", TRIALS // 4)
    monkeypatch.setattr("trials.listing.pages.STEP", 30)
    fields, trials = fields_of(study), list(study.trials.order_by("number"))
    filters = trial_query(QueryDict(FILTERS[name]), fields).filters
    matching = [trial for trial in trials if _matches(trial, filters, _best(trials, filters.top))]
    for sort in SORTS:
        query = trial_query(QueryDict(f"{FILTERS[name]}&sort={sort}"), fields)
        assert query.problems == {}
        wanted = _sorted(matching, query.order)
        page = page_of(study, query.filters, query.order, Place(), SIZE)
        assert (page.matched.count, page.keys) == (len(wanted), wanted[:SIZE]), sort
        for at in (SIZE, len(wanted) - 3):
            if SIZE <= at < len(wanted):
                number = Trial.objects.get(pk=wanted[at - 1]).number
                after = page_of(study, query.filters, query.order, Place(after=number), SIZE)
                assert after.keys == wanted[at : at + SIZE], sort


def _matches(trial: Trial, filters: Filters, best: list[Trial]) -> bool:
    ranges = all(_within(trial, part) for part in filters.ranges)
    choices = all(str(_held(trial, part.field)) in part.values for part in filters.choices)
    states = not filters.states or trial.state in filters.states
    asked = ranges and choices and states and trial in best
    return asked and (not filters.text or _mentions(trial, filters.text))


def _held(trial: Trial, field: Field) -> Any:
    where: dict[str, Callable[[], Any]] = {
        "parameter": lambda: trial.params.get(field.name),
        "metric": lambda: trial.metrics.get(field.name),
        "trial": lambda: getattr(trial, field.column),
    }
    return where[field.source]()


def _within(trial: Trial, part: Range) -> bool:
    held = _held(trial, part.field)
    low, high = (-math.inf if part.low is None else part.low), (math.inf if part.high is None else part.high)
    return held is not None and low <= held <= high


def _best(trials: list[Trial], percent: float | None) -> list[Trial]:
    if percent is None:
        return trials
    complete = [trial for trial in trials if trial.state == "complete"]
    complete.sort(key=lambda trial: trial.value or 0.0)
    return complete[: math.ceil(len(complete) * percent / 100)]


def _mentions(trial: Trial, text: str) -> bool:
    ends = rounding(text)
    reason = trial.error["message"] + trial.error["exception"] if trial.error else ""
    said = [
        trial.worker,
        reason,
        *(value for value in trial.params.values() if isinstance(value, str | bool)),
    ]
    numbers = [
        value
        for value in trial.params.values()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    near = ends is not None and any(ends[0] <= number <= ends[1] for number in numbers)
    return near or any(text.lower() in str(one).lower() for one in said)


def _sorted(trials: list[Trial], order: Order) -> list[int]:
    valued = [trial for trial in trials if _held(trial, order.field) is not None]
    valued.sort(key=lambda trial: (_held(trial, order.field), trial.number), reverse=order.down)
    return [trial.pk for trial in [*valued, *(one for one in trials if _held(one, order.field) is None)]]
