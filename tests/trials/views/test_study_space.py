"""The space of a study, edited in flight: what is told before, versions, trials inside and outside."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from trials.engine import advance
from trials.forms.space_draft import SpaceDraft
from trials.models import Study

Make = Callable[..., Study]
SPACE = {
    "parameters": [
        {"name": "x1", "type": "float", "low": -5, "high": 10},
        {"name": "x2", "type": "float", "low": 0, "high": 15},
    ]
}


@pytest.fixture
def study(make_study: Make) -> Study:
    study = make_study(objective={"kind": "function", "name": "branin"}, space=SPACE, parallelism=4)
    advance.advance(study.pk)
    study.refresh_from_db()
    return study


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def rows_of(space: dict[str, Any], study: Study) -> dict[str, str]:
    return dict(SpaceDraft.of_space(space, study=str(study.pk)).data)


def narrowed(low: float) -> dict[str, Any]:
    return {"parameters": [SPACE["parameters"][0] | {"low": low}, SPACE["parameters"][1]]}


def test_the_page_says_what_will_happen(browser: Client, study: Study):
    html = browser.get(f"/studies/{study.pk}/space/").content.decode()
    text = text_of(html)
    assert "Saving it again changes nothing" in text
    assert "is made" not in text, "saved as it is, no version follows"
    assert re.search(rf"Version 1, now .{{0,30}}{study.trials.count()} trials", text)


def test_the_effects_follow_what_is_typed(browser: Client, study: Study):
    values = [params["x1"] for params in study.trials.values_list("params", flat=True)]
    between = sorted(values)[1] + 1e-6
    html = browser.post("/spaces/preview/", rows_of(narrowed(between), study)).content.decode()
    assert "2 trials lie outside" in text_of(html)
    assert "A new version of the space is made" in text_of(html)
    html = browser.post("/spaces/preview/", rows_of(narrowed(-100), study)).content.decode()
    assert "so far lie inside the new ranges" in text_of(html)


def test_saving_makes_a_version_and_marks_the_trials(browser: Client, study: Study):
    first = study.space
    answer = browser.post(f"/studies/{study.pk}/space/", rows_of(narrowed(9.9), study))
    assert (answer.status_code, answer["Location"]) == (302, f"/studies/{study.pk}/")
    study.refresh_from_db()
    assert (study.space.version, study.space.previous) == (2, first)
    assert study.space.definition["parameters"][0]["low"] == 9.9
    text = text_of(browser.get(f"/studies/{study.pk}/space/").content.decode())
    assert "Version 2, now" in text
    assert "Version 1" in text


@pytest.mark.parametrize(
    ("texts", "field", "words"),
    [
        ({"row-0-low": "20"}, "id_row-0-low", "From must be below To"),
        ({"row-0-name": "y"}, "id_row-0-name", "parameter of branin"),
        ({"constraints": "x1 < z"}, "id_constraints", "z"),
    ],
)
def test_what_the_study_cannot_do_is_refused_beside_the_field(
    browser: Client, study: Study, texts: dict[str, str], field: str, words: str
):
    answer = browser.post(f"/studies/{study.pk}/space/", rows_of(SPACE, study) | texts)
    html = answer.content.decode()
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</(?:p|li)>', html, re.DOTALL)
    assert found is not None
    assert words in unescape(found[1])
    study.refresh_from_db()
    assert study.space.version == 1


def test_a_deleted_study_has_no_page(browser: Client, study: Study):
    browser.post(f"/studies/{study.pk}/delete/")
    study.refresh_from_db()
    assert study.deleted is not None
    assert browser.get(f"/studies/{study.pk}/space/").status_code == 404
    assert browser.post("/spaces/preview/", rows_of(SPACE, study)).status_code == 200
