"""A study's pages: overview and all trials, what they say in each state, and what watching them costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from trials.engine import control
from trials.engine.absence import back_again
from trials.models import Insight, ParameterValue, Study, Trial, Worker

from .conftest import SPACE

Make = Callable[..., Study]
FOLDS = [{"fold": 0, "score": 0.4}, {"fold": 1, "score": 0.6}]


@pytest.fixture
def worker(db: None) -> Worker:
    return Worker.objects.create(name="box", host="box", pid=1, queues="training", slots=4)


def page(browser: Client, study: Study, tab: str = "") -> str:
    response = browser.get(f"/studies/{study.pk}/{tab}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_study_that_has_just_started_says_what_will_come(browser: Client, make_study: Make):
    html = page(browser, make_study(name="Fresh"))
    assert "The first complete trial appears here." in html
    assert "A ranking needs ten results; 0 so far." in html
    assert "The best trials are listed here" in html


def test_without_a_worker_it_says_that_all_is_safe(browser: Client, make_study: Make, train):
    study = make_study(optimizer={"name": "tpe"})
    train(study, 0.5)
    assert "No worker is listening" in page(browser, study)


def test_with_a_worker_it_does_not(browser: Client, make_study: Make, worker: Worker):
    html = page(browser, make_study())
    assert "No worker is listening" not in html
    assert "4 workers" in html


def test_the_best_configuration_is_shown_with_its_gain_and_spread(browser: Client, make_study: Make, train):
    study = make_study(space=SPACE, optimizer={"name": "random"})
    train(study, 1.0, 0.5, folds=FOLDS)
    Study.objects.filter(pk=study.pk).update(baseline_value=1.0)
    html = page(browser, study)
    assert "0.50000" in html
    assert "50.0\xa0% below default" in html
    assert "±\N{NO-BREAK SPACE}0.100 over folds" in html


def test_a_machine_that_was_away_is_told_for_a_day_however_much_came_since(
    browser: Client, make_study: Make, train
):
    study = make_study(space=SPACE)
    back_again([], timezone.now())
    train(study, *(0.1 * number for number in range(9)))
    assert "HPO Dashboard was stopped at" in page(browser, study)
    study.events.update(created=timezone.now() - timedelta(days=2))
    Study.objects.filter(pk=study.pk).update(revision=10_000)
    assert "HPO Dashboard was stopped at" not in page(browser, study)


def test_the_leaderboard_shows_only_parameters_that_are_active_in_it(
    browser: Client, make_study: Make, train
):
    study = make_study(space=SPACE)
    train(study, 0.3, 0.1, 0.2)
    Trial.objects.filter(study=study, number__lt=3).update(params={"kernel": "linear", "C": 2.5})
    html = page(browser, study)
    board = html[html.index('id="leaderboard"') : html.index('id="activity"')]
    assert '<span class="mono">C</span>' in board
    assert '<span class="mono">gamma</span>' not in board
    numbers = [part.split("/")[0] for part in board.split(f'href="/studies/{study.pk}/trials/')[1:4]]
    assert numbers == ["1", "2", "0"]


def test_when_all_trials_fail_the_reason_stands_on_top(browser: Client, make_study: Make, train):
    study = make_study()
    train(study, None, None, None)
    html = page(browser, study)
    assert "All 3 trials failed" in html
    assert "It broke." in html


def test_an_ended_study_gives_its_reason_and_has_no_controls(browser: Client, make_study: Make, train):
    study = make_study(budget={"trials": 2})
    train(study, 0.5, 0.25)
    html = page(browser, study)
    assert "All 2 trials are done" in html
    assert ">Pause<" not in html.replace("</svg>Pause<", ">Pause<")
    assert "done in" in html


def test_importances_are_drawn_with_their_sentence(browser: Client, make_study: Make):
    study = make_study(space=SPACE)
    importance = {
        "names": ["kernel", "C", "gamma"],
        "share": [0.1, 0.3, 0.6],
        "low": [0.0, 0.2, 0.5],
        "high": [0.2, 0.4, 0.7],
        "r2": 0.81,
        "n": 40,
    }
    Insight.objects.create(study=study, results=40, data={"importance": importance}, seconds=0.1)
    Study.objects.filter(pk=study.pk).update(n_complete=40)
    html = page(browser, study)
    assert "60\xa0%" in html
    assert "Held-out R² 0.81, 40 trials." in html
    assert html.index(">gamma<") < html.index(">kernel<")


def test_an_overview_costs_the_same_for_many_trials(
    browser: Client, make_study: Make, train, django_assert_max_num_queries
):
    study = make_study(budget={"trials": 40})
    train(study, *[1 / (n + 1) for n in range(30)])
    with django_assert_max_num_queries(11):
        page(browser, study)
    with django_assert_max_num_queries(9):
        page(browser, study, "trials/?sort=value")


def test_watching_an_idle_study_costs_one_small_query_beside_the_session(
    browser: Client, make_study: Make, django_assert_max_num_queries
):
    study = make_study()
    address = f"/studies/{study.pk}/live/"
    etag = browser.get(address)["ETag"]
    with django_assert_max_num_queries(4):
        answer = browser.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_result_a_pause_or_a_worker_ends_the_silence(browser: Client, make_study: Make, train):
    study = make_study()
    address = f"/studies/{study.pk}/live/"

    def changed(etag: str) -> str:
        answer = browser.get(address, headers={"If-None-Match": etag})
        assert answer.status_code == 200
        return answer["ETag"]

    etag = browser.get(address)["ETag"]
    train(study, 0.5)
    etag = changed(etag)
    control.pause(study.pk)
    etag = changed(etag)
    Worker.objects.create(name="box", host="box", pid=1, queues="training", slots=2)
    changed(etag)


def test_an_ended_study_is_not_polled(browser: Client, make_study: Make):
    study = make_study()
    control.stop(study.pk)
    Study.objects.filter(pk=study.pk).update(ended=timezone.now() - timedelta(minutes=5))
    assert browser.get(f"/studies/{study.pk}/live/")["X-Live-Every"] == "0"
    assert 'data-live-every="0"' in page(browser, study)


def shown_numbers(html: str, study: Study) -> list[int]:
    rows = html.split('<tr class="links')[1:]
    return [int(row.split(f"/studies/{study.pk}/trials/")[1].split("/")[0]) for row in rows]


@pytest.fixture
def four_trials(make_study: Make, train) -> Study:
    """Values 3, failed, 1, 2; gamma inactive in trials 0 and 2, else 0.5 and 0.1."""
    study = make_study(space=SPACE, budget={"trials": 4})
    train(study, 3.0, None, 1.0, 2.0)
    gammas = {0: None, 1: 0.5, 2: None, 3: 0.1}
    ParameterValue.objects.filter(study=study).delete()
    for trial in study.trials.numbered():
        gamma = gammas[trial.number]
        if gamma is not None:
            ParameterValue.objects.create(
                trial=trial, study=study, name="gamma", number=gamma, text=str(gamma)
            )
    return study


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 2, 1, 0]),
        ("sort=number", [0, 1, 2, 3]),
        ("sort=value", [2, 3, 0, 1]),
        ("sort=-value", [0, 3, 2, 1]),
        ("sort=param:gamma", [3, 1, 0, 2]),
        ("sort=-param:gamma", [1, 3, 0, 2]),
        ("sort=param:gamma&state=complete", [3, 0, 2]),
        ("state=failed", [1]),
        ("sort=param:nothing", [3, 2, 1, 0]),
        ("sort=-seconds;drop&page=x&state=y", [3, 2, 1, 0]),
        ("page=99", [3, 2, 1, 0]),
    ],
)
def test_all_trials_are_sorted_and_filtered_by_the_address(
    browser: Client, four_trials: Study, query: str, numbers: list[int]
):
    assert shown_numbers(page(browser, four_trials, f"trials/?{query}"), four_trials) == numbers


def test_trials_come_in_pages_whatever_they_are_sorted_by(
    browser: Client, make_study: Make, train, monkeypatch: pytest.MonkeyPatch
):
    study = make_study(space=SPACE, budget={"trials": 7})
    train(study, *range(1, 8))
    ParameterValue.objects.filter(study=study, trial__number__gte=4).delete()
    monkeypatch.setattr("trials.views.parts.trial_table.PER_PAGE", 3)
    for sort in ("number", "-value", "param:C", "-param:C"):
        seen = [
            number
            for number_of_page in (1, 2, 3)
            for number in shown_numbers(
                page(browser, study, f"trials/?sort={sort}&page={number_of_page}"), study
            )
        ]
        assert sorted(seen) == list(range(7)), sort


def test_a_study_that_ended_with_failures_alone_leads_to_them(browser: Client, make_study: Make, train):
    study = make_study(budget={"trials": 2})
    train(study, None, None)
    html = page(browser, study)
    assert "The study ended with no result." in html
    assert f"/studies/{study.pk}/trials/?state=failed" in html
    home = browser.get("/").content.decode()
    assert 'class="bad-mark" style="width:100%"' in home
    assert "no result yet" not in home


def test_stopping_asks_first_and_can_be_called_off(browser: Client, make_study: Make):
    html = page(browser, make_study())
    assert html.index('popovertarget="stop-confirm"') < html.index('id="stop-confirm"')
    assert html.index('id="stop-confirm"') < html.index("/stop/")
    assert 'popovertargetaction="hide"' in html


def test_a_study_that_is_not_there_is_a_404(browser: Client):
    assert browser.get("/studies/9/").status_code == 404
    assert browser.get("/studies/9/live/").status_code == 404


def test_a_negated_error_is_shown_as_the_error_everywhere(browser: Client, make_study: Make, train):
    objective = {"kind": "model", "model": "ridge", "dataset": "diabetes"}
    objective["scoring"] = "neg_mean_absolute_error"
    study = make_study(objective=objective, parallelism=1)
    train(study, -50.25, -40.125, -45.0)
    pages = [page(browser, study), page(browser, study, "trials/"), browser.get("/").content.decode()]
    pages.append(browser.get(f"/studies/{study.pk}/trials/1/").content.decode())
    for html in pages:
        assert "40.125" in html
        assert "\N{MINUS SIGN}40.125" not in html
        assert "MAE" in html
    assert "Minimise MAE" in pages[0]
    chart = browser.get(f"/studies/{study.pk}/charts/convergence.json").json()
    assert "MAE 40.125" in chart["sentence"]
    assert chart["figure"]["data"][-3]["y"] == [40.125]
