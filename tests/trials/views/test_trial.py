"""A trial's page: value, folds, reason, error, code, and its live answers."""

from collections.abc import Callable

from django.test import Client

from optimizers import Boolean, Categorical, Float, Space
from trials.engine import advance
from trials.models import Study, Trial
from trials.views.parts.folds import folds_of, standard_error
from trials.views.parts.parameters import parameter_rows
from trials.views.parts.reasons import reason_of
from trials.wording import Shown

from .conftest import SPACE

Make = Callable[..., Study]


def page(browser: Client, study: Study, number: int) -> str:
    response = browser.get(f"/studies/{study.pk}/trials/{number}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_complete_trial_shows_its_value_rank_and_neighbours(browser: Client, make_study: Make, train):
    study = make_study()
    train(study, 0.3, 0.1, 0.2)
    html = page(browser, study, 1)
    assert "0.10000" in html
    assert "1st of 3" in html
    assert f'rel="prev" href="/studies/{study.pk}/trials/0/"' in html
    assert f'rel="next" href="/studies/{study.pk}/trials/2/"' in html


def test_a_failed_trial_says_so_in_words_and_keeps_its_traceback(browser: Client, make_study: Make, train):
    study = make_study()
    train(study, None)
    html = page(browser, study, 0)
    assert "<h2>It broke.</h2>" in html
    assert "own fault" in html
    assert '<details class="traceback" open>' in html, "it is what one came for"
    assert "line 1" in html


def test_a_trial_that_the_machine_lost_does_not_blame_the_configuration(
    browser: Client, make_study: Make, train
):
    study = make_study()
    train(study, None)
    Trial.objects.filter(study=study, number=0).update(
        error={"kind": "lost", "message": "Its worker was lost 6 times.", "exception": "", "traceback": ""}
    )
    html = page(browser, study, 0)
    assert "machine's fault" in html.replace("&#x27;", "'")
    assert "own fault" not in html


def test_what_a_training_prints_is_shown_as_text(browser: Client, make_study: Make, train):
    study = make_study()
    train(study, None)
    Trial.objects.filter(study=study, number=0).update(log="<script>alert(1)</script>")
    assert "<script>alert" not in page(browser, study, 0)


def test_a_queued_trial_is_followed_and_a_finished_one_is_not(browser: Client, make_study: Make, train):
    study = make_study(parallelism=2)
    advance.advance(study.pk)
    address = f"/studies/{study.pk}/trials/0/live/"
    first = browser.get(address)
    assert first["X-Live-Every"] == "1000"
    assert browser.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    train(study, 0.5)
    after = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert (after.status_code, after["X-Live-Every"]) == (200, "0")


def test_a_page_costs_a_fixed_number_of_queries(
    browser: Client, make_study: Make, train, django_assert_max_num_queries
):
    study = make_study()
    train(
        study, *[1 / (n + 1) for n in range(8)], folds=[{"fold": 0, "score": 0.4}, {"fold": 1, "score": 0.6}]
    )
    with django_assert_max_num_queries(11):
        page(browser, study, 3)


def test_ranges_are_marked_on_the_scale_of_the_space(make_study: Make):
    space = make_study(space=SPACE).space.space
    rows = parameter_rows(
        space, {"kernel": "rbf", "C": 1.0, "gamma": 1.0}, [{"kernel": "linear", "C": 1000.0}]
    )
    assert [(row.name, row.text, row.at) for row in rows] == [
        ("kernel", "rbf", None),
        ("C", "1", "50.0%"),
        ("gamma", "1", "100.0%"),
    ]
    assert (rows[1].low, rows[1].high, rows[1].others) == ("0.001", "1,000", ("100.0%",))


def test_parameters_that_the_space_does_not_know_are_still_shown(make_study: Make):
    space = make_study(space=SPACE).space.space
    assert parameter_rows(space, {"old": 3})[-1].text == "3"
    assert parameter_rows(space, {"kernel": "rbf", "C": "many"})[1].at is None


def test_a_family_is_named_once():
    svc = Float(0.1, 10, when={"model": "svc"})
    space = Space({"model": Categorical(["svc", "ridge"]), "svc__C": svc, "prep__pca": Boolean()})
    rows = parameter_rows(space, {"model": "svc", "svc__C": 1.0, "prep__pca": True})
    assert [row.label for row in rows] == ["model", "C", "prep__pca"]
    assert rows[1].name == "svc__C"


def test_folds_are_paired_with_those_of_the_default():
    mine = [{"fold": 0, "score": 0.9}, {"fold": 1, "score": 0.7}]
    default = [{"fold": 0, "score": 0.8}, {"fold": 1, "score": 0.75}]
    folds = folds_of(mine, default, Shown("accuracy", True))
    assert [row.better for row in folds.rows] == [True, False]
    assert [(row.score, row.default) for row in folds.rows] == [
        ("0.90000", "0.80000"),
        ("0.70000", "0.75000"),
    ]
    assert folds.sentence.startswith("Better than the default on 1 of 2 folds.")
    assert folds_of([], default, Shown("accuracy", True)) is None


def test_equal_folds_can_be_drawn():
    folds = folds_of([{"fold": 0, "score": 1.0}, {"fold": 1, "score": 1.0}], (), Shown("accuracy", True))
    assert [row.at for row in folds.rows] == ["50.00%", "50.00%"]


def test_the_standard_error_is_that_of_the_mean():
    assert standard_error([{"score": 1.0}, {"score": 3.0}]) == 1.0
    assert standard_error([{"score": 1.0}]) is None


def test_a_reason_is_told_in_words(make_study: Make):
    study = make_study()
    info = {"mode": "exploit", "mean": 0.5, "std": 0.1, "best": 0.55, "nearest": 3, "acquisition": 0.02}
    reason = reason_of(study, Trial(study=study, number=7, info=info, value=0.4))
    assert reason.badge == ("target-arrow", "Exploit")
    assert "The model expected 0.50000 ± 0.10 here, when the best so far was 0.55000." in reason.sentences
    assert ("Off by", "1.00 σ") in reason.facts
    assert reason.nearest == 3


def test_a_surrogate_tells_its_chance_to_improve(make_study: Make):
    info = {"mode": "explore", "predicted_mean": 0.5, "predicted_std": 0.1, "chance_to_improve": 0.54}
    reason = reason_of(make_study(), Trial(number=7, info=info, value=0.4))
    assert (
        "The model expected 0.50000 ± 0.10 here, and a 54\xa0% chance to beat the best so far."
        in reason.sentences
    )
    assert ("Chance to improve", "54\xa0%") in reason.facts


def test_an_optimizer_that_leaves_no_note_is_named(make_study: Make):
    study = make_study(optimizer={"name": "random"})
    assert reason_of(study, Trial(study=study, number=7, info={})).sentences == (
        "Suggested by random, which left no note.",
    )


def test_code_builds_the_model_that_was_trained(browser: Client, make_study: Make, train):
    body = {"kind": "model", "model": "ridge", "dataset": "diabetes"}
    study = make_study(objective=body, optimizer={"name": "random"})
    train(study, -55.0, -54.0)
    html = page(browser, study, 1)
    assert '<span class="keyword">from</span> sklearn.linear_model' in html
    assert "Ridge(" in html
