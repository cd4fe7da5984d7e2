"""Reconciling: lapsed leases come back, lost nudges are repeated, and nobody reclaims too early."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from trials.engine.advance import advance
from trials.engine.recovery import Reconciler, feed, reclaim, worker_died
from trials.models import Study, Trial, Worker

HOUR = timedelta(hours=1)


@pytest.fixture
def study(make_study):
    study = make_study(parallelism=2)
    advance(study.pk)
    return study


def lapse(trial: Trial) -> None:
    Trial.objects.filter(pk=trial.pk).update(lease_expires=Now() - timedelta(seconds=1))


def test_a_lapsed_lease_is_reclaimed_and_started_again(study, claim):
    trial, _ = claim(study)
    assert not reclaim()
    lapse(trial)
    assert trial.pk in reclaim().trials
    trial.refresh_from_db()
    assert (trial.state, trial.lost) == ("queued", 1)


def put_the_clock_back() -> None:
    """Whatever was written down an hour ago lies in the future now."""
    Trial.objects.update(lease_expires=F("lease_expires") + HOUR, dispatched_at=F("dispatched_at") + HOUR)
    Study.objects.update(suggest_expires=F("suggest_expires") + HOUR)


def test_leases_and_nudges_outlive_no_clock_that_is_put_back(study, claim):
    trial, _ = claim(study)
    assert study.take_suggest_lease("dead", 15)
    put_the_clock_back()
    assert trial.pk in reclaim().trials
    put_the_clock_back()
    assert trial.pk in feed(2).trials
    assert study.take_suggest_lease("alive", 15)


def test_a_client_may_have_a_long_lease(study, claim):
    trial, _ = claim(study)
    Trial.objects.filter(pk=trial.pk).update(lease_seconds=3600, lease_expires=Now() + HOUR)
    assert not reclaim()


def test_a_process_that_just_started_reclaims_nothing(study, claim):
    trial, _ = claim(study)
    lapse(trial)
    Reconciler().round("me", idle_slots=0)
    trial.refresh_from_db()
    assert trial.state == "running"


def test_after_a_full_lease_it_reclaims(study, claim, monkeypatch):
    trial, _ = claim(study)
    lapse(trial)
    clock = [1000.0]
    monkeypatch.setattr(Reconciler, "_clock", staticmethod(lambda: clock[0]))
    reconciler = Reconciler()
    for _ in range(16):
        clock[0] += 1.0
        reconciler.round("me", idle_slots=0)
    trial.refresh_from_db()
    assert trial.state == "queued"


def test_a_process_that_was_frozen_waits_a_full_lease_again(study, claim, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(Reconciler, "_clock", staticmethod(lambda: clock[0]))
    reconciler = Reconciler()
    for _ in range(20):
        clock[0] += 1.0
        reconciler.round("me", idle_slots=0)
    trial, _ = claim(study)
    lapse(trial)
    clock[0] += 3600.0
    reconciler.round("me", idle_slots=0)
    trial.refresh_from_db()
    assert trial.state == "running"


def test_a_dead_worker_gives_everything_back_at_once(study, claim):
    Worker.objects.create(name="tester", host="h", pid=1, queues="training", slots=2)
    trial, _ = claim(study)
    assert trial.pk in worker_died("tester").trials
    trial.refresh_from_db()
    assert trial.state == "queued"
    assert not Worker.objects.filter(name="tester").exists()


def test_a_lost_nudge_is_repeated_only_for_an_idle_worker(study):
    assert feed(0).trials == ()
    assert feed(2).trials == (), "fresh nudges are not repeated"
    Trial.objects.filter(study=study).update(dispatched_at=Now() - timedelta(seconds=5))
    assert len(feed(2).trials) == 2
    assert feed(2).trials == (), "it was nudged a moment ago"


def test_a_starved_study_is_nudged(make_study):
    study = make_study()
    assert study.pk in feed(0).studies
    advance(study.pk)
    assert study.pk not in feed(0).studies


def test_a_study_in_the_foreground_is_left_alone(make_study):
    study = make_study()
    assert study.hold_foreground("runner", 15)
    assert study.pk not in feed(2).studies
    advance(study.pk)
    assert study.trials.count() == 0
    advance(study.pk, runner="runner")
    Trial.objects.update(dispatched_at=None)
    assert feed(2).trials == ()
    assert not study.hold_foreground("another", 15)
    study.leave_foreground("runner")
    assert Study.objects.in_background().filter(pk=study.pk).exists()
    assert feed(2).trials
