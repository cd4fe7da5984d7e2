"""The pages of studies with several objectives and of studies with limits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from trials.engine.finish import Verdict, record
from trials.models import Study, Trial

Make = Callable[..., Study]
BODY: dict[str, Any] = {
    "objective": {"kind": "external"},
    "space": {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]},
    "metrics": ["accuracy", "predict_ms"],
    "directions": ["maximize", "minimize"],
    "constraints": [{"metric": "model_kb", "max": 100}],
    "parallelism": 20,
}
OUTCOMES = [(0.5, 1.0, 90), (0.93, 2.0, 90), (0.99, 9.0, 90), (0.6, 3.0, 90), (1.0, 0.5, 250)]


@pytest.fixture
def study(make_study: Make) -> Study:
    """Three trials on the front, one beaten, one over the limit."""
    return told(make_study(**BODY), OUTCOMES)


def told(study: Study, outcomes: list[tuple[float, ...]]) -> Study:
    for number, (*values, size) in enumerate(outcomes):
        trial = Trial.objects.create(
            study=study, number=number, space=study.space, params={"x": 0.1}, state="running", token="t"
        )
        with Study.locked(study.pk) as locked:
            locked.count(None, "running", next_number=number + 1)
        metrics = dict(zip(study.metrics[1:], values[1:], strict=True)) | {"model_kb": size}
        record(trial, "t", Verdict("complete", tuple(values), None, {"metrics": metrics}))
    study.refresh_from_db()
    return study


def page(browser: Client, study: Study, tab: str = "") -> str:
    response = browser.get(f"/studies/{study.pk}/{tab}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_overview_shows_the_front_its_compromise_and_no_single_best(browser: Client, study: Study):
    html = page(browser, study)
    assert "Maximise accuracy and minimise prediction time, ms" in html
    assert "keep model size at most 100\xa0KB" in html
    assert "The compromise" in html
    assert "3 trials that no other beats" in html
    assert "best of the front" not in html
    assert "vs default" not in html
    assert "charts/pareto.json" in html
    assert "charts/hypervolume.json" in html
    assert "joined the front" in html


def test_the_board_has_a_column_for_each_objective_and_each_limit(browser: Client, study: Study):
    board = page(browser, study).partition('id="leaderboard"')[2].partition("</table>")[0]
    for title in ("Accuracy", "Prediction time, ms", "Model size, KB"):
        assert title in board
    assert [board.index(text) for text in ("0.99000", "0.93000", "0.50000")] == sorted(
        board.index(text) for text in ("0.99000", "0.93000", "0.50000")
    )
    assert "1.00000" not in board, "what breaks the limit is not on the board"


def test_the_table_sorts_by_any_objective_and_marks_what_breaks_a_limit(browser: Client, study: Study):
    html = page(browser, study, "trials/?sort=metric:predict_ms")
    assert html.index('data-key="trial-4"') < html.index('data-key="trial-0"')
    assert html.count("over limit") == 1
    front = page(browser, study, "trials/?front=yes")
    assert [f'data-key="trial-{n}"' in front for n in range(5)] == [True, True, True, False, False]
    broken = page(browser, study, "trials/?limits=broken")
    assert [f'data-key="trial-{n}"' in broken for n in range(5)] == [False, False, False, False, True]


def test_a_trial_says_what_it_reached_and_which_limit_it_breaks(browser: Client, study: Study):
    good = page(browser, study, "trials/2/")
    assert "0.99000" in good
    assert "9.0000" in good
    assert "on the front" in good
    assert "Pick this one" in good
    bad = page(browser, study, "trials/4/")
    assert "It breaks a limit" in bad
    assert "model size at most 100\xa0KB" in bad
    assert "250.00" in bad
    assert "Pick this one" not in bad


def test_a_person_picks_from_the_front_and_goes_back(browser: Client, study: Study):
    browser.post(f"/studies/{study.pk}/pick/", {"number": "2"})
    html = page(browser, study)
    assert "Your pick" in html
    assert "Back to the compromise" in html
    assert "picked" in page(browser, study, "trials/2/")
    refused = browser.post(f"/studies/{study.pk}/pick/", {"number": "3"}, follow=True)
    assert "is not on the front" in refused.content.decode()
    browser.post(f"/studies/{study.pk}/pick/", {})
    assert "The compromise" in page(browser, study)
    assert browser.get(f"/studies/{study.pk}/pick/").status_code == 405


def test_the_home_page_counts_the_front(browser: Client, study: Study):
    html = browser.get("/").content.decode()
    assert "on the front" in html
    assert "several goals" in html


def test_while_nothing_keeps_the_limits_it_says_so(browser: Client, make_study: Make):
    study = told(make_study(**BODY), [(1.0, 0.5, 250)])
    assert "No trial keeps the limits" in page(browser, study)
    one = BODY | {"metrics": ["accuracy"], "directions": ["maximize"]}
    assert "No trial keeps the limits" in page(browser, told(make_study(**one), [(1.0, 250)]))


def test_what_breaks_a_limit_does_not_improve_the_convergence(browser: Client, make_study: Make):
    one = BODY | {"metrics": ["accuracy"], "directions": ["maximize"]}
    study = told(make_study(**one), [(0.5, 90), (0.9, 250), (0.6, 90)])
    answer = browser.get(f"/studies/{study.pk}/charts/convergence.json").json()
    assert "Trial 2 is the best so far" in answer["sentence"]
    assert "1 hollow one breaks a limit." in answer["sentence"]
    assert "The default" not in answer["sentence"]
    other = told(make_study(**one), [(0.5, 250), (0.4, 90), (0.45, 90)])
    Study.objects.filter(pk=other.pk).update(baseline_value=0.5)
    again = browser.get(f"/studies/{other.pk}/charts/convergence.json").json()
    assert "The default breaks a limit." in again["sentence"]


@pytest.mark.parametrize("tab", ["", "trials/", "result/", "failures/", "space/", "trials/0/", "extend/"])
def test_every_page_is_there_before_and_after_results(browser: Client, make_study: Make, tab: str):
    for study in (told(make_study(**BODY), OUTCOMES[:1]), *([] if "0" in tab else [make_study(**BODY)])):
        page(browser, study, tab)


def test_a_trial_says_what_the_models_of_the_objectives_expected(browser: Client, study: Study):
    info = {"mode": "model", "predicted_means": [0.9, 4.0], "predicted_stds": [0.01, 0.5], "acquisition": 1.0}
    study.trials.filter(number=1).update(info=info)
    html = page(browser, study, "trials/1/")
    assert "Expected here: accuracy 0.90000 ± 0.010 and prediction time, ms 4.0000 ± 0.50." in html
