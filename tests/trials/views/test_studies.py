"""The home page: rows, filters, paging, examples, and its live answers."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from trials.engine import control
from trials.examples import examples
from trials.models import Event, Study, Worker
from trials.views import health
from trials.views.parts import sparkline as sparklines
from trials.views.parts import study_rows

Make = Callable[..., Study]


def test_an_empty_first_page_offers_examples_that_start_with_one_click(browser: Client):
    html = browser.get("/").content.decode()
    assert "What should be better?" in html
    assert html.count('action="/examples/') == len(examples())


def test_examples_stay_reachable_once_there_are_studies(browser: Client, make_study: Make):
    make_study(name="First")
    html = browser.get("/").content.decode()
    assert "What should be better?" not in html
    assert html.count('action="/examples/') == len(examples())


def test_a_row_says_how_its_study_is_going(browser: Client, make_study: Make, train):
    study = make_study(name="Nightly <b>", budget={"trials": 4})
    train(study, 0.5, None, 0.25)
    (row,) = study_rows.rows_of(Study.objects.all(), slots=2)
    assert (row.best, row.failed, row.progress.done, row.progress.percent) == ("0.25000", 1, 3, "75\xa0%")
    assert (row.progress.sound, row.progress.failed) == ("50%", "25%")
    assert row.spark.path.startswith("M3.0 3")
    html = browser.get("/").content.decode()
    assert "Nightly &lt;b&gt;" in html
    assert "0.25000" in html
    assert '<span class="bad-mark" style="width:25%">' in html


def test_a_study_without_any_result_says_what_went_wrong(browser: Client, make_study: Make, train):
    train(make_study(), None)
    assert "It broke." in browser.get("/").content.decode()


def test_filters_show_the_studies_in_that_state(browser: Client, make_study: Make):
    make_study(name="Goes on")
    control.pause(make_study(name="Waits").pk)
    html = browser.get("/?state=paused").content.decode()
    assert "Waits" in html
    assert "Goes on" not in html


@pytest.fixture
def five(make_study: Make, train) -> None:
    """Five studies that differ in all that is searched, sorted and filtered."""
    wine = {"kind": "model", "model": "ridge", "dataset": "diabetes"}
    families = {"kind": "model", "models": ["svc", "random_forest_classifier"], "dataset": "wine"}
    train(make_study(name="alpha", tags=["Nightly", "100%"]), 8.0, 4.0)
    train(make_study(name="Beta", tags=["nightly"]), 8.0, 2.0)
    train(make_study(name="gamma"), 8.0, None, None)
    make_study(name="Delta", objective=wine, budget={"trials": 1})
    Study.objects.filter(pk=make_study(name="epsilon").pk).update(
        objective=families, owner=get_user_model().objects.create(username="ann")
    )
    Study.objects.exclude(name__in=("Delta", "epsilon")).update(baseline_value=8.0)


def names(browser: Client, query: str) -> list[str]:
    """The studies of a page in their order."""
    html = browser.get(f"/?{query}").content.decode()
    return [part.split(">")[1].split("<")[0] for part in html.split('class="row-link"')[1:]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ALPH", "alpha"),
        ("q=night", "Beta alpha"),
        ("q=night+beta", "Beta"),
        ("q=100%25", "alpha"),
        ("q=diabetes", "Delta"),
        ("q=Ridge+regression", "Delta"),
        ("q=forest", "epsilon"),
        ("q=noop", "gamma Beta alpha"),
        ("q=nothing", ""),
        ("tag=nightly", "Beta"),
        ("owner=ann", "epsilon"),
        ("sort=name", "alpha Beta Delta epsilon gamma"),
        ("sort=gain", "Beta alpha gamma epsilon Delta"),
        ("sort=failures", "gamma epsilon Delta Beta alpha"),
        ("sort=failures&tag=Nightly&q=a", "alpha"),
    ],
)
def test_searching_filtering_and_sorting(browser: Client, five: None, query: str, found: str):
    assert names(browser, query) == found.split()


def test_the_study_that_is_done_soonest_comes_first(browser: Client, five: None):
    Worker.objects.create(name="t", host="a", pid=1, queues="training", slots=2)
    Study.objects.filter(name="Beta").update(train_seconds=500)
    control.pause(Study.objects.get(name="gamma").pk)
    assert names(browser, "sort=remaining") == ["alpha", "Beta", "epsilon", "Delta", "gamma"]


def test_an_owner_can_be_chosen_only_where_there_are_several(browser: Client, five: None):
    assert "Owner</span>" not in browser.get("/").content.decode()
    Study.objects.filter(name="alpha").update(owner=get_user_model().objects.get(username="owner"))
    html = browser.get("/").content.decode()
    assert "Owner</span>" in html
    assert '<option value="ann" >ann</option>' in html


def test_what_needs_somebody_is_named_and_listed(browser: Client, five: None):
    html = browser.get("/").content.decode()
    assert "needs you" not in html
    Study.objects.filter(name="gamma").update(n_complete=0)
    html = browser.get("/").content.decode()
    assert "needs you" in html
    assert names(browser, "state=attention") == ["gamma"]
    Study.objects.filter(name="gamma").update(state="completed", ended=datetime(2020, 1, 1, tzinfo=UTC))
    assert names(browser, "state=attention") == []


def test_deleted_studies_are_kept_apart_and_can_be_restored(browser: Client, five: None):
    pk = Study.objects.get(name="alpha").pk
    control.delete(pk)
    assert "alpha" not in names(browser, "")
    html = browser.get("/").content.decode()
    assert "Deleted (1)" in html
    html = browser.get("/?state=deleted").content.decode()
    assert f'action="/studies/{pk}/restore/"' in html
    assert names(browser, "state=deleted") == ["alpha"]


def test_no_worker_and_no_broker_are_told_with_what_to_do(browser: Client, make_study: Make):
    make_study()
    health.BROKER.start().exception(timeout=30)
    html = browser.get("/").content.decode()
    assert "No worker is listening" in html
    assert "The broker does not answer" in html


def test_a_row_is_made_anew_when_its_study_changes(browser: Client, make_study: Make, train):
    first, second = make_study(name="First"), make_study(name="Second")
    browser.get("/")
    train(first, 0.125)
    Study.objects.filter(pk=second.pk).update(name="Nobody raised the revision")
    html = browser.get("/").content.decode()
    assert "0.12500" in html
    assert "Nobody raised" not in html, "rows of studies that did not change are not made again"


def test_pages_hold_fifty_studies_newest_first(browser: Client, make_study: Make):
    for number in range(51):
        make_study(name=f"Study number {number}.")
    first, second = browser.get("/").content.decode(), browser.get("/?page=2").content.decode()
    assert "Study number 50." in first
    assert "Study number 0." not in first
    assert "Study number 0." in second
    assert "1 to 50 of 51 studies" in first


@pytest.mark.parametrize(
    "address", ["/?page=0", "/?page=x", "/?page=99999999999", "/?state=none", "/?page=7"]
)
def test_addresses_that_mean_nothing_still_show_a_page(browser: Client, make_study: Make, address: str):
    make_study()
    assert browser.get(address).status_code == 200


def test_more_studies_cost_no_more_queries(
    browser: Client, make_study: Make, train, django_assert_max_num_queries
):
    for _ in range(12):
        train(make_study(), 0.5, None)
    with django_assert_max_num_queries(14):
        browser.get("/")


def test_watching_an_idle_page_costs_a_few_small_queries(
    browser: Client, make_study: Make, django_assert_max_num_queries
):
    make_study()
    etag = browser.get("/live/")["ETag"]
    with django_assert_max_num_queries(5):
        answer = browser.get("/live/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_another_selection_is_another_page(browser: Client, make_study: Make):
    make_study()
    etag = browser.get("/live/")["ETag"]
    assert browser.get("/live/?sort=name", headers={"If-None-Match": etag}).status_code == 200


def test_a_new_result_ends_the_silence(browser: Client, make_study: Make, train):
    study = make_study()
    etag = browser.get("/live/")["ETag"]
    train(study, 0.125)
    answer = browser.get("/live/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert "0.12500" in answer.content.decode()


def test_strangers_are_sent_to_the_sign_in_page(client: Client, db: None):
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_sparkline_is_turned_so_that_down_is_better():
    rising = sparklines.sparkline([(0, 0.5), (4, 0.9)], trials=9, default=0.5, maximize=True)
    falling = sparklines.sparkline([(0, 0.9), (4, 0.5)], trials=9, default=0.9, maximize=False)
    assert rising.path == falling.path == "M3.0 3.0H45.0V23.0H87.0"
    assert rising.default == falling.default == 3.0
    assert sparklines.sparkline([], trials=0, default=None, maximize=False) is None


def test_a_best_that_took_longer_than_its_successors_does_not_turn_the_line_back():
    drawn = sparklines.sparkline([(4, 0.9), (2, 0.5)], trials=5, default=None, maximize=False)
    assert drawn.path == "M87.0 3.0H87.0V23.0H87.0"


def test_a_sparkline_reads_few_of_many_new_bests(make_study: Make):
    study = make_study()
    Event.objects.bulk_create(
        Event(study=study, kind=Event.Kind.BEST, number=number, text=repr(1.0 - number / 1000))
        for number in range(500)
    )
    numbers = [number for number, _ in sparklines.improvements_of([study.pk])[study.pk]]
    assert numbers == [*range(10), *range(470, 500)]
