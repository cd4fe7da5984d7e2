"""The suggestion of a smaller space: shown, applied to the study, and as the beginning of a new one."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from trials.engine import insights
from trials.engine.creation import create_study
from trials.engine.space_edits import edit_space
from trials.engine.warm_start import history_of
from trials.models import Insight, Study, Trial

SPACE = {
    "parameters": [
        {"name": "x1", "type": "float", "low": -5.0, "high": 10.0},
        {"name": "x2", "type": "float", "low": 0.0, "high": 15.0},
    ]
}
BODY: dict[str, Any] = {
    "objective": {"kind": "function", "name": "branin"},
    "space": SPACE,
    "optimizer": {"name": "tpe"},
    "budget": {"trials": 500},
    "seed": 1,
    "name": "Wide",
}


@pytest.fixture
def study(db: None) -> Study:
    """A study whose value follows x1 alone, least at 2, with what a worker found out about it."""
    made, _ = create_study(BODY, owner=None)
    for number in range(80):
        params = {"x1": -5.0 + 15.0 * ((number * 0.618) % 1.0), "x2": 15.0 * ((number * 0.414) % 1.0)}
        value = (params["x1"] - 2.0) ** 2
        Trial.objects.create(
            study=made, number=number, space=made.space, params=params, state=Trial.State.COMPLETE,
            value=value, values=[value], finished_revision=number,
        )  # fmt: skip
    best = made.trials.order_by("value").first()
    assert best is not None
    Study.objects.filter(pk=made.pk).update(n_complete=80, next_number=80, best=best, best_value=best.value)
    # A first insight was there before: a smaller space comes with the second.
    Insight.objects.create(study=made, results=10, data={"methods": {}}, seconds=0.0)
    assert insights.update(made.pk)
    return Study.objects.get(pk=made.pk)


def test_it_is_suggested_in_words_with_marks_and_two_ways_to_use_it(browser: Client, study: Study):
    html = unescape(browser.get(f"/studies/{study.pk}/").content.decode())
    assert "The results speak for a smaller space: 2 parameters would change." in html
    assert re.search(r"the best \d+ of 80 results lie there; 99.% sure\.", html, re.IGNORECASE)
    assert "held at" in html
    assert f'href="/studies/{study.pk}/space/?narrowed=1"' in html
    assert f'href="/studies/new/?from={study.pk}&narrowed=1"' in html
    assert re.search(r'<i style="left:\d+\.\d%;width:\d+\.\d%">', html)


def test_applied_to_the_study_only_ranges_shrink_and_the_editor_says_what_will_happen(
    browser: Client, study: Study
):
    html = unescape(browser.get(f"/studies/{study.pk}/space/?narrowed=1").content.decode())
    narrowed = Insight.objects.get(study=study).data["narrowing"]["ranges"]["parameters"]
    assert (narrowed[0]["low"], narrowed[1]["low"], narrowed[1]["high"]) != (-5.0, 0.0, 15.0)
    assert -5.0 < narrowed[0]["low"] < 2.0 < narrowed[0]["high"] < 10.0
    assert narrowed[1] == SPACE["parameters"][1]
    assert f'value="{narrowed[0]["low"]:g}"' in html


def test_a_new_study_begins_in_the_smaller_space_from_what_was_found_there(browser: Client, study: Study):
    html = unescape(browser.get(f"/studies/new/?from={study.pk}&narrowed=1").content.decode())
    assert "Wide, narrowed" in html
    assert re.search(r"of “Wide”: so many fit these ranges", html)
    found = Insight.objects.get(study=study).data["narrowing"]
    body = {**BODY, "space": found["space"], "warm_start": [study.pk], "optimizer": {"name": "tpe"}}
    new, _ = create_study(body, owner=None)
    # x2 hardly matters and is held: results count whatever theirs was.
    assert len(history_of(new)) == found["inside"] > 10
    assert len({result.params["x2"] for result in history_of(new)}) == 1


def test_an_edited_space_has_no_suggestion_until_a_worker_looks_again(browser: Client, study: Study):
    insight = Insight.objects.get(study=study)
    edit_space(study.pk, {"parameters": [{**SPACE["parameters"][0], "high": 9.0}, SPACE["parameters"][1]]})
    insight.save()
    html = browser.get(f"/studies/{study.pk}/").content.decode()
    assert "smaller space:" not in html
    assert 'value="9"' in browser.get(f"/studies/{study.pk}/space/?narrowed=1").content.decode()


def test_the_option_narrow_is_in_the_form_of_methods_that_learn(browser: Client):
    html = browser.get("/studies/new/").content.decode()
    assert 'name="option-auto-narrow"' in html
    assert 'name="option-random-narrow"' not in html
