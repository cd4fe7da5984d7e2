"""Which trials an address means and in which order, whichever way the database finds them."""

from collections.abc import Callable

import pytest

from trials.forms.trial_filters import TrialQuery
from trials.listing import OLDEST_FIRST, Place, in_order, matching_trials, page_of
from trials.listing.search import rounding
from trials.models import Study, Trial

Asked = Callable[[str], TrialQuery]

SELECTIONS = [
    ("", set(range(12))),
    ("state=failed", {3}),
    ("state=failed&state=queued", {3, 11}),
    ("value.min=2&value.max=3", {2, 7}),
    ("seconds.max=2", {0, 1, 2}),
    ("metric:loss2.min=0.3", {0, 1, 2}),
    ("param:C.min=1", {2, 3, 6, 7, 10, 11}),
    ("param:C.min=1&param:C.max=1", {2, 6, 10}),
    ("param:gamma.min=0.05", {4, 6, 8, 10}),
    ("param:kernel=linear", {1, 3, 5, 7, 9, 11}),
    ("param:kernel=linear&param:kernel=rbf", set(range(12))),
    ("param:shrinking=True&param:C.min=1", {6, 7, 10, 11}),
    ("param:shrinking=True&param:C.min=1&state=complete", {6}),
    ("worker=box one&param:kernel=rbf", {0, 2, 4}),
    ("inside=no", {2}),
    ("inside=yes&value.max=1.5", {3, 4, 5, 6} - {3}),
    ("top=25", {4, 5}),
    ("top=10&param:kernel=rbf", {4}),
    ("trial=1,5,99", {1, 5}),
    ("q=memory", {3}),
    ("q=MemoryErr", {3}),
    ("q=LINE", {1, 3, 5, 7, 9, 11}),
    ("q=two", set(range(6, 12))),
    ("q=0.013", {0}),
    ("q=0.0131", {0}),
    ("q=nothing like it", set()),
    ("q=two&param:kernel=rbf&state=complete", {6, 8}),
]


def numbers(study: Study, keys: list[int]) -> list[int | None]:
    found = Trial.objects.in_bulk(keys)
    assert all(found[key].study_id == study.pk for key in keys)
    return [found[key].number for key in keys]


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Few matches are found by their keys, many are met by walking an index: both must agree."""
    if request.param == "many":
        for module in ("matching", "pages"):
            monkeypatch.setattr(f"trials.listing.{module}.FEW", 0)
        monkeypatch.setattr("trials.listing.pages.STEP", 2)
    return request.param


@pytest.mark.parametrize(("text", "wanted"), SELECTIONS)
def test_filters_mean_what_they_say(study: Study, asked: Asked, way: str, text: str, wanted: set[int]):
    query = asked(text)
    assert query.problems == {}
    page = page_of(study, query.filters, query.order, Place(), 50)
    assert set(numbers(study, page.keys)) == wanted
    assert set(matching_trials(study, query.filters).values_list("number", flat=True)) == wanted
    assert page.matched.count == len(wanted)


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("number", list(range(12))),
        ("-number", list(range(11, -1, -1))),
        ("value", [4, 5, 6, 2, 7, 1, 8, 0, 9, 3, 10, 11]),
        ("-value", [9, 0, 8, 1, 7, 2, 6, 5, 4, 3, 10, 11]),
        ("-seconds", [9, 8, 7, 6, 5, 4, 2, 1, 0, 3, 10, 11]),
        ("metric:loss2", [9, 8, 7, 6, 5, 4, 2, 1, 0, 3, 10, 11]),
        ("param:gamma", [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]),
        ("-param:gamma", [10, 8, 6, 4, 2, 0, 1, 3, 5, 7, 9, 11]),
        ("worker", list(range(12))),
        ("-worker", list(range(11, -1, -1))),
        ("param:kernel", [1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10]),
    ],
)
@pytest.mark.parametrize("selection", ["", "worker=box one&worker=box two"])
def test_every_column_sorts_and_what_has_no_value_comes_last(
    study: Study, asked: Asked, way: str, sort: str, wanted: list[int], selection: str
):
    query = asked(f"sort={sort}&{selection}")
    # Of equal values the earlier one comes first, the later one when it is turned round.
    page = page_of(study, query.filters, query.order, Place(), 50)
    assert numbers(study, page.keys) == wanted


@pytest.mark.parametrize(
    "sort", ["number", "-value", "value", "param:gamma", "-param:gamma", "metric:loss2", "state"]
)
@pytest.mark.parametrize("selection", ["", "&param:C.min=0.1"])
def test_pages_forwards_and_backwards_hold_every_trial_once(
    study: Study, asked: Asked, way: str, sort: str, selection: str
):
    query = asked(f"sort={sort}{selection}")

    def page(place: Place, size: int = 4) -> list[int]:
        return numbers(study, page_of(study, query.filters, query.order, place, size).keys)

    whole = page(Place(), 50)
    pages = [page(Place())]
    while len(pages[-1]) == 4:
        pages.append(page(Place(after=pages[-1][-1])))
    assert [number for one in pages for number in one] == whole
    assert page(Place(before=pages[1][0])) == pages[0]
    assert page(Place(skip=4)) == whole[4:8]
    assert page(Place(after=999)) == pages[0]
    streamed = in_order(study, query.filters, query.order, 5)
    assert [number for keys in streamed for number in numbers(study, keys)] == whole


def test_a_sorted_and_filtered_page_takes_a_fixed_number_of_queries(
    study: Study, asked: Asked, django_assert_max_num_queries: Callable[..., object]
):
    for text, most in [
        ("sort=value", 2),
        ("sort=-param:C&state=complete", 4),
        ("sort=value&param:C.min=1", 4),
    ]:
        query = asked(text)
        with django_assert_max_num_queries(most):
            page_of(study, query.filters, query.order, Place(), 5)


def test_the_baseline_is_never_listed(study: Study, asked: Asked):
    Trial.objects.create(study=study, space=study.space, state="complete", value=0.0, params={})
    query = asked("sort=value&q=box")
    assert None not in numbers(study, page_of(study, query.filters, query.order, Place(), 50).keys)
    assert None not in numbers(study, page_of(study, asked("").filters, OLDEST_FIRST, Place(), 50).keys)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("0.013", (0.0125, 0.0135)),
        ("7", (7, 7)),
        ("−1.5", (-1.55, -1.45)),
        ("1,200.5", (1200.45, 1200.55)),
        ("rbf", None),
        ("nan", None),
        ("1e999", None),
    ],
)
def test_a_number_finds_what_rounds_to_it(text: str, ends: tuple[float, float] | None):
    found = rounding(text)
    assert found is None if ends is None else found == pytest.approx(ends)
