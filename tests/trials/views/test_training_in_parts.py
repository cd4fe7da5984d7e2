"""Pages of a study that trains in parts: who got how much, whose training a trial continues, what it cost."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine.advance import advance
from trials.engine.finish import Verdict, record
from trials.models import Study, Trial

CURVE = {"kind": "function", "name": "learning_curve"}


@pytest.fixture
def searched(make_study: Callable[..., Study], claim) -> Study:
    """A study that asha has searched to the end of its budget, each trial told as a training would be."""
    study = make_study(objective=CURVE, optimizer={"name": "asha"}, budget={"full_trainings": 3})
    while not study.is_over:
        for pk in advance(study.pk).trials or [study.trials.waiting().first().pk]:
            trial, token = claim(study, Trial.objects.get(pk=pk))
            before = study.trials.filter(number=trial.parent).first() if trial.parent is not None else None
            begun = before.fidelity if before else 0.0
            value = trial.params["dropout"] + 1 / trial.fidelity
            record(trial, token, Verdict("complete", (value,), resumed_from=begun))
        study.refresh_from_db()
    return study


def page(browser: Client, study: Study, rest: str = "") -> str:
    response = browser.get(f"/studies/{study.pk}/{rest}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_no_trial_is_promoted_twice_and_the_budget_is_kept(searched: Study):
    parents = Counter(searched.trials.exclude(parent=None).values_list("parent", flat=True))
    assert set(parents.values()) == {1}
    assert 3 <= searched.compute < 4
    costs = searched.trials.values_list("compute", flat=True)
    assert sum(costs) == pytest.approx(searched.compute)
    assert searched.best_is_full


def test_the_overview_says_where_the_training_went(browser: Client, searched: Study):
    text = page(browser, searched)
    assert f"{searched.compute:,.1f}".removesuffix(".0") + "</b> of 3 full trainings" in text
    counts = Counter(searched.trials.values_list("fidelity", flat=True))
    began, highest = counts[1.0], searched.trials.filter(fidelity=27).count()
    assert f'<th scope="row">1 of 27 epochs</th><td class="right num">{began}</td>' in text
    number = '<td class="right num">{}</td>'.format
    assert f'<th scope="row">27 of 27 epochs</th>{number(0)}{number(highest)}' in text
    assert f"The best, trial {searched.best.number}, took" in text
    assert "of 27 epochs</span>" in text  # partial ones on the leaderboard
    assert "Sweep 1" not in text


def test_hyperbands_training_is_told_by_bracket_too(browser: Client, make_study, claim):
    study = make_study(objective=CURVE, optimizer={"name": "hyperband"}, budget={"trials": 48})
    while not study.is_over:
        for pk in advance(study.pk).trials or [study.trials.waiting().first().pk]:
            trial, token = claim(study, Trial.objects.get(pk=pk))
            record(trial, token, Verdict("complete", (trial.params["dropout"] + 1 / trial.fidelity,)))
        study.refresh_from_db()
    text = page(browser, study)
    number = '<td class="right num">{}</td>'.format
    first = '<th scope="row">Sweep 1, from 1 of 27 epochs</th>' + "".join(map(number, (27, 9, 3, 1)))
    assert first in text
    assert '<th scope="row">Sweep 1, from 3 of 27 epochs</th>' + number("–") in text


def test_a_trial_shows_its_line(browser: Client, searched: Study):
    second = searched.trials.filter(fidelity=3).order_by("number").first()
    text = page(browser, searched, f"trials/{second.number}/")
    assert (
        f"It got 3 of 27 epochs. It continues trial {second.parent}. That cost 0.0741 full trainings." in text
    )
    assert f'<a href="/studies/{searched.pk}/trials/{second.parent}/">trial {second.parent}</a>' in text
    assert f"<b>trial {second.number}</b>" in text
    rank = searched.trials.by_value(searched).values_list("number", flat=True)
    assert searched.best.number == rank[0]


def test_one_that_was_trained_from_the_start_again_says_so(browser: Client, searched: Study):
    second = searched.trials.filter(fidelity=3).first()
    Trial.objects.filter(pk=second.pk).update(compute=3 / 27)
    assert "it had to be trained from the start" in page(browser, searched, f"trials/{second.number}/")


def test_as_long_as_nobody_had_all_of_the_training_the_best_says_so(browser: Client, make_study, claim):
    study = make_study(objective=CURVE, optimizer={"name": "asha"})
    trial, token = claim(study, Trial.objects.get(pk=advance(study.pk).trials[0]))
    record(trial, token, Verdict("complete", (0.5,)))
    text = page(browser, study)
    assert "It got 1 of 27 epochs: no trial has had all of the training yet." in text
    assert 'id="rungs"' not in text
    assert page(browser, study, f"trials/{trial.number}/")


def test_the_api_names_fidelity_parent_and_cost(browser: Client, searched: Study):
    body = browser.get(f"/api/v1/studies/{searched.pk}").json()
    assert body["compute"] == pytest.approx(searched.compute)
    assert body["best_fidelity"] == 27
    second = searched.trials.filter(fidelity=3).first()
    trial = browser.get(f"/api/v1/studies/{searched.pk}/trials/{second.number}").json()
    assert (trial["fidelity"], trial["parent"]) == (3, second.parent)
    assert trial["compute"] == pytest.approx(2 / 27)
    header, *_ = browser.get(f"/studies/{searched.pk}/trials.csv").getvalue().decode().splitlines()
    assert ",fidelity,parent,start_from,compute," in header


@pytest.fixture
def population(make_study: Callable[..., Study], claim) -> Study:
    """A population of four, trained in three steps; what a member learned counts by its own parameters."""
    optimizer = {"name": "pbt", "population": 4, "steps": 3}
    study = make_study(objective=CURVE, optimizer=optimizer, budget={"trials": 12})
    while not study.is_over:
        for pk in advance(study.pk).trials or [study.trials.waiting().first().pk]:
            trial, token = claim(study, Trial.objects.get(pk=pk))
            record(trial, token, Verdict("complete", (trial.params["dropout"] - trial.fidelity,)))
        study.refresh_from_db()
    return study


def test_a_population_shows_whose_weights_were_taken_over(browser: Client, population: Study):
    heirs = population.trials.filter(start_from__isnull=False)
    assert heirs
    assert 'id="chart-population"' in page(browser, population, "analysis/")
    chart = browser.get(f"/studies/{population.pk}/charts/population.json?up=dropout").json()
    assert chart["lead"] == f"Weights were taken over {len(heirs)} time{'s' * (len(heirs) > 1)}."
    numbers = {number for trace in chart["figure"]["data"] for number in trace.get("customdata", [])}
    assert numbers == set(range(12))


def test_other_methods_have_no_such_chart(browser: Client, searched: Study):
    assert 'id="chart-population"' not in page(browser, searched, "analysis/")


def test_the_schedule_of_a_line_is_on_its_page_and_comes_as_json(browser: Client, population: Study):
    heir = population.trials.filter(start_from__isnull=False).order_by("number").last()
    source = population.trials.get(number=heir.start_from)
    schedule = browser.get(f"/studies/{population.pk}/trials/{heir.number}/schedule.json")
    parts = b"".join(schedule.streaming_content)
    found = json.loads(parts)["schedule"]
    assert [part["trial"] for part in found][-2:] == [source.number, heir.number]
    assert [part["params"] for part in found][-2:] == [source.params, heir.params]
    assert found[-1]["until"] == heir.fidelity
    text = page(browser, population, f"trials/{heir.number}/")
    assert "Trained with" in text
    assert f'href="/studies/{population.pk}/trials/{heir.number}/schedule.json"' in text
    begun = population.trials.filter(parent=None).first()
    assert "Trained with" not in page(browser, population, f"trials/{begun.number}/")
