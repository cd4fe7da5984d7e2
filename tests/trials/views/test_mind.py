"""The optimizer's mind: the present, moments of the past, and what is said where nothing is stored."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from trials.engine import insights, surrogate_views
from trials.models import Study, Trial


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """An ended study of twelve trials whose views a worker has stored."""
    study = make_study(objective={"kind": "function", "name": "branin"}, budget={"trials": 12})
    study.trials.all().delete()
    for number in range(12):
        params = {"x1": -5 + (number * 7 % 12) * 1.2, "x2": (number * 5 % 12) * 1.2}
        info = {"mode": "exploit", "predicted_mean": 1.0, "predicted_std": 0.5, "nearest": 2}
        Trial.objects.create(
            study=study, space=study.space, number=number, state="complete", params=params, info=info,
            value=params["x1"] ** 2 + params["x2"], finished_revision=number + 1,
        )  # fmt: skip
    study.change(n_complete=12, next_number=12, state="completed")
    insights.update(study.pk)
    while surrogate_views.update(study.pk):
        pass
    return study


def page(client: Client, study: Study, query: str = "") -> str:
    return client.get(reverse("study-mind", args=[study.pk]) + query).content.decode()


def test_the_present_says_how_far_to_trust_it_and_what_is_left(browser: Client, study: Study) -> None:
    html = page(browser, study)
    assert "From 12 results." in html
    assert "Can it be trusted?" in html
    assert "may still be gained" in html
    assert "this Gaussian process was fitted beside it" in html, "the study searches at random"
    assert 'aria-valuetext="now"' in html


def test_a_moment_of_the_past_says_why_its_trial_was_chosen(browser: Client, study: Study) -> None:
    html = page(browser, study, "?before=8")
    assert "Why trial 8" in html
    assert "The model expected 1.0000 ± 0.50 here" in html
    assert "It came out at" in html
    assert "mind_slice.json?over=" in html
    assert "before=8" in html


def test_a_moment_that_is_not_kept_is_the_present(browser: Client, study: Study) -> None:
    for nonsense in ("?before=3", "?before=999", "?before=x", "?before=-1"):
        assert 'aria-valuetext="now"' in page(browser, study, nonsense)


def test_charts_of_a_moment_are_answered(browser: Client, study: Study) -> None:
    for name in ("mind_slice", "mind_surface", "calibration", "contour", "dependence"):
        answer = browser.get(reverse("study-chart", args=[study.pk, name]) + "?before=8").json()
        assert answer["figure"], name
    early = browser.get(reverse("study-chart", args=[study.pk, "mind_slice"]) + "?before=8").json()
    assert "It knows 8 results." in early["sentence"]


def test_before_anything_is_stored_the_page_says_what_it_waits_for(
    browser: Client, make_study: Callable[..., Study]
) -> None:
    assert "Once ten trials are complete" in page(browser, make_study())


def test_no_request_computes_a_view(browser: Client, study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizers.surrogates.outcome import Outcome

    def fail(*_: object) -> None:
        raise AssertionError("a request has fitted a model")

    monkeypatch.setattr(Outcome, "posterior", fail)
    page(browser, study, "?before=8")
    browser.get(reverse("study-chart", args=[study.pk, "dependence"]))
