"""The state machine of a trial: every transition says whether it won."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from trials.engine.advance import advance
from trials.models import Event, Study, Trial
from trials.models.trial import LOST_LIMIT, Told


@pytest.fixture
def study(make_study):
    study = make_study(parallelism=2)
    advance(study.pk)
    study.refresh_from_db()
    return study


def counters(study: Study) -> dict[str, int]:
    study.refresh_from_db()
    return {state: getattr(study, f"n_{state}") for state in Trial.State.values}


def rows(study: Study) -> dict[str, int]:
    return {state: study.trials.filter(state=state).count() for state in Trial.State.values}


def tell(trial: Trial, token: str, state: str = "complete", **fields):
    with Study.locked(trial.study_id) as study:
        trial.refresh_from_db()
        return trial.tell(study, token, state, **fields)


def test_a_claimed_trial_cannot_be_claimed_again(study, claim):
    trial, _ = claim(study)
    with Study.locked(study.pk) as locked:
        assert not trial.claim(locked, "other", "thief", 15)
    trial.refresh_from_db()
    assert (trial.state, trial.token) == ("running", "token")


def test_no_more_trials_run_than_the_study_allows(study, claim):
    claim(study, token="a")
    claim(study, token="b")
    third = study.trials.waiting().first()
    with Study.locked(study.pk) as locked:
        assert not third.claim(locked, "c", "tester", 15)
    assert counters(study)["running"] == 2


def test_a_paused_study_starts_nothing(study):
    with Study.locked(study.pk) as locked:
        locked.pause()
    trial = study.trials.waiting().first()
    with Study.locked(study.pk) as locked:
        assert not trial.claim(locked, "a", "tester", 15)


def test_the_same_tell_twice_is_fine_and_a_different_one_is_refused(study, claim):
    trial, token = claim(study)
    assert tell(trial, token, value=1.0, values=[1.0]) is Told.RECORDED
    assert tell(trial, token, value=1.0, values=[1.0]) is Told.REPEATED
    assert tell(trial, token, value=2.0, values=[2.0]) is Told.CONFLICT
    assert tell(trial, token, "failed", value=None, values=None) is Told.CONFLICT
    trial.refresh_from_db()
    assert trial.value == 1.0
    assert counters(study)["complete"] == 1


def test_a_tell_without_the_lease_is_refused(study, claim):
    trial, _ = claim(study)
    assert tell(trial, "forged", value=1.0, values=[1.0]) is Told.LEASE_LOST
    assert tell(trial, "", value=1.0, values=[1.0]) is Told.LEASE_LOST


def test_a_slow_worker_still_lands_its_result_until_somebody_else_claims(study, claim):
    trial, token = claim(study)
    with Study.locked(study.pk) as locked:
        trial.give_back(locked, lost=True)
    assert tell(trial, token, value=1.0, values=[1.0]) is Told.RECORDED
    assert counters(study) == rows(study)

    second, old = claim(study, token="old")
    with Study.locked(study.pk) as locked:
        second.give_back(locked, lost=True)
    claim(study, second, token="new")
    assert tell(second, old, value=1.0, values=[1.0]) is Told.LEASE_LOST


def test_a_lost_trial_is_queued_again_and_said_so(study, claim):
    trial, token = claim(study)
    with Study.locked(study.pk) as locked:
        trial.give_back(locked, lost=True)
    trial.refresh_from_db()
    assert (trial.state, trial.lost, trial.lease_expires) == ("queued", 1, None)
    assert not trial.renew(token)
    assert study.events.filter(kind=Event.Kind.LOST, number=trial.number).exists()


def test_a_trial_lost_too_often_fails_and_blames_the_machine(study, claim):
    trial = study.trials.waiting().first()
    for attempt in range(LOST_LIMIT + 1):
        claim(study, trial, token=f"t{attempt}")
        with Study.locked(study.pk) as locked:
            trial.give_back(locked, lost=True)
    trial.refresh_from_db()
    assert trial.state == "failed"
    assert trial.error["kind"] == "lost"
    assert "machine" in trial.error["message"]
    assert counters(study) == rows(study)


def test_an_orderly_stop_is_not_counted_as_lost(study, claim):
    trial, _ = claim(study)
    with Study.locked(study.pk) as locked:
        trial.give_back(locked, lost=False)
    trial.refresh_from_db()
    assert (trial.state, trial.lost) == ("queued", 0)


def test_cancelling_reaches_the_worker_by_its_next_heartbeat(study, claim):
    trial, token = claim(study)
    assert trial.holds(token)
    assert trial.renew(token)
    with Study.locked(study.pk) as locked:
        assert trial.cancel(locked)
        assert not trial.cancel(locked)
    assert not trial.holds(token)
    assert not trial.renew(token)
    assert tell(trial, token, value=1.0, values=[1.0]) is Told.LEASE_LOST
    assert counters(study) == rows(study)


def test_a_heartbeat_prolongs_the_lease_on_the_databases_clock(study, claim):
    trial, token = claim(study)
    Trial.objects.filter(pk=trial.pk).update(lease_expires=Now() - timedelta(seconds=1))
    assert Trial.objects.lapsed().filter(pk=trial.pk).exists()
    assert trial.renew(token)
    assert not Trial.objects.lapsed().filter(pk=trial.pk).exists()


def test_every_change_raises_the_revision(study, claim):
    study.refresh_from_db()
    before = study.revision
    trial, token = claim(study)
    tell(trial, token, value=1.0, values=[1.0])
    study.refresh_from_db()
    assert study.revision >= before + 2
    trial.refresh_from_db()
    assert before < trial.finished_revision <= study.revision
