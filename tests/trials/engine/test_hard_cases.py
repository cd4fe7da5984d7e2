"""Sequences that once went wrong: each would leave a study waiting for ever, or lose what it knew."""

import pytest

from optimizers.algorithms.random import Random
from trials.engine import control, external, insights
from trials.engine.advance import advance
from trials.engine.claims import Slot, claim
from trials.engine.endings import settle
from trials.engine.finish import Verdict, record
from trials.engine.local import run_local
from trials.engine.recovery import feed
from trials.models import Study, Trial
from trials.models.trial import LOST_LIMIT


def test_a_message_from_the_background_does_not_block_a_study_in_the_foreground(make_study):
    study = make_study(parallelism=2)
    nudges = advance(study.pk)
    assert study.hold_foreground("runner", 15)
    assert claim(nudges.trials[0], Slot("worker")) is None
    assert Trial.objects.get(pk=nudges.trials[0]).dispatched_at is None


def test_the_last_trial_given_up_after_the_target_ends_the_study(make_study, claim):
    study = make_study(parallelism=2, budget={"trials": 50, "target": 0.5})
    advance(study.pk)
    good, bad = claim(study, token="good"), claim(study, token="bad")
    Trial.objects.filter(pk=bad[0].pk).update(lost=LOST_LIMIT)
    record(*good, Verdict("complete", (0.1,)))
    with Study.locked(study.pk) as locked:
        bad[0].give_back(locked, lost=True)
        settle(locked)
    study.refresh_from_db()
    assert study.state == "completed"


def test_a_study_that_nobody_settled_is_found(make_study):
    study = make_study()
    Study.objects.filter(pk=study.pk).update(ending="The target of 1 is reached")
    assert study.pk in feed(0).studies
    advance(study.pk)
    study.refresh_from_db()
    assert study.state == "completed"


def test_an_optimizer_that_breaks_ends_its_study_and_says_why(make_study, monkeypatch):
    study = make_study(parallelism=2)

    def broken(self, number, pending, rng):
        raise ZeroDivisionError("no spread")

    monkeypatch.setattr(Random, "_suggest", broken)
    monkeypatch.setattr(Random, "default_first", False)
    advance(study.pk)
    study.refresh_from_db()
    assert study.state == "failed"
    assert "ZeroDivisionError: no spread" in study.ending
    assert study.pk not in feed(2).studies


def test_slow_asking_lets_the_first_suggestions_start(make_study, monkeypatch):
    monkeypatch.setattr("trials.engine.advance.ASK_SECONDS", 0.0)
    study = make_study(parallelism=3)
    nudges = advance(study.pk)
    assert (len(nudges.trials), nudges.studies) == (1, (study.pk,))
    assert study.trials.count() == 1
    advance(study.pk)
    assert study.trials.count() == 2


def test_an_external_study_at_parallelism_one_asks_one_at_a_time(make_study):
    space = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}
    study = make_study(objective={"kind": "external"}, space=space, parallelism=1)
    external.ask(study.pk, 1, "a", 60)
    advance(study.pk)
    assert len(external.ask(study.pk, 1, "a", 60).trials) == 1
    external.ask(study.pk, 1, "b", 60)
    advance(study.pk)
    assert study.trials.count() == 1


def test_patience_also_ends_a_study_in_which_everything_fails(make_study, claim):
    study = make_study(budget={"patience": 3})
    for _ in range(3):
        advance(study.pk)
        record(*claim(study), Verdict("failed"))
    study.refresh_from_db()
    assert (study.state, study.ending) == ("completed", "No result in 3 trials")


def test_what_comes_back_after_the_target_is_cancelled(make_study, claim):
    study = make_study(parallelism=2, budget={"trials": 50, "target": 0.5})
    advance(study.pk)
    good, lost = claim(study, token="good"), claim(study, token="lost")
    record(*good, Verdict("complete", (0.1,)))
    with Study.locked(study.pk) as locked:
        lost[0].give_back(locked, lost=True)
        settle(locked)
    study.refresh_from_db()
    assert (study.state, study.n_cancelled > 0, study.n_queued) == ("completed", True, 0)


def test_a_paused_study_is_not_called_exhausted(make_study, monkeypatch):
    space = {"parameters": [{"name": "x", "type": "integer", "low": 1, "high": 3}]}
    study = make_study(space=space, objective={"kind": "external"}, budget={"seconds": 1000}, parallelism=5)
    external.ask(study.pk, 4, "a", 60)
    control.pause(study.pk)
    advance(study.pk)
    study.refresh_from_db()
    assert (study.state, study.exhausted) == ("paused", False)


def test_insights_are_computed_once_for_the_same_results(make_study, claim, monkeypatch):
    study = make_study(budget={"trials": 12}, objective={"kind": "function", "name": "branin"})
    for number in range(12):
        advance(study.pk)
        record(*claim(study), Verdict("complete", (float(number % 5),)))
    assert insights.update(study.pk)
    assert not insights.update(study.pk)


@pytest.mark.django_db(transaction=True)
def test_a_trial_whose_runner_was_killed_is_run_again_in_the_foreground(make_study, transactional_db):
    study = make_study(budget={"trials": 4})
    advance(study.pk)  # marks the first trial as started; then the runner dies
    assert Trial.objects.exclude(dispatched_at=None).count() == 1
    study = run_local(study.pk, workers=1)
    assert (study.state, study.n_complete) == ("completed", 4)
