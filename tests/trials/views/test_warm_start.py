"""Earlier studies in the new study form, and what the pages say of a study that began from one."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.trials.views.filled_form import FOREST, URL, form_of, said_at
from trials.engine.advance import advance
from trials.forms.earlier import earlier_choices
from trials.models import Study

NOOP: dict[str, Any] = {
    "objective": {"kind": "function", "name": "branin"},
    "optimizer": {"name": "tpe"},
    "budget": {"trials": 20},
    "seed": 1,
}
Make = Callable[..., Study]


@pytest.fixture
def earlier(make_study: Make, train: Callable[..., None]) -> Study:
    study = make_study(objective=NOOP["objective"], name="The first one")
    train(study, 5.0, 1.0, 3.0, 2.0)
    return study


def test_earlier_studies_of_the_same_thing_are_offered_and_ticked_ones_are_started_from(
    browser: Client, earlier: Study
):
    html = unescape(browser.post(URL + "space/", form_of(NOOP)).content.decode())
    assert re.search(rf'name="warm_start" value="{earlier.pk}">', html)
    assert "branin · 4 results" in html
    ticked = form_of(NOOP) | {"warm_start": [str(earlier.pk)]}
    words = unescape(browser.post(URL + "preview/", ticked).content.decode())
    assert "It begins from <b>all 4 results</b> of “The first one”." in words
    assert browser.post(URL, ticked).status_code == 302
    study = Study.objects.get(name="Branin")
    assert study.warm_start == [earlier.pk]
    again = unescape(browser.get(f"{URL}?from={study.pk}").content.decode())
    assert re.search(rf'name="warm_start" value="{earlier.pk}" checked', again)


def test_how_many_results_fit_the_ranges_is_said(browser: Client, earlier: Study):
    xs = sorted(trial.params["x1"] for trial in earlier.trials.numbered())
    space = earlier.space.definition
    half = {
        **space,
        "parameters": [{**space["parameters"][0], "low": xs[2] - 1e-6}, *space["parameters"][1:]],
    }
    half["parameters"][0].pop("default", None)
    ticked = form_of({**NOOP, "space": half, "warm_start": [earlier.pk]})
    words = unescape(browser.post(URL + "preview/", ticked).content.decode())
    assert "<b>2 of 4 results</b> of “The first one”: so many fit these ranges" in words


@pytest.mark.parametrize("given", ["999999", "x", "-1", "9" * 30])
def test_a_study_that_is_not_there_is_refused_beside_the_field(browser: Client, earlier: Study, given: str):
    answer = browser.post(URL, form_of(NOOP) | {"warm_start": given, "name": "Kept"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert said_at(html, "id_warm_start")
    assert "checked" in re.search(rf'name="warm_start" value="{given}"[^>]*', html)[0]
    assert not Study.objects.filter(name="Kept").exists()


def test_a_study_with_another_score_is_refused_in_words(browser: Client, earlier: Study):
    html = browser.post(URL, form_of(FOREST) | {"warm_start": str(earlier.pk)}).content.decode()
    assert "measures value, this one accuracy" in said_at(html, "id_warm_start")


def test_the_same_data_come_first(make_study: Make, train: Callable[..., None]):
    ids = []
    for dataset in ("wine", "iris", "wine"):
        study = make_study(objective={"kind": "model", "model": "svc", "dataset": dataset})
        train(study, 0.5)
        ids.append(str(study.pk))
    choices = earlier_choices({"kind": "model", "model": "svc", "dataset": "iris", "scoring": "accuracy"}, "")
    assert [choice.pk for choice in choices] == [ids[1], ids[2], ids[0]]
    assert earlier_choices({"kind": "model", "model": "ridge", "dataset": "diabetes"}, "") == []


def test_the_page_of_a_trial_says_that_it_comes_from_an_earlier_study(
    browser: Client, earlier: Study, make_study: Make
):
    study = make_study(objective=NOOP["objective"], optimizer={"name": "tpe"}, warm_start=[earlier.pk])
    advance(study.pk)
    html = unescape(browser.get(f"/studies/{study.pk}/trials/0/").content.decode())
    assert "It comes from an earlier study: trial 1 of “The first one” was among its best." in html
