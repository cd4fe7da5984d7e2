"""The chart view: /studies/<id>/charts/<name>.json."""

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from trials.models import Study


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    return make_study()


@pytest.fixture
def browser(db: None) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_user("member"))
    return client


def address(study: Study, name: str = "convergence") -> str:
    return reverse("study-chart", args=[study.pk, name])


def test_it_answers_figure_sentence_and_revision(browser: Client, study: Study) -> None:
    answer = browser.get(address(study)).json()
    assert set(answer) == {"figure", "lead", "sentence", "revision", "trial_url"}
    assert answer["revision"] == study.revision
    assert answer["trial_url"] == f"/studies/{study.pk}/trials/{{number}}/"


def test_it_answers_304_until_the_study_changes(browser: Client, study: Study) -> None:
    etag = browser.get(address(study)).headers["ETag"]
    again = browser.get(address(study), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    study.change(name="renamed")
    assert browser.get(address(study), headers={"If-None-Match": etag}).status_code == 200


def test_one_charts_etag_does_not_serve_another(browser: Client, study: Study) -> None:
    etag = browser.get(address(study)).headers["ETag"]
    other = browser.get(address(study, "importance"), headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_an_unchanged_study_costs_no_reading_of_trials(
    browser: Client, study: Study, django_assert_num_queries: Callable[..., object]
) -> None:
    etag = browser.get(address(study)).headers["ETag"]
    with django_assert_num_queries(3):  # session, user, study
        browser.get(address(study), headers={"If-None-Match": etag})


@pytest.mark.parametrize("name", ["nonsense", "template", "base"])
def test_an_unknown_chart_is_not_found(browser: Client, study: Study, name: str) -> None:
    assert browser.get(address(study, name)).status_code == 404


def test_an_unknown_study_is_not_found(browser: Client, db: None) -> None:
    assert browser.get(reverse("study-chart", args=[12345, "convergence"])).status_code == 404


def test_it_wants_a_login(study: Study) -> None:
    answer = Client().get(address(study))
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


def test_it_only_reads(browser: Client, study: Study) -> None:
    assert browser.post(address(study)).status_code == 405
