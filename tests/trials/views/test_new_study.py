"""The new study page: what it offers, what it refuses and where it says so, what it starts."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.trials.views.filled_form import FOREST, URL, form_of, input_of, said_at
from trials.engine.creation import check_study
from trials.examples import examples
from trials.models import Study

Make = Callable[..., Study]


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
    assert ">\nA forest 2</textarea>" in html
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
