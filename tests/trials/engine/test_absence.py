"""Lines in the history about a machine that was away: what it says, to whom, and from when to when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now

from trials.engine import control
from trials.engine.absence import back_again
from trials.engine.advance import advance
from trials.engine.claims import Slot
from trials.engine.claims import claim as claim_for
from trials.engine.execution import give_back
from trials.engine.recovery import Reconciler
from trials.models import Event, Study, Trial, Worker

LAST_WEEK = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)


@pytest.fixture
def study(make_study):
    study = make_study(parallelism=2)
    advance(study.pk)
    return study


def lines(study: Study) -> list[str]:
    return list(study.events.filter(kind=Event.Kind.LOST).order_by("pk").values_list("text", flat=True))


def test_after_a_power_cut_it_says_when_and_how_many_are_started_again(study, claim):
    claim(study)
    Worker.objects.create(name="tester", host="here", pid=1, queues="training", slots=2, seen=LAST_WEEK)
    before = Study.objects.get(pk=study.pk).revision
    back_again(["tester"], None)
    [line] = lines(study)
    assert line.startswith("The computer or the server stopped at 5 January, 14:02 and was back at ")
    assert line.endswith(" UTC; 1 trial was started again")
    assert Study.objects.get(pk=study.pk).revision > before, "a page that is open shows it"


def test_after_an_orderly_stop_it_says_that_instead(study):
    held = claim_for(study.trials.waiting()[0].pk, Slot("tester"))
    give_back(held, lost=False)
    back_again(["tester"], LAST_WEEK)
    [line] = lines(study)
    assert line.startswith("HPO Dashboard was stopped at 5 January, 14:02 and was back at ")
    assert line.endswith("1 trial was started again")


def test_nothing_is_said_of_trials_where_none_was_interrupted(study):
    back_again(["tester"], LAST_WEEK)
    assert "again" not in lines(study)[0]


def test_only_running_studies_are_told(study, make_study):
    paused = make_study(budget={"trials": 3})
    control.pause(paused.pk)
    back_again([], LAST_WEEK)
    assert lines(study)
    assert not lines(paused)


def test_a_worker_that_slept_says_so_to_whose_trials_it_held(study, make_study, claim, monkeypatch):
    other = make_study(budget={"trials": 3})
    trial, _ = claim(study)
    Trial.objects.filter(pk=trial.pk).update(started_at=Now() - timedelta(hours=1))
    steady = [1000.0]
    monkeypatch.setattr(Reconciler, "_steady", staticmethod(lambda: steady[0]))
    reconciler = Reconciler()
    for pause in (1.0, 3600.0, 1.0):
        steady[0] += pause
        reconciler.round("tester", idle_slots=0)
    [line] = lines(study)
    assert line.startswith("The computer slept or stood still from ")
    assert line.endswith("1 trial carried on")
    assert not lines(other)


def test_a_database_that_was_away_is_no_sleep(study, claim, monkeypatch):
    trial, _ = claim(study)
    Trial.objects.filter(pk=trial.pk).update(started_at=Now() - timedelta(hours=1))
    steady = [1000.0]
    monkeypatch.setattr(Reconciler, "_steady", staticmethod(lambda: steady[0]))
    reconciler = Reconciler()
    steady[0] += 3600.0
    reconciler.distrust()
    steady[0] += 1.0
    reconciler.round("tester", idle_slots=0)
    assert not lines(study)
