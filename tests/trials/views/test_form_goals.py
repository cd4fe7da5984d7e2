"""The new study form's several objectives and limits: what it offers, marks, says and starts."""

import json
import re
from html import unescape

from django.test import Client

from trials.models import Study

from .filled_form import FOREST, URL, form_of, said_at

SPACE_URL = "/studies/new/space/"


def ticks(html: str) -> dict[str, bool]:
    """What can be optimized beside the score, and what is ticked."""
    found = re.findall(r'name="goals" value="([^"]+)"( checked)?', html)
    return {name: bool(checked) for name, checked in found}


def test_what_can_be_optimized_and_limited_is_offered_with_its_direction(browser: Client):
    html = browser.get(URL).content.decode()
    assert list(ticks(html))[:2] == ["model_kb", "fit_seconds"]
    assert "accuracy" not in ticks(html), "it is the score already"
    assert "neg_log_loss" not in ticks(html), "its error is on offer"
    assert re.search(r'value="predict_ms">.{0,120}less is better', html)
    assert re.search(r'value="f1">.{0,80}more is better', html)
    assert 'name="limit-0-metric"' in html
    assert 'name="limit-1-metric"' not in html


def test_methods_for_one_objective_are_marked_once_there_are_several(browser: Client):
    one = browser.post(SPACE_URL, form_of(FOREST)).content.decode()
    assert "For one objective only." not in one
    assert "Also for several objectives." in one
    several = browser.post(SPACE_URL, form_of(FOREST) | {"goals": ["predict_ms", "f1"]}).content.decode()
    tpe = several.partition('value="tpe"')[2].partition("</label>")[0]
    nsga2 = several.partition('value="nsga2"')[2].partition("</label>")[0]
    assert "For one objective only." in tpe
    assert "For one objective only." not in nsga2
    assert {name for name, ticked in ticks(several).items() if ticked} == {"predict_ms", "f1"}
    assert "3 objectives at once" in several


def test_too_many_objectives_are_refused_beside_them_and_stay_ticked(browser: Client):
    goals = ["predict_ms", "fit_seconds", "model_kb", "f1"]
    answer = browser.post(URL, form_of(FOREST) | {"goals": goals})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "choose up to 4" in said_at(html, "id_goals")
    assert {name for name, ticked in ticks(html).items() if ticked} == set(goals)
    assert not Study.objects.exists()


def test_a_filled_row_of_limits_is_followed_by_a_blank_one(browser: Client):
    html = browser.post(SPACE_URL, form_of(FOREST) | {"limit-0-metric": "predict_ms"}).content.decode()
    assert 'name="limit-1-metric"' in html
    assert re.search(r'<option value="predict_ms" selected>', html)


def test_the_words_and_the_code_say_the_goals(browser: Client):
    form = form_of(FOREST) | {"goals": ["predict_ms"], "limit-0-metric": "model_kb", "limit-0-value": "400"}
    html = unescape(browser.post(f"{URL}preview/", form).content.decode())
    assert "that weigh up <b>high accuracy</b> and <b>low prediction time, ms</b>" in html
    assert "Only what keeps <b>model size at most 400\xa0KB</b> counts." in html
    assert '"metrics"' in html
    assert '"constraints"' in html


def test_it_starts_a_study_of_several_objectives_within_limits(browser: Client):
    form = form_of(FOREST) | {"goals": ["predict_ms"], "optimizer": "ehvi", "option-ehvi-per_second": "true"}
    form |= {"limit-0-metric": "neg_log_loss", "limit-0-side": "max", "limit-0-value": "0.3"}
    answer = browser.post(URL, form)
    assert answer.status_code == 302, said_at(answer.content.decode(), "id_goals")
    study = Study.objects.get()
    assert (study.metrics, study.directions) == (["accuracy", "predict_ms"], ["maximize", "minimize"])
    assert study.constraints == [{"metric": "neg_log_loss", "min": -0.3}], "people limit the error"
    assert study.optimizer == {"name": "ehvi", "per_second": True}
    assert study.objective["measures"] == ["neg_log_loss"]
    again = browser.get(f"{URL}?from={study.pk}").content.decode()
    assert {name for name, ticked in ticks(again).items() if ticked} == {"predict_ms"}
    assert 'value="0.3"' in again


def test_typed_json_fills_in_goals_and_limits(browser: Client):
    study = {
        "objective": FOREST["objective"],
        "metrics": ["accuracy", "fit_seconds"],
        "constraints": [{"metric": "predict_ms", "max": 5}],
        "optimizer": "nsga2",
    }
    html = browser.post(f"{URL}json/", form_of(FOREST) | {"json": json.dumps(study)}).content.decode()
    assert ticks(html)["fit_seconds"]
    assert re.search(r'<option value="predict_ms" selected>', html)
