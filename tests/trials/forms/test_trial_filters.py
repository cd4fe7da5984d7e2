"""Addresses of the table of trials: read, said back, and what is wrong in them said beside the field."""

import pytest
from django.http import QueryDict

from trials.forms.trial_filters import TrialQuery, trial_query
from trials.listing import Field

FIELDS = {
    "number": Field("number", "Trial", "number", column="number"),
    "state": Field("state", "State", "choice", column="state"),
    "value": Field("value", "MAE", "number", column="value", negated=True, nullable=True),
    "param:C": Field("param:C", "C", "number", "parameter", "number", "C", nullable=True),
    "param:a.min": Field("param:a.min", "a.min", "choice", "parameter", "text", "a.min", ("x", "y")),
}


def read(text: str) -> TrialQuery:
    return trial_query(QueryDict(text), FIELDS)


def test_an_address_is_said_back_in_one_form_whatever_order_it_came_in():
    query = read(
        "sort=-value&q=+rbf++&nonsense=1&value.min=0.5&state=failed,complete&page=&param:a.min=x&top="
    )
    assert query.address() == "?state=complete&state=failed&q=rbf&value.min=0.5&param:a.min=x&sort=-value"
    assert read(query.address()[1:]).filters == query.filters


def test_changing_anything_leads_back_to_the_first_page():
    query = read("sort=value&page=3&after=17&ticked=3,8")
    assert query.place.after == 17
    assert query.address(sort="-value") == "?ticked=3,8&sort=-value"
    assert query.address(sort="-number", ticked="") == "?"


def test_a_range_of_a_metric_with_a_turned_sign_is_stored_the_other_way_round():
    (part,) = read("value.min=1&value.max=3").filters.ranges
    assert (part.low, part.high) == (1.0, 3.0)
    assert part.stored == (-3.0, -1.0)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("value.min=abc", "value.min", "“abc” is not a number"),
        ("value.min=0,5", "value.min", "no commas"),
        ("value.max=1e999", "value.max", "too large"),
        ("param:C.min=5&param:C.max=1", "param:C.max", "1 is below the lower end, 5"),
        ("param:a.min=z", "param:a.min", "a.min is never z"),
        ("top=0", "top", "above 0"),
        ("top=101", "top", "at most 100"),
        ("top=-5", "top", "above 0"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_and_filters_nothing(text: str, key: str, words: str):
    query = read(text)
    assert words in query.problems[key]
    assert not query.filters
    assert query.text(text.split("=")[0]) == text.split("&")[0].split("=")[1], "what was typed stays"


@pytest.mark.parametrize(
    "text",
    [
        "page=-1", "page=x&after=1", "page=99999999999", "after=5", "sort=param:none", "sort=-", "state=odd",
        "ticked=a,b", "inside=perhaps", "q=%00", "trial=99999999999", "%00=%00", "top=%20",
    ],
)  # fmt: skip
def test_nonsense_is_left_aside(text: str):
    query = read(text)
    assert not query.problems
    assert not query.filters
    assert query.ticked == ()


def test_numbers_are_read_from_lists_and_repeated_keys():
    assert read("ticked=3,8&ticked=1&ticked=8").ticked == (1, 3, 8)
    assert read("trial=3 5").filters.numbers == (3, 5)
