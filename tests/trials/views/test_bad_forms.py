"""Forms that make no sense: each is answered beside its field, keeps what was typed and stores nothing."""

from html import unescape

import pytest
from django.test import Client

from tests.trials.views.filled_form import FOREST, URL, form_of, input_of, said_at
from trials.models import Space, Study, Trial

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
    ({"goals": "predict_ms", "optimizer": "tpe"}, "id_optimizer", "one objective"),
    ({"goals": "predict_ms", "target": "0.9"}, "id_target", "one value"),
    ({"limit-0-metric": "predict_ms", "limit-0-value": "fast"}, "id_limit-0-value", "not a number"),
    ({"limit-0-metric": "predict_ms"}, "id_limit-0-value", "limit is needed"),
    ({"limit-1-value": "5"}, "id_limit-1-metric", "name"),
    ({"limit-2-metric": "speed", "limit-2-value": "5"}, "id_limit-2-metric", "no metric"),
    ({"limit-0-metric": "predict_ms", "limit-0-value": "1e300"}, "id_limit-0-value", "finite"),
    (
        {"limit-0-metric": "predict_ms", "limit-0-value": "5", "limit-0-side": "near"},
        "id_limit-0-value",
        "near",
    ),
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
