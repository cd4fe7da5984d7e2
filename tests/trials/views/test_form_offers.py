"""What the new study form offers beyond one model: several, further scores, order, JSON typed beside it."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.trials.views.filled_form import FOREST, URL, form_of, input_of, said_at
from trials.forms.draft import Draft
from trials.models import Dataset, Study

Make = Callable[..., Study]


# --- several models, further scores, own words ------------------------------------------------------------
def test_several_models_become_one_space_and_come_back_as_one(browser: Client):
    several = form_of(FOREST) | {"also": ["svc", "mlp_classifier"]}
    html = browser.post(URL + "space/", several).content.decode()
    assert 'value="svc__C"' in html
    assert 'value="mlp_classifier__n_layers"' in html
    assert 'value="model = svc"' in html
    assert '<span class="of-model">mlp_classifier</span>n_layers</span>' in html
    assert re.search(r'name="also" value="svc" checked', html)
    assert "Your own ranges of random forest come back" in unescape(html)


def test_what_is_ticked_is_started(browser: Client):
    draft = Draft(form_of(FOREST) | {"also": "svc", "measures": "f1,roc_auc", "tags": "a, b c"}).settled()
    answer = browser.post(URL, dict(draft.data))
    assert answer.status_code == 302
    study = Study.objects.get()
    assert study.objective["models"] == ["random_forest_classifier", "svc"]
    assert study.objective["measures"] == ["f1", "roc_auc"]
    assert study.tags == ["a", "b c"]


def test_the_form_offers_an_end_after_failures_in_a_row(browser: Client):
    html = browser.get(URL).content.decode()
    assert 'value="20"' in input_of(html, "id_failures")
    assert "after 20 failures in a row" in html


def test_an_errors_target_is_told_as_people_say_it(browser: Client):
    ridge = {
        "objective": {"kind": "model", "model": "ridge", "dataset": "diabetes"},
        "budget": {"target": -50},
    }
    typed = form_of(ridge)
    assert typed["target"] == "50"
    html = browser.post(URL + "preview/", typed).content.decode()
    assert "once RMSE reaches 50" in html
    browser.post(URL, typed)
    assert Study.objects.get().budget["target"] == -50


@pytest.mark.parametrize(("scoring", "said"), [("f1", True), ("accuracy", False), ("f1_macro", False)])
def test_it_is_said_which_class_a_score_is_about(browser: Client, scoring: str, said: bool):
    typed = form_of(FOREST) | {"scoring": scoring}
    html = browser.post(URL + "preview/", typed).content.decode()
    assert ("It is about the class <b>benign</b>" in html) == said


def test_preprocessing_is_added_as_rows(browser: Client):
    html = browser.post(URL + "space/", form_of(FOREST) | {"prepare": "selection"}).content.decode()
    assert 'value="prep__selection"' in html
    assert 'value="prep__selection_share"' in html
    assert 'value="selection"' not in html, "it is offered once"
    assert browser.post(URL + "space/", form_of(FOREST) | {"prepare": "magic"}).status_code == 200


def test_a_data_set_can_be_chosen_by_the_address(browser: Client):
    html = browser.get(f"{URL}?dataset=diabetes").content.decode()
    assert '<option value="diabetes" selected>' in html
    assert "things to fix" not in html
    assert browser.get(f"{URL}?dataset=nothing").status_code == 404


def test_an_uploaded_table_is_chosen_with_its_version_and_left_without(browser: Client):
    columns = [
        {"name": name, "type": kind, "used": True, "missing": 0, "distinct": 40}
        for name, kind in (("age", "number"), ("height", "number"), ("bought", "category"))
    ]
    for version in (1, 2):
        Dataset.objects.create(
            name="shop", version=version, title="Shop", checksum=str(version) * 64, task="classification",
            target="bought", columns=columns, reading={}, rows=100, class_sizes=[["no", 60], ["yes", 40]],
            size=1000,
        )  # fmt: skip
    html = browser.get(f"{URL}?dataset=shop").content.decode()
    assert '<option value="shop" selected>' in html
    assert "things to fix" not in html
    older = FOREST | {"objective": FOREST["objective"] | {"dataset": "shop", "dataset_version": 1}}
    sent = form_of(older)
    assert sent["dataset_version"] == "1"
    assert browser.post(URL, sent).status_code == 302
    assert Study.objects.get().objective["dataset_version"] == 1
    other = browser.post(URL + "space/", sent | {"dataset": "wine"}).content.decode()
    assert "ships with the program" not in other
    assert "value" not in input_of(other, "id_dataset_version")


def test_a_functions_ranges_are_checked_while_another_row_is_wrong(browser: Client):
    branin = form_of({"objective": {"kind": "function", "name": "branin"}})
    wrong = branin | {"row-0-low": "ten", "row-1-name": "y"}
    html = browser.post(URL, wrong).content.decode()
    assert "not a number" in said_at(html, "id_row-0-low")
    assert "parameter of branin" in said_at(html, "id_row-1-name")


def test_a_rule_is_checked_while_a_row_it_does_not_name_is_wrong(browser: Client):
    rules = {"constraints": "max_features < 0\nn_estimators < 50", "forbidden": "criterion = tree"}
    html = browser.post(URL, form_of(FOREST) | {"row-0-low": "ten"} | rules).content.decode()
    assert "max_features" in said_at(html, "id_constraints") or "tree" in said_at(html, "id_forbidden")
    assert "n_estimators" not in said_at(html, "id_constraints")


def test_a_space_too_large_for_the_form_is_never_cut_in_silence(browser: Client, make_study: Make):
    many = [{"name": f"x{n}", "type": "float", "low": 0, "high": 1} for n in range(230)]
    study = make_study(objective={"kind": "function", "name": "noop"}, space={"parameters": many})
    copy = Draft.of_study({"objective": study.objective, "space": study.space.definition})
    assert "30 more parameters do not fit into this form" in copy.faults[0].message
    answer = browser.post(f"/studies/{study.pk}/space/", dict(copy.data))
    assert answer.status_code == 422
    assert "30 more parameters" in answer.content.decode()
    study.refresh_from_db()
    assert study.space.version == 1


def test_rows_keep_the_order_they_were_given(browser: Client):
    moved = form_of(FOREST) | {"row-0-place": "2", "row-1-place": "0", "row-2-place": "1"}
    html = browser.post(URL + "preview/", moved).content.decode()
    names = re.findall(r'"name": "(\w+)"', unescape(html.split('id="json-source"')[1].split("</pre>")[0]))
    assert names[:3] == ["max_features", "criterion", "n_estimators"]
    browser.post(URL, moved)
    order = [each["name"] for each in Study.objects.get().space.definition["parameters"]]
    assert order == ["max_features", "criterion", "n_estimators"]


def test_rows_are_moved_without_scripts(browser: Client):
    html = browser.post(URL, form_of(FOREST) | {"move": "2:-1"}).content.decode()
    assert html.index('id="row-2"') < html.index('id="row-1"')
    for move in ("9:1", "x", "0:-1", "2:5"):
        assert browser.post(URL, form_of(FOREST) | {"move": move}).status_code == 200
    assert not Study.objects.exists()


# --- JSON typed beside the form ---------------------------------------------------------------------------
def test_typed_json_becomes_the_form(browser: Client):
    study = FOREST | {"name": "From JSON", "budget": {"trials": 7}, "tags": ["typed"], "seed": 9}
    html = browser.post(URL + "json/", form_of(FOREST) | {"json": json.dumps(study)}).content.decode()
    assert 'value="7"' in input_of(html, "id_trials")
    assert "From JSON" in html
    assert 'value="typed"' in html
    assert 'id="json-error"' in html


EXTERNAL = """{"objective": {"kind": "external"},
 "space": {"parameters": [{"name": "x", "type": "boolean"}]}}"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Line 1"),
        ('{"objective": {"kind": "model",\n"model": "svc"\n"dataset": "iris"}}', "Line 3"),
        ('{"objective": {"kind": "external"},\n"space": {"parameters": []}}', "Line 2"),
        (EXTERNAL, "by the API"),
        ('{"objective": {"kind": "function",\n"name": "bramin"}}', "branin"),
        ('{"objective": {"kind": "function", "name": "branin"},\n"optimiser": "random"}', "Line 2"),
        ("null", "must be an object"),
    ],
)
def test_bad_json_is_said_with_its_line_and_changes_nothing(browser: Client, text: str, words: str):
    answer = browser.post(URL + "json/", form_of(FOREST) | {"json": text})
    assert words in unescape(re.sub("<[^>]+>", "", answer.content.decode()))
    assert answer.headers["HX-Reswap"] == "none"
    page = browser.post(URL, form_of(FOREST) | {"json": text, "from_json": "1"}).content.decode()
    assert unescape(text) in unescape(page), "what was typed is kept"
    assert 'value="n_estimators"' in page
    started = browser.post(URL, form_of(FOREST) | {"json": text})
    assert started.status_code == 422
    assert unescape(text) in unescape(started.content.decode()), "the form was not what its writer meant"
    assert re.search(r'id="plan-json"[^>]* autofocus', started.content.decode())
    assert not Study.objects.exists()
