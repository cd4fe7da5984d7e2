"""The comparison: any studies side by side, what differs, live; whatever the address says."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine import control
from trials.models import Study

from .conftest import SPACE

Make = Callable[..., Study]
OUTSIDE = {"objective": {"kind": "external"}, "space": SPACE}


def shown(browser: Client, query: str) -> str:
    response = browser.get(f"/compare/?{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def two(make_study: Make, train: Callable[..., None]) -> tuple[Study, Study]:
    """Two studies of one function: another optimizer, another course."""
    first = make_study(name="Plain", budget={"trials": 4})
    second = make_study(name="Other", optimizer={"name": "sobol"}, budget={"trials": 4})
    train(first, 0.5, 0.4, 0.3, 0.2)
    train(second, 0.9, None, 0.25, 0.1)
    return first, second


def test_studies_stand_side_by_side_with_what_they_reached(browser: Client, two: tuple[Study, Study]):
    first, second = two
    html = shown(browser, f"studies={first.pk},{second.pk}")
    assert html.count('<tr data-key="study-') == 2
    for text in ("0.20000", "0.10000", "0.35000", "0.25000", "Trials to 0.2", "sobol"):
        assert text in html, text
    assert "differs: </span></span>Optimizer" in html
    assert "differs: </span></span>Objective" not in html


def test_the_chart_says_who_is_ahead_and_draws_each_along_what_is_asked(
    browser: Client, two: tuple[Study, Study]
):
    first, second = two
    for by, title in (("trial", "Trials done"), ("time", "Wall time"), ("compute", "Training time spent")):
        address = f"/compare/charts/0.json?studies={first.pk},{second.pk}&by={by}"
        response = browser.get(address)
        answer = json.loads(response.content)
        assert answer["lead"] == "Other has the lowest best value, 0.10000, at the end of the budget."
        assert answer["figure"]["layout"]["xaxis"]["title"]["text"].startswith(title)
        assert len(answer["figure"]["data"]) == 2
        again = browser.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
    assert browser.get(f"/compare/charts/7.json?studies={first.pk}").status_code == 404


def test_only_differences_are_shown_where_that_is_asked(browser: Client, make_study: Make):
    wider = {"parameters": [*SPACE["parameters"], {"name": "depth", "type": "integer", "low": 1, "high": 9}]}
    first = make_study(name="A", **OUTSIDE)
    second = make_study(name="B", objective=OUTSIDE["objective"], space=wider)
    query = f"studies={first.pk}&studies={second.pk}"
    everything, few = shown(browser, query), shown(browser, f"{query}&differences=1")
    assert "0.001 to 1,000, log, default 1" in everything
    assert "0.001 to 1,000, log, default 1" not in few
    assert "1 to 9" in few
    assert "rows that are alike not shown" in few


def test_repeats_share_a_column_and_other_goals_stand_apart(browser: Client, make_study: Make, train):
    repeats = [make_study(name=f"R{seed}", seed=seed) for seed in range(3)]
    outside = {**OUTSIDE, "metrics": ["accuracy"], "directions": ["maximize"]}
    odd = make_study(name="Upwards", **outside)
    html = shown(browser, "studies=" + ",".join(str(study.pk) for study in repeats))
    assert "all 3 studies" in html
    html = shown(browser, f"studies={repeats[0].pk},{odd.pk}")
    assert "1 study looks for the lowest value and 1 study looks for the highest accuracy" in html
    assert html.count('class="panel"') == 2


def test_values_of_other_data_are_not_ranked(browser: Client, make_study: Make, train):
    first = make_study(name="A")
    second = make_study(name="B", objective={"kind": "function", "name": "branin"})
    train(first, 0.5)
    train(second, 0.4)
    html = shown(browser, f"studies={first.pk},{second.pk}")
    assert "cannot be ranked" in html
    assert 'class="best"' not in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Which studies?"),
        ("studies=abc", "“abc” is no number of a study."),
        ("studies=99999999999999999999999", "is no number of a study"),
        ("studies=77,88", "Studies 77 and 88 are not there, or not any more."),
        ("studies=&by=nothing&reach=nan&q=%00", "Which studies?"),
        ("studies=²", "is no number of a study"),
    ],
)
def test_any_address_shows_a_page(browser: Client, query: str, words: str):
    assert words in shown(browser, query)


def test_one_study_a_deleted_one_and_one_without_results_are_drawn(browser: Client, make_study: Make, train):
    study, gone = make_study(name="Alone"), make_study(name="Gone")
    control.delete(gone.pk)
    html = shown(browser, f"studies={study.pk},{gone.pk}")
    assert "“Gone” is deleted" in html
    assert "No study has a best configuration yet." in html
    answer = json.loads(browser.get(f"/compare/charts/0.json?studies={study.pk}").content)
    assert answer["figure"] is None
    assert answer["lead"] == "No result in value yet."


def test_studies_are_offered_found_and_left_out(browser: Client, two: tuple[Study, Study]):
    first, second = two
    html = shown(browser, f"studies={first.pk}")
    assert f'name="studies" value="{second.pk}"' in html
    assert "No other study matches" in shown(browser, f"studies={first.pk}&q=nothing")
    html = shown(browser, f"studies={first.pk}&studies={second.pk}&by=time")
    assert f'href="?studies={second.pk}&amp;by=time"' in html


def test_the_value_to_reach_is_the_readers(browser: Client, two: tuple[Study, Study]):
    html = shown(browser, f"studies={two[0].pk},{two[1].pk}&reach=0.3")
    row = html[html.index("Trials to 0.3") :]
    assert row.count('<td class="right num">3</td>') == 2


def test_the_page_follows_running_studies_and_rests_with_ended_ones(
    browser: Client, two: tuple[Study, Study], make_study: Make, train, django_assert_max_num_queries
):
    running = make_study(name="Runs")
    address = f"/compare/live/?studies={two[0].pk},{running.pk}"
    response = browser.get(address)
    assert int(response.headers["X-Live-Every"]) > 0
    known = {"If-None-Match": response.headers["ETag"]}
    with django_assert_max_num_queries(4):
        assert browser.get(address, headers=known).status_code == 304
    train(running, 0.7)
    assert "0.70000" in browser.get(address, headers=known).content.decode()
    assert browser.get(f"/compare/live/?studies={two[0].pk}").headers["X-Live-Every"] == "0"


def test_courses_are_read_once_for_all_viewers(
    browser: Client, two: tuple[Study, Study], django_assert_max_num_queries
):
    address = f"/compare/?studies={two[0].pk},{two[1].pk}"
    browser.get(address)
    with django_assert_max_num_queries(9):
        browser.get(address)
