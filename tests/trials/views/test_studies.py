"""The home page: rows, filters, paging, examples, and its live answers."""

from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine import control
from trials.models import Study
from trials.views.parts import study_rows

Make = Callable[..., Study]


def test_an_empty_first_page_offers_examples_that_start_with_one_click(browser: Client):
    html = browser.get("/").content.decode()
    assert "What should be better?" in html
    assert html.count('action="/examples/') == 4


def test_examples_stay_reachable_once_there_are_studies(browser: Client, make_study: Make):
    make_study(name="First")
    html = browser.get("/").content.decode()
    assert "What should be better?" not in html
    assert html.count('action="/examples/') == 4


def test_a_row_says_how_its_study_is_going(browser: Client, make_study: Make, train):
    study = make_study(name="Nightly <b>", budget={"trials": 4})
    train(study, 0.5, None, 0.25)
    (row,) = study_rows.rows_of(Study.objects.all(), slots=2)
    assert (row.best, row.failed, row.progress.done, row.progress.percent) == ("0.25000", 1, 3, "75\xa0%")
    assert row.spark.path.startswith("M3.0 3")
    html = browser.get("/").content.decode()
    assert "Nightly &lt;b&gt;" in html
    assert "0.25000" in html


def test_a_study_without_any_result_says_what_went_wrong(browser: Client, make_study: Make, train):
    train(make_study(), None)
    assert "It broke." in browser.get("/").content.decode()


def test_filters_show_the_studies_in_that_state(browser: Client, make_study: Make):
    make_study(name="Goes on")
    control.pause(make_study(name="Waits").pk)
    html = browser.get("/?state=paused").content.decode()
    assert "Waits" in html
    assert "Goes on" not in html


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
    with django_assert_max_num_queries(12):
        browser.get("/")


def test_watching_an_idle_page_costs_a_few_small_queries(
    browser: Client, make_study: Make, django_assert_max_num_queries
):
    make_study()
    etag = browser.get("/live/")["ETag"]
    with django_assert_max_num_queries(5):
        answer = browser.get("/live/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


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
    rising = study_rows.sparkline([(0, 0.5), (4, 0.9)], trials=9, default=0.5, maximize=True)
    falling = study_rows.sparkline([(0, 0.9), (4, 0.5)], trials=9, default=0.9, maximize=False)
    assert rising.path == falling.path == "M3.0 3.0H45.0V23.0H87.0"
    assert rising.default == falling.default == 3.0
    assert study_rows.sparkline([], trials=0, default=None, maximize=False) is None
