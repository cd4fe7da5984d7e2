"""The Analysis tab: every chart with a place on it, what is chosen of each in the address."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from trials.charts import registry
from trials.models import Study, Trial
from trials.views.parts.answers import Answers

SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"]},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True},
        {"name": "gamma", "type": "float", "low": 0, "high": 1, "when": {"kernel": ["rbf"]}},
        {"name": "tol", "type": "float", "low": 0, "high": 1},
    ]
}


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    study = make_study(objective={"kind": "external"}, space=SPACE)
    study.trials.all().delete()
    for number in range(4):
        params = {"kernel": "linear", "C": 1.0 + number, "tol": 0.5}
        Trial.objects.create(
            study=study, space=study.space, number=number, state="complete", value=1.0 + number, params=params
        )
    study.change(n_complete=4, next_number=4)
    return study


def page(client: Client, study: Study, query: str = "") -> str:
    return client.get(reverse("study-analysis", args=[study.pk]) + query).content.decode()


def test_every_chart_with_a_place_is_on_the_page(browser: Client, study: Study) -> None:
    html = page(browser, study)
    charts = [(name, registry.get(name)) for name in registry.available()]
    shelved = [name for name, chart in charts if chart.shelf and (not chart.suits or chart.suits(study))]
    assert len(shelved) >= 12
    for name in shelved:
        assert html.count(f'id="chart-{name}"') == 1
        assert f"/charts/{name}.json" in html
    assert 'aria-current="page">Analysis' in html


def test_the_address_chooses_and_nonsense_is_the_default(browser: Client, study: Study) -> None:
    assert "charts/slice.json?over=gamma" in page(browser, study, "?slice.over=gamma")
    assert "charts/slice.json?over=kernel" in page(browser, study, "?slice.over=%3Cscript%3E&ranks.x=1")
    assert "charts/slice.json?over=kernel" in page(browser, study)


def test_the_page_reads_no_trials(
    browser: Client, study: Study, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(14) as captured:
        page(browser, study)
    assert not [query for query in captured if '"params"' in query["sql"] and "LIMIT" not in query["sql"]]


def test_a_chart_is_drawn_as_chosen(browser: Client, study: Study) -> None:
    address = reverse("study-chart", args=[study.pk, "slice"])
    over_c = browser.get(address + "?over=C").json()
    assert over_c["figure"]["layout"]["xaxis"]["title"]["text"] == "C (log)"
    assert (
        browser.get(address + "?over=nonsense").json()["figure"]["layout"]["xaxis"]["title"]["text"]
        == "kernel"
    )
    etag = browser.get(address + "?over=C").headers["ETag"]
    assert browser.get(address + "?over=C", headers={"If-None-Match": etag}).status_code == 304
    assert browser.get(address + "?over=tol", headers={"If-None-Match": etag}).status_code == 200


def test_the_next_viewer_is_answered_from_memory(
    browser: Client, study: Study, django_assert_num_queries: Callable[..., object]
) -> None:
    address = reverse("study-chart", args=[study.pk, "slice"]) + "?over=C"
    first = browser.get(address).content
    with django_assert_num_queries(3):  # session, user, study
        assert browser.get(address).content == first
    study.change(name="another")
    Trial.objects.filter(study=study, number=0).update(value=9.0)
    assert browser.get(address).content != first


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    answers = Answers(capacity=100)
    for key in range(6):
        answers.keep(key, b"x" * 20)
        answers.get(0)
    assert answers.get(0) is not None, "used all the time"
    assert answers.get(1) is None
    assert answers.keep("large", b"x" * 99) == b"x" * 99
    assert answers.get("large") is None
