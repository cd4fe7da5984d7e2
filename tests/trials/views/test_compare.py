"""The comparison: any studies side by side, what differs, live; whatever the address says."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine import control, groups
from trials.models import Study, StudyGroup

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


# --- groups -------------------------------------------------------------------------------------------------
@pytest.fixture
def group(make_study: Make, train: Callable[..., None]) -> StudyGroup:
    """Two optimizers at three seeds, all over: sobol always wins."""
    source = make_study(name="Base", budget={"trials": 2})
    train(source, 0.9, 0.8)
    body = {"study": source.pk, "optimizers": ["random", "sobol"], "seeds": 3}
    made, _ = groups.create_group(body, None)
    for study in made.studies.all():
        ahead = 0.1 if study.optimizer["name"] == "sobol" else 0.0
        train(study, 0.9, 0.5 + study.seed / 100 - ahead)
    return made


def test_a_group_reads_as_one_comparison_with_statistics(browser: Client, group: StudyGroup):
    html = shown(browser, f"group={group.pk}")
    assert "<h1>Base, repeated</h1>" in html
    assert "sobol reached a lower value than random in 3 of 3 seeds; difference −0.100" in html
    assert "with 3 seeds not even a clean sweep shows more (p = 0.25)" in html
    answer = json.loads(browser.get(f"/compare/charts/0.json?group={group.pk}").content)
    assert answer["lead"] == "sobol has the lowest median best value, 0.42000, at the end of the budget."
    assert len(answer["figure"]["data"]) == 6  # two lines, each with two edges of its band


def test_leaving_one_out_of_a_group_names_the_others(browser: Client, group: StudyGroup):
    _, *others = group.studies.order_by("pk").values_list("pk", flat=True)
    assert f'href="?studies={",".join(map(str, others))}"' in shown(browser, f"group={group.pk}")


def test_a_group_is_one_row_on_the_home_page(browser: Client, group: StudyGroup, make_study: Make):
    make_study(name="Alone")
    html = browser.get("/").content.decode()
    assert "Base, repeated" in html
    assert "random and sobol · 3 seeds" in html
    assert "sobol leads in value" in html
    assert html.count('<tr data-key="study-') == 2
    assert 'All <span class="count num">2</span>' in html
    html = browser.get(f"/?group={group.pk}").content.decode()
    assert html.count('<tr data-key="study-') == 6
    assert browser.get("/?q=sobol,").content.decode().count('<tr data-key="study-') == 3


def test_the_form_counts_before_it_starts_a_group(browser: Client, make_study: Make, train):
    study = make_study(name="Base", budget={"trials": 2})
    train(study, 0.5, 0.4)
    address = f"/studies/{study.pk}/repeat/"
    html = browser.get(address).content.decode()
    assert "6 studies, 12 trials in all." in html
    assert 'value="hyperband"' not in html
    html = browser.get(f"{address}?optimizers=random&optimizers=tpe&optimizers=gp&seeds=5&first=0&trials=10")
    assert "15 studies, 150 trials in all." in html.content.decode()
    assert not StudyGroup.objects.exists()
    given = {"optimizers": ["random", "tpe"], "seeds": "2", "first": "7", "trials": "3", "name": "Mine"}
    response = browser.post(address, given | {"count": "1"})
    assert (response.status_code, StudyGroup.objects.count()) == (200, 0)
    response = browser.post(address, given)
    group = StudyGroup.objects.get()
    assert response.url == f"/compare/?group={group.pk}"
    assert sorted(group.studies.values_list("seed", flat=True)) == [7, 7, 8, 8]
    assert group.owner is not None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"optimizers": [], "seeds": "2"}, "choose at least one optimizer"),
        ({"optimizers": ["random"], "seeds": "0"}, "seeds are how many"),
        ({"optimizers": ["random"], "seeds": "many"}, "many"),
        ({"optimizers": ["random"], "seeds": "99999999"}, "seeds are how many"),
        ({"optimizers": ["random"], "seeds": "2", "first": "-3"}, "different numbers"),
        ({"optimizers": ["random"], "seeds": "2", "trials": "0"}, "trials must be a whole number"),
        ({"optimizers": ["nonsense"], "seeds": "2"}, "nonsense"),
    ],
)
def test_a_bad_form_is_told_beside_the_field(browser: Client, make_study: Make, given, words: str):
    study = make_study()
    response = browser.post(f"/studies/{study.pk}/repeat/", given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Study.objects.count() == 1


def test_a_group_is_controlled_as_one(browser: Client, make_study: Make):
    made, _ = groups.create_group({"study": make_study().pk, "optimizers": ["random"], "seeds": 2}, None)
    assert "Pause all" in shown(browser, f"group={made.pk}")
    browser.post(f"/groups/{made.pk}/pause/")
    assert set(made.studies.values_list("state", flat=True)) == {"paused"}
    assert "Resume all" in shown(browser, f"group={made.pk}")
    assert "is deleted with all" in browser.post(f"/groups/{made.pk}/delete/", follow=True).content.decode()
    assert "or all of its studies are deleted" in shown(browser, f"group={made.pk}")
    assert browser.post(f"/groups/{made.pk}/restore/").url == f"/compare/?group={made.pk}"
    assert browser.post(f"/groups/{made.pk}/nonsense/").status_code == 404
    assert browser.post("/groups/99/pause/").status_code == 404
