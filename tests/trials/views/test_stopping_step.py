"""Early stopping on the form: what suits the study, what is suggested, its JSON, messages by the field."""

import json
import re

import pytest
from django.test import Client

from tests.trials.views.filled_form import FOREST, URL, form_of, said_at
from trials.models import Study

TEN_FOLDS = FOREST["objective"] | {"validation": {"kind": "kfold", "folds": 10}}
RIDGE = {"kind": "model", "model": "ridge", "dataset": "diabetes"}


def shown(browser: Client, **parts: object) -> str:
    return browser.post(URL + "space/", form_of({**FOREST, **parts})).content.decode()


def rules(html: str) -> list[str]:
    return re.findall(r'name="rule" value="(\w+)"', html)


def suggestion(html: str) -> str:
    cards = re.findall(
        r'<label class="option-card"><input type="radio" name="rule".*?</label>', html, re.DOTALL
    )
    (card,) = [card for card in cards if "suggested" in card]
    return re.findall(r'value="(\w+)"', card)[0]


@pytest.mark.parametrize(
    ("validation", "usual"),
    [
        ({"kind": "kfold", "folds": 10}, "wilcoxon"),
        ({"kind": "kfold", "folds": 3, "repeats": 5}, "wilcoxon"),
        ({"kind": "kfold", "folds": 5}, "race"),
    ],
)
def test_folds_are_offered_the_rules_for_folds_and_the_one_that_suits(
    browser: Client, validation: dict[str, object], usual: str
) -> None:
    html = shown(browser, objective=FOREST["objective"] | {"validation": validation})
    assert rules(html)[:2] == ["none", usual]
    assert {"race", "wilcoxon", "median", "threshold"} < set(rules(html))
    assert "patience" not in rules(html)
    assert suggestion(html) == usual


def test_steps_are_offered_the_rules_for_steps(browser: Client) -> None:
    curve = {"objective": {"kind": "function", "name": "learning_curve"}, "optimizer": {"name": "random"}}
    html = browser.post(URL + "space/", form_of(curve)).content.decode()
    assert suggestion(html) == "median"
    assert {"patience", "extrapolation"} < set(rules(html))
    assert "wilcoxon" not in rules(html)


def test_where_there_is_nothing_to_stop_it_says_so(browser: Client) -> None:
    html = shown(browser, objective=FOREST["objective"] | {"validation": {"kind": "holdout"}})
    assert rules(html) == []
    assert "one score at the end" in html


def test_what_is_chosen_is_started_and_copied(browser: Client) -> None:
    study = FOREST | {"objective": TEN_FOLDS, "stopping": {"name": "wilcoxon", "p": 0.05}}
    typed = form_of(study)
    assert (typed["rule"], typed["rule-wilcoxon-p"]) == ("wilcoxon", "0.05")
    preview = browser.post(URL + "preview/", typed).content.decode()
    assert "is stopped early" in preview
    assert "wilcoxon" in preview, "in the JSON, Python and curl"
    assert browser.post(URL, typed).status_code == 302
    made = Study.objects.get()
    assert made.stopping == {"name": "wilcoxon", "p": 0.05}
    again = browser.get(f"{URL}?from={made.pk}").content.decode()
    assert re.search(r'name="rule" value="wilcoxon"[^>]*checked', again)
    assert 'value="0.05"' in again


def test_json_that_is_typed_chooses_the_rule(browser: Client) -> None:
    study = FOREST | {"objective": TEN_FOLDS, "stopping": {"name": "median", "warmup_trials": 9}}
    html = browser.post(URL + "json/", form_of(FOREST) | {"json": json.dumps(study)}).content.decode()
    assert re.search(r'name="rule" value="median"[^>]*checked', html)
    wrong = study | {"stopping": {"name": "medain"}}
    said = browser.post(URL + "json/", form_of(FOREST) | {"json": json.dumps(wrong)}).content.decode()
    assert "did you mean" in said


def test_what_is_wrong_stands_beside_its_field(browser: Client) -> None:
    typed = form_of(FOREST | {"objective": TEN_FOLDS, "stopping": {"name": "wilcoxon"}})
    answer = browser.post(URL, typed | {"rule-wilcoxon-p": "0.8"})
    assert answer.status_code == 422
    assert "0.8" in said_at(answer.content.decode(), "id_rule-wilcoxon-p")
    answer = browser.post(URL, typed | {"rule": "threshold"})
    assert "missing" in said_at(answer.content.decode(), "id_rule-threshold-threshold")
    answer = browser.post(URL, typed | {"folds": "3"})
    assert "choose race" in said_at(answer.content.decode(), "id_rule")


def test_a_threshold_on_an_error_is_told_as_people_say_it(browser: Client) -> None:
    typed = form_of({"objective": RIDGE, "stopping": {"name": "threshold", "threshold": -70}, "seed": 1})
    assert typed["rule-threshold-threshold"] == "70"
    assert browser.post(URL, typed).status_code == 302
    assert Study.objects.get().stopping["threshold"] == -70
