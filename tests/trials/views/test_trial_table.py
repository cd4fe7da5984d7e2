"""The table of trials on its page: filters, columns, ticks, downloads of exactly the selection, families."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from tests.trials.listing.conftest import SPACE, fill
from trials.engine.advance import store_parameters
from trials.forms.trial_filters import trial_query
from trials.listing import fields_of
from trials.models import Space, Study, Trial
from trials.views.parts.trial_columns import optional_columns
from trials.views.parts.trial_filters import filter_form

Make = Callable[..., Study]


@pytest.fixture
def study(make_study: Make) -> Study:
    space: dict[str, Any] = {"objective": {"kind": "external"}, "space": SPACE}
    return fill(make_study(**space, metrics=["loss"], directions=["minimize"], budget={"trials": 12}))


def page(browser: Client, study: Study, query: str = "") -> str:
    response = browser.get(f"/studies/{study.pk}/trials/{query}")
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-key="trial-(\d+)"', html)]


def heads(html: str) -> list[str]:
    parts = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", html)[1:-1]
    return [re.sub(r"<[^>]+>", "", part).strip() for part in parts]


def links(html: str, word: str) -> list[str]:
    """Query strings of the links whose text has a word."""
    found = re.findall(r'<a [^>]*href="(\?[^"]*)"[^>]*>(.*?)</a>', html, re.S)
    return [address.replace("&amp;", "&") for address, text in found if word in re.sub(r"<[^>]+>", "", text)]


def test_states_are_switched_on_and_off_one_by_one(browser: Client, study: Study):
    (only_failed,) = links(page(browser, study), "Failed")
    html = page(browser, study, only_failed)
    assert shown(html) == [3]
    (and_pruned,) = links(html, "Pruned")
    html = page(browser, study, and_pruned)
    assert shown(html) == [7, 3]
    (only_pruned,) = links(html, "Failed")
    assert shown(page(browser, study, only_pruned)) == [7]


def test_a_submitted_form_is_led_to_an_address_that_says_no_more_than_it_must(browser: Client, study: Study):
    form = "?apply=1&q=&value.min=1&value.max=&param:kernel=rbf&top=&sort=value&ticked=4&ticked=2&page=3"
    response = browser.get(f"/studies/{study.pk}/trials/{form}")
    assert response.status_code == 302
    address = f"/studies/{study.pk}/trials/?value.min=1&param:kernel=rbf&sort=value&ticked=2,4"
    assert sorted(response["Location"].split("?")[1].split("&")) == sorted(address.split("?")[1].split("&"))
    html = page(browser, study, "?" + response["Location"].split("?")[1])
    assert shown(html) == [6, 2, 8, 0]
    assert html.count(" checked>") >= 2
    assert "2 trials ticked" in html


def test_an_active_filter_is_told_and_taken_back_alone(browser: Client, study: Study):
    html = page(browser, study, "?param:C.min=1&param:kernel=rbf&q=one")
    assert "C from 1" in html
    assert "“one”" in html
    (without,) = links(html, "kernel rbf")
    assert shown(page(browser, study, without)) == [3, 2]
    (everything, *_) = links(html, "Clear all")
    assert len(shown(page(browser, study, everything))) == 12


def test_what_is_wrong_stands_beside_its_field_and_stays_as_typed(browser: Client, study: Study):
    html = page(browser, study, "?param:C.min=ten&param:gamma.min=0.5&param:gamma.max=0.1&top=200")
    assert "“ten” is not a number" in html
    assert 'value="ten"' in html
    assert "0.1 is below the lower end, 0.5." in html
    assert "200 per cent is not above 0 and at most 100." in html
    assert len(shown(html)) == 12


def test_columns_are_chosen_and_the_address_keeps_only_what_differs(browser: Client, study: Study):
    usual = ["Trial", "State", "Loss", "kernel", "C", "gamma", "shrinking", "Time", "Started"]
    assert heads(page(browser, study)) == usual
    form = "?apply=1&columns=1&column=value&column=param:C&column=worker&column=metric:loss2&sort=value"
    address = browser.get(f"/studies/{study.pk}/trials/{form}")["Location"]
    html = page(browser, study, "?" + address.split("?")[1])
    assert heads(html) == ["Trial", "State", "Loss", "C", "Loss2", "Worker"]
    assert "show=worker" in address
    assert "show=value" not in address
    assert heads(page(browser, study, links(html, "As usual")[0])) == usual


def test_heads_tell_the_order_and_a_second_click_turns_it_round(browser: Client, study: Study):
    (sort,) = links(page(browser, study), "gamma")
    html = page(browser, study, sort)
    assert shown(html)[:3] == [0, 2, 4]
    assert re.search(r'<th[^>]* aria-sort="ascending"><a [^>]*><span class="mono">gamma', html)
    (turned,) = links(html, "gamma")
    assert shown(page(browser, study, turned))[:3] == [10, 8, 6]


def test_a_cell_shows_five_digits_and_tells_the_exact_value(browser: Client, study: Study):
    study.trials.filter(number=4).update(value=0.06426312345)
    html = page(browser, study, "?trial=4")
    assert '<td class="main" title="0.06426312345">0.064263</td>' in html
    assert "<td></td>" in page(browser, study, "?trial=5"), "an inactive parameter is an empty cell"


def test_trials_outside_the_present_space_are_marked_and_earlier_parameters_can_be_shown(
    browser: Client, study: Study
):
    narrower = {"parameters": SPACE["parameters"][:2]}
    present = Space.objects.create(definition=narrower, version=2, previous=study.space)
    Study.objects.filter(pk=study.pk).update(space=present)
    html = page(browser, study)
    assert html.count('title="Outside the study') == 1
    assert "gamma" not in heads(html)
    assert "gamma" in heads(page(browser, study, "?show=param:gamma&sort=param:gamma"))
    assert shown(page(browser, study, "?inside=no")) == [2]


def test_pages_follow_each_other_and_the_address_says_where(
    browser: Client, study: Study, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("trials.views.parts.trial_table.PER_PAGE", 5)
    first = page(browser, study, "?sort=value")
    assert "1 to 5 of 12" in first
    (following,) = links(first, "Next")
    assert "page=2" in following
    second = page(browser, study, following)
    assert "6 to 10 of 12" in second
    third = page(browser, study, links(second, "Next")[0])
    assert "11 to 12 of 12" in third
    assert links(third, "Next") == []
    assert sorted(shown(first) + shown(second) + shown(third)) == list(range(12))
    assert shown(page(browser, study, links(third, "Back")[0])) == shown(second)
    assert shown(page(browser, study, links(second, "Back")[0])) == shown(first)


def test_downloads_hold_exactly_the_selection_in_its_order(browser: Client, study: Study):
    query = "?state=complete&param:C.min=1&sort=-value"
    html = page(browser, study, query)
    assert f'/studies/{study.pk}/trials.csv?state=complete&amp;param:C.min=1&amp;sort=-value"' in html
    answer = browser.get(f"/studies/{study.pk}/trials.csv{query}")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [int(row["number"]) for row in rows] == shown(html) == [2, 6]
    answer = browser.get(f"/studies/{study.pk}/trials.json{query}")
    assert answer["Content-Disposition"].endswith('.json"')
    trials = json.loads(b"".join(answer.streaming_content))
    assert [trial["number"] for trial in trials] == [2, 6]
    assert trials[0]["params"] == study.trials.get(number=2).params
    answer = browser.get(f"/studies/{study.pk}/trials.json?trial=3")
    (failed,) = json.loads(b"".join(answer.streaming_content))
    assert (failed["state"], failed["error"], failed["value"]) == ("failed", "Out of memory", None)
    answer = browser.get(f"/studies/{study.pk}/trials.json?q=nothing")
    assert json.loads(b"".join(answer.streaming_content)) == []


def test_a_selection_is_named_so_and_no_state_claims_more_than_it_shows(browser: Client, study: Study):
    whole = browser.get(f"/studies/{study.pk}/trials.csv")["Content-Disposition"]
    part = browser.get(f"/studies/{study.pk}/trials.csv?param:kernel=rbf")["Content-Disposition"]
    assert part == whole.replace(".csv", "-selection.csv")
    assert re.search(r'>All <span class="count num">12</span>', page(browser, study, "?state=failed"))
    html = page(browser, study, "?param:kernel=rbf")
    assert re.search(r">All</a>", html)
    assert re.search(r">Complete</a>", html)


def test_a_number_under_two_names_is_offered_once(make_study: Make):
    study = make_study(
        objective={"kind": "model", "model": "logistic_regression", "dataset": "wine",
                   "scoring": "accuracy", "measures": ["neg_log_loss", "roc_auc_ovr"]},
    )  # fmt: skip
    metrics = {"accuracy": 0.9, "log_loss": 0.2, "neg_log_loss": -0.2, "roc_auc_ovr": 0.97, "f1_macro": 0.9}
    study.best = Trial(study=study, space=study.space, metrics=metrics)
    fields = fields_of(study)
    offered = ["metric:neg_log_loss", "metric:roc_auc_ovr", "metric:f1_macro"]
    assert [key for key in optional_columns(study, fields) if key.startswith("metric:")] == offered
    form = filter_form(study, trial_query(QueryDict("sort=metric:log_loss"), fields), {})
    assert [one.key for one in form.fields if one.key.startswith("metric:")] == offered
    assert fields["metric:log_loss"].twin, "an address and the API may still name it"


def test_a_download_of_what_cannot_be_meant_is_refused_with_the_reason(browser: Client, study: Study):
    answer = browser.get(f"/studies/{study.pk}/trials.csv?value.min=abc")
    assert answer.status_code == 400
    assert "value.min: “abc” is not a number" in answer.content.decode()


def test_the_live_table_is_that_of_the_address(browser: Client, study: Study):
    answer = browser.get(f"/studies/{study.pk}/live/?tab=trials&state=failed&state=pruned&sort=number")
    assert shown(answer.content.decode()) == [3, 7]


def test_a_large_table_costs_as_many_queries_as_a_small_one(
    browser: Client, study: Study, django_assert_max_num_queries: Callable[..., Any]
):
    query = "?sort=-param:C&state=complete&param:kernel=rbf"
    with django_assert_max_num_queries(12):
        page(browser, study, query)
    more = [
        Trial(study=study, space=study.space, number=n, state="complete", value=1.0 + n,
              params={"kernel": "rbf", "C": 1.0, "gamma": 0.1, "shrinking": True})
        for n in range(12, 700)
    ]  # fmt: skip
    store_parameters(Trial.objects.bulk_create(more))
    Study.objects.filter(pk=study.pk).update(next_number=700)
    with django_assert_max_num_queries(12):
        html = page(browser, study, query)
    assert len(html) < 100_000


def test_a_page_is_compressed_for_those_who_ask(browser: Client, study: Study):
    address = f"/studies/{study.pk}/trials/"
    answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(browser.get(address).content) / 3


MODELS = {"kind": "model", "models": ["ridge", "svr"], "dataset": "diabetes"}


def test_families_are_ranked_by_their_best_with_how_often_each_was_tried(browser: Client, make_study: Make):
    study = make_study(objective=MODELS, parallelism=1)
    study.trials.all().delete()
    tried = [("ridge", 0.2), ("svr", 0.5), ("svr", None), ("ridge", 0.4), ("svr", 0.3)]
    trials = [
        Trial(study=study, space=study.space, number=n, state="failed" if value is None else "complete",
              value=value, params={"model": model, f"{model}__alpha": 2})
        for n, (model, value) in enumerate(tried)
    ]  # fmt: skip
    store_parameters(Trial.objects.bulk_create(trials))
    Study.objects.filter(pk=study.pk).update(n_complete=4, n_failed=1, next_number=5)
    assert ">By family</a>" in browser.get(f"/studies/{study.pk}/").content.decode()
    html = browser.get(f"/studies/{study.pk}/?board=families").content.decode()
    rows = re.findall(r'data-key="family-(\w+)">(.*?)</tr>', html, re.S)
    assert [key for key, _ in rows] == ["svr", "ridge"]
    assert ">3</td>" in rows[0][1]
    assert "0.5" in rows[0][1]
    assert f"/studies/{study.pk}/trials/1/" in rows[0][1]
    assert "alpha 2" in rows[1][1]
    assert "?sort=-value&amp;param:model=svr" in rows[0][1]


def test_a_study_of_one_model_has_no_families(browser: Client, study: Study):
    html = browser.get(f"/studies/{study.pk}/?board=families").content.decode()
    assert "By family" not in html


def test_each_row_offers_what_can_be_done_with_its_trial(browser: Client, study: Study):
    html = page(browser, study)
    assert f'hx-post="/studies/{study.pk}/trials/10/cancel/"' in html
    assert f'formaction="/studies/{study.pk}/trials/3/retry/"' in html
    assert html.count("/retry/") == 2, "the failed and the pruned one"
    assert f'href="/studies/{study.pk}/enqueue/?from=4"' in html
    assert browser.post(f"/studies/{study.pk}/trials/11/cancel/").status_code == 302
    assert study.trials.get(number=11).state == "cancelled"
