"""The new study page: what it offers, what it refuses and where it says so, what it starts."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from trials.engine.creation import check_study
from trials.examples import examples
from trials.forms.draft import Draft
from trials.models import Dataset, Space, Study, Trial

URL = "/studies/new/"
Make = Callable[..., Study]

FOREST: dict[str, Any] = {
    "name": "A forest",
    "objective": {"kind": "model", "model": "random_forest_classifier", "dataset": "breast_cancer"},
    "space": {
        "parameters": [
            {"name": "n_estimators", "type": "integer", "low": 10, "high": 100},
            {"name": "max_features", "type": "float", "low": 0.1, "high": 1},
            {"name": "criterion", "type": "categorical", "choices": ["gini", "entropy"], "default": "gini"},
        ]
    },
    "optimizer": {"name": "random"},
    "budget": {"trials": 5},
    "parallelism": 2,
    "seed": 3,
}


def form_of(study: dict[str, Any]) -> dict[str, str]:
    """What a browser would send for a study."""
    return dict(Draft.of_study(study).data)


def said_at(html: str, field: str) -> str:
    """The error beside a field."""
    found = re.search(rf'id="{re.escape(field)}-error"[^>]*>(.*?)</(?:p|li)>', html, re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", found[1])) if found else ""


def input_of(html: str, field: str) -> str:
    found = re.search(rf'<(?:input|select|textarea)[^>]*id="{re.escape(field)}"[^>]*>', html)
    return found[0] if found else ""


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None):
    assert client.get(URL).headers["Location"].startswith("/sign-in/")


def test_the_page_opens_ready_to_start(browser: Client):
    html = browser.get(URL).content.decode()
    assert "Random forest on breast cancer" in html
    assert "things to fix" not in html
    assert 'name="row-0-name" value="n_estimators"' in html


def test_nothing_on_the_page_runs_inline(browser: Client):
    html = browser.get(URL).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son\w+=|hx-on|javascript:|\sstyle=|<style", html)


def test_what_the_form_says_is_started_and_nothing_else(browser: Client):
    answer = browser.post(URL, form_of(FOREST))
    study = Study.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/studies/{study.pk}/")
    wanted = check_study(FOREST).to_dict()
    assert (study.name, study.objective, study.optimizer) == (
        "A forest",
        wanted["objective"],
        {"name": "random"},
    )
    assert study.space.definition == wanted["space"]
    assert (study.budget, study.parallelism, study.seed) == ({"trials": 5}, 2, 3)
    assert study.owner is not None


BAD = [
    ({"row-0-low": "10", "row-0-high": "5"}, "id_row-0-low", "From must be below To: 10 ≥ 5"),
    ({"row-0-low": "ten"}, "id_row-0-low", "not a number"),
    ({"row-0-low": "1.5"}, "id_row-0-low", "not a whole number"),
    ({"row-0-low": "1e999"}, "id_row-0-low", "too large"),
    ({"row-0-low": "0"}, "id_row-0-low", "a whole number from 1"),
    ({"row-0-low": ""}, "id_row-0-low", "From is missing"),
    ({"row-0-high": "1,000"}, "id_row-0-high", "no commas"),
    ({"row-0-name": ""}, "id_row-0-name", "needs a name"),
    ({"row-0-name": "tree_count"}, "id_row-0-name", "no parameter"),
    ({"row-0-name": "random_state"}, "id_row-0-name", "cannot be searched"),
    ({"row-1-name": "n_estimators"}, "id_row-1-name", "use each name once"),
    ({"row-0-name": "x" * 200}, "id_row-0-name", "100"),
    ({"row-0-name": "a\x07b"}, "id_row-0-name", "cannot be shown"),
    ({"row-0-name": "a\x00b"}, "id_row-0-name", "Null characters"),
    ({"row-0-type": "letters"}, "id_row-0-type", "not a type"),
    ({"row-0-default": "7000"}, "id_row-0-default", "from 10 to 100"),
    ({"row-0-step": "-1"}, "id_row-0-step", "above 0"),
    ({"row-0-step": "1000"}, "id_row-0-step", "larger than the range"),
    ({"row-0-low": "0", "row-0-scale": "log"}, "id_row-0-low", "above 0"),
    ({"row-0-scale": "expon", "row-0-args": "scale = big"}, "id_row-0-args", "not a number"),
    ({"row-0-scale": "expon", "row-0-args": "scale = -1"}, "id_row-0-args", "does not exist"),
    ({"row-0-scale": "randint", "row-0-args": "low = 1"}, "id_row-0-args", "also needs high"),
    ({"row-0-scale": "__class__"}, "id_row-0-args", "not a distribution"),
    ({"row-2-choices": ""}, "id_row-2-choices", "empty"),
    ({"row-2-choices": "gini, gini"}, "id_row-2-choices", "twice"),
    ({"row-2-choices": '"gini'}, "id_row-2-choices", "quotes"),
    ({"row-2-default": "entropie"}, "id_row-2-default", "choose one of"),
    ({"row-0-when": "kernel = rbf"}, "id_row-0-when", "no parameter “kernel”"),
    ({"row-0-when": "criterion = tree"}, "id_row-0-when", "tree"),
    ({"row-0-when": "whenever"}, "id_row-0-when", "not a condition"),
    ({"row-0-when": "n_estimators ≥ 20"}, "id_row-0-when", "circle"),
    ({"row-2-removed": "on", "row-0-when": "criterion = gini"}, "id_row-0-when", "no parameter “criterion”"),
    ({"optimizer": "grid"}, "id_row-1-step", "A grid needs a step here"),
    ({"optimizer": "magic"}, "id_optimizer", "magic"),
    ({"optimizer": "tpe", "option-tpe-candidates": "many"}, "id_option-tpe-candidates", "not a number"),
    ({"trials": "0"}, "id_trials", "from 1"),
    ({"trials": "-5"}, "id_trials", "from 1"),
    ({"trials": "many"}, "id_trials", "not a number"),
    ({"trials": "9" * 30}, "id_trials", "too large"),
    ({"time": "15"}, "id_time", "has no unit"),
    ({"time": "a while"}, "id_time", "not a time"),
    ({"parallelism": "0"}, "id_parallelism", "from 1"),
    ({"parallelism": "2.5"}, "id_parallelism", "not a whole number"),
    ({"seed": "-1"}, "id_seed", "from 0"),
    ({"target": "good"}, "id_target", "not a number"),
    ({"target": "1e300"}, "id_target", "finite"),
    ({"patience": "0"}, "id_patience", "from 1"),
    ({"folds": "1"}, "id_folds", "from 2"),
    ({"folds": "500"}, "id_folds", "folds are more than"),
    ({"repeats": "0"}, "id_repeats", "from 1"),
    ({"validation": "bootstrap"}, "id_validation", "kind of validation"),
    ({"validation": "holdout", "hold_out": "150 %"}, "id_hold_out", "not a share"),
    ({"validation": "holdout", "hold_out": "95 %"}, "id_hold_out", "0.9"),
    ({"test_share": "most"}, "id_test_share", "not a number"),
    ({"test_share": "80 %"}, "id_test_share", "0.5"),
    ({"row-0-scale": "other"}, "id_row-0-args", "Name a distribution"),
    ({"row-0-scale": "other", "row-0-args": "weibull_mim(c = 1)"}, "id_row-0-args", "not a distribution"),
    ({"row-0-scale": "other", "row-0-args": "weibull_min(c = -1)"}, "id_row-0-args", "does not exist"),
    ({"row-0-scale": "other", "row-0-args": "poisson_binom(p = 1)"}, "id_row-0-args", "does not exist"),
    ({"row-0-scale": "other", "row-0-args": "2 + 2"}, "id_row-0-args", "names no distribution"),
    ({"row-0-prior": "norm"}, "id_row-0-center", "around which value"),
    ({"row-0-prior": "norm", "row-0-center": "5"}, "id_row-0-spread", "how far"),
    ({"row-0-prior": "lognorm", "row-0-center": "5", "row-0-spread": "1"}, "id_row-0-spread", "above 1"),
    ({"row-0-prior": "other", "row-0-belief": "beta(a = 1)"}, "id_row-0-belief", "also needs b"),
    ({"row-0-prior": "guess"}, "id_row-0-prior", "no kind of belief"),
    ({"row-1-points": "0"}, "id_row-1-points", "from 1"),
    ({"row-1-points": "2.5"}, "id_row-1-points", "not a whole number"),
    ({"row-1-step": "5 points", "row-1-points": "6"}, "id_row-1-points", "stand twice"),
    ({"row-2-choices": "gini, tree"}, "id_row-2-choices", "it takes one of entropy, gini"),
    ({"constraints": "n_estimators < "}, "id_constraints", "n_estimators"),
    ({"constraints": "n_estimators < trees"}, "id_constraints", "trees"),
    ({"constraints": "criterion < 2"}, "id_constraints", "criterion"),
    ({"constraints": "n_estimators > 1000"}, "id_constraints", "n_estimators"),
    ({"forbidden": "criterion = tree"}, "id_forbidden", "tree"),
    ({"forbidden": "criterion = gini, entropy"}, "id_forbidden", "more than one value"),
    ({"forbidden": "n_estimators ≥ 20"}, "id_forbidden", "more than one value"),
    ({"forbidden": "whatever"}, "id_forbidden", "line 1"),
    ({"failures": "0"}, "id_failures", "from 1"),
    ({"failures": "often"}, "id_failures", "not a number"),
    ({"tags": "x" * 60}, "id_tags", "is no tag"),
    ({"name": "x" * 300}, "id_name", "200"),
    ({"name": "a\x00b"}, "id_name", "Null characters"),
]


@pytest.mark.parametrize(
    ("wrong", "field", "words"), BAD, ids=[f"{next(iter(bad))} {words}" for bad, _, words in BAD]
)
def test_what_is_wrong_is_said_beside_its_field(
    browser: Client, wrong: dict[str, str], field: str, words: str
):
    answer = browser.post(URL, form_of(FOREST) | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in said_at(html, field)
    assert f'href="#{field}"' in html
    if control := input_of(html, field):
        assert f'aria-describedby="{field}-error"' in control
    for name, text in wrong.items():
        if "\x00" not in text and "\x07" not in text:
            assert text in unescape(html), f"{name} was lost"
    assert not Study.objects.exists()
    assert not Space.objects.exists()
    assert not Trial.objects.exists()


def test_an_input_with_an_error_says_so_to_everybody(browser: Client):
    html = browser.post(URL, form_of(FOREST) | {"row-0-low": "ten", "trials": "0"}).content.decode()
    for field in ("id_row-0-low", "id_trials"):
        assert 'aria-invalid="true"' in input_of(html, field)
    assert 'aria-invalid="true"' not in input_of(html, "id_seed")
    assert 'role="alert"' in html


@pytest.mark.parametrize(
    ("kept", "count"),
    [("{", "-1"), ("[1]", "1e9"), ('{"x": [{"name": 5}]}', "99999999"), ("x" * 300_000, ""), ("", "x")],
)
def test_a_forged_form_is_no_server_error(browser: Client, kept: str, count: str):
    forged = form_of(FOREST) | {"kept": kept, "ranges_of": kept[:2000], "row-TOTAL_FORMS": count}
    assert browser.post(URL, forged).status_code in (200, 422, 302)
    rows = [f"space/?row={row}" for row in ("0", "99", "x", "9" * 5000)]
    for part in ("space/", *rows, "preview/"):
        assert browser.post(URL + part, forged).status_code in (200, 404)


def test_an_empty_post_shows_the_form_again(browser: Client):
    for part in ("", "space/", "preview/"):
        assert browser.post(URL + part, {}).status_code in (200, 422)
    assert not Study.objects.exists()


def test_what_is_typed_is_shown_escaped(browser: Client):
    nasty = '"><script>alert(1)</script>'
    wrong = {"name": nasty, "row-0-name": nasty, "row-0-low": nasty, "row-2-choices": nasty, "trials": nasty}
    for part in ("", "preview/", "space/"):
        html = browser.post(URL + part, form_of(FOREST) | wrong).content.decode()
        assert "<script>alert" not in html


def test_without_scripts_another_model_shows_its_ranges_before_it_starts(browser: Client):
    answer = browser.post(URL, form_of(FOREST) | {"model": "svc"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="row-0-name" value="kernel"' in html
    assert "come back when you choose it again" in html
    assert not Study.objects.exists()


def test_without_scripts_a_row_is_added_by_the_server(browser: Client):
    html = browser.post(URL, form_of(FOREST) | {"add": "1"}).content.decode()
    assert 'name="row-3-name"' in html
    assert 'value="4"' in html
    assert not Study.objects.exists()


@pytest.mark.parametrize("button", ["apply", "add", "reset", "undo"])
def test_only_the_start_button_starts(browser: Client, button: str):
    assert browser.post(URL, form_of(FOREST) | {button: "1"}).status_code == 200
    assert not Study.objects.exists()


def test_another_data_set_changes_what_depends_on_it_and_nothing_else(browser: Client):
    wrong = form_of(FOREST) | {"dataset": "diabetes", "trials": "77", "row-0-low": "ten"}
    html = browser.post(URL + "space/", wrong).content.decode()
    assert '<option value="random_forest_regressor" selected>' in html
    assert '<option value="neg_root_mean_squared_error" selected>' in html
    assert 'value="77"' in html
    assert 'value="ten"' in html
    assert "random_forest_classifier" not in re.search(r'id="id_model".*?</select>', html, re.DOTALL)[0]  # type: ignore[index]


def test_a_new_scale_brings_its_arguments(browser: Client):
    answer = browser.post(URL + "space/?row=0", form_of(FOREST) | {"row-0-scale": "norm"})
    assert 'name="row-0-args" value="loc = 55, scale = 15"' in answer.content.decode()
    assert answer.headers["HX-Trigger-After-Settle"] == "draft-changed"


def test_the_preview_says_what_the_start_will_do(browser: Client):
    html = browser.post(URL + "preview/", form_of(examples()[0].body)).content.decode()
    assert "A grid of exactly <b>16 points</b>" in html
    assert "Points of a grid" in html
    html = browser.post(URL + "preview/", form_of(FOREST) | {"row-0-low": "1000"}).content.decode()
    assert "One thing to fix" in html
    assert "From must be below To" in said_at(html, "id_row-0-low")
    assert not Study.objects.exists()


def test_the_preview_replaces_only_what_is_on_the_page(browser: Client):
    for study in (
        FOREST,
        {"objective": {"kind": "function", "name": "rosenbrock"}, "optimizer": {"name": "random"}},
    ):
        page = browser.post(URL, form_of(study) | {"trials": "0"}).content.decode()
        preview = browser.post(URL + "preview/", form_of(study)).content.decode()
        swapped = re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', preview)
        assert len(swapped) > 10
        assert [name for name in swapped if f'id="{name}"' not in page] == []


@pytest.mark.parametrize("example", examples(), ids=[example.slug for example in examples()])
def test_an_example_fills_the_form(browser: Client, example: Any):
    html = browser.get(f"{URL}?example={example.slug}").content.decode()
    assert example.body["name"] in html
    assert "things to fix" not in html
    assert browser.post(URL, form_of(example.body)).status_code == 302
    assert Study.objects.get().space.definition == check_study(example.body).space.to_dict()


def test_an_unknown_example_is_404(browser: Client):
    assert browser.get(f"{URL}?example=nothing").status_code == 404


def test_a_copy_says_the_same_study(browser: Client, make_study: Make):
    study = make_study(**FOREST)
    html = browser.get(f"{URL}?from={study.pk}").content.decode()
    assert "A forest, again" in html
    shown = re.search(r'id="json-source"[^>]*>(.*?)</pre>', html, re.DOTALL)
    copied = json.loads(unescape(re.sub("<[^>]+>", "", shown[1])))  # type: ignore[index]
    assert check_study(copied).to_dict() | {"name": study.name} == check_study(FOREST).to_dict()


def test_a_copy_of_nothing_or_of_outside_work_is_404(browser: Client, make_study: Make):
    space = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}
    outside = make_study(objective={"kind": "external"}, space=space)
    for pk in (outside.pk, 999, 10**30, "9" * 5000):
        assert browser.get(f"{URL}?from={pk}").status_code == 404


def test_only_posts_change_things(browser: Client):
    assert browser.get(URL + "space/").status_code == 405
    assert browser.get(URL + "preview/").status_code == 405
    assert browser.put(URL).status_code == 405


def test_no_error_hides_another_and_each_is_said_in_the_words_of_the_form(browser: Client):
    svm = {"objective": {"kind": "model", "model": "svc", "dataset": "breast_cancer"}}
    wrong = {"row-1-low": "5000", "row-2-low": "abc", "time": "banana", "seed": "1.5", "folds": "1"}
    for part in ("", "preview/"):
        html = browser.post(URL + part, form_of(svm) | wrong | {"trials": "0"}).content.decode()
        assert said_at(html, "id_row-1-low") == "From must be below To: 5000 ≥ 1000"
        assert said_at(html, "id_row-2-low").startswith("From: “abc” is not a number")
        assert "not a time" in said_at(html, "id_time")
        assert "not a whole number" in said_at(html, "id_seed")
        assert said_at(html, "id_folds").startswith("Folds must be")
        assert said_at(html, "id_trials").startswith("Trials must be")
        assert "6 things to fix" in html


def test_the_summary_of_a_refusal_follows_what_is_fixed(browser: Client):
    wrong = form_of(FOREST) | {"trials": "0", "seed": "-1"}
    page = browser.post(URL, wrong).content.decode()
    assert 'name="refused" value="1"' in page
    html = browser.post(URL + "preview/", wrong | {"refused": "1", "seed": "3"}).content.decode()
    assert "One thing to fix before it can start" in unescape(html)
    html = browser.post(URL + "preview/", form_of(FOREST) | {"refused": "1"}).content.decode()
    assert re.search(r'id="refused"[^>]*hx-swap-oob="delete"', html)
    assert 'id="refused"' not in browser.post(URL + "preview/", wrong).content.decode()


def test_what_blank_trials_mean_is_shown(browser: Client):
    for said, meant in (
        ({}, "50"),
        ({"time": "5 min"}, "no limit"),
        ({"optimizer": "grid"}, "all grid points"),
    ):
        html = browser.post(URL + "preview/", form_of(FOREST) | {"trials": "", **said}).content.decode()
        assert f'data-trials="{meant}"' in html


def test_a_default_that_stands_for_no_limit_says_so(browser: Client):
    assert "50 stands for no limit" in browser.get(URL).content.decode()


# --- several models, further scores, own words ------------------------------------------------------------
def test_several_models_become_one_space_and_come_back_as_one(browser: Client):
    several = form_of(FOREST) | {"also": ["svc", "mlp_classifier"]}
    html = browser.post(URL + "space/", several).content.decode()
    assert 'value="svc__C"' in html
    assert 'value="mlp_classifier__n_layers"' in html
    assert 'value="model = svc"' in html
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
    assert not Study.objects.exists()
