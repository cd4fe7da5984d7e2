"""When a study is over: each kind of budget, and what happens to what is under way."""

import pytest
from django.utils import timezone

from trials.engine import control
from trials.engine.advance import advance
from trials.engine.finish import Verdict, record
from trials.engine.recovery import enforce_time_budgets
from trials.models import Study


def tell(trial, token, *values):
    return record(trial, token, Verdict("complete", values))


def test_a_target_cancels_what_is_queued_and_lets_the_running_finish(make_study, claim):
    study = make_study(parallelism=2, budget={"trials": 50, "target": 0.5})
    advance(study.pk)
    first, second = claim(study, token="a"), claim(study, token="b")
    tell(*first, 0.4)
    study.refresh_from_db()
    assert (study.state, study.n_running, study.n_queued) == ("running", 1, 0)
    advance(study.pk)
    tell(*second, 0.9)
    study.refresh_from_db()
    assert (study.state, study.ending) == ("completed", "The target of 0.5 is reached")
    assert study.best_value == 0.4


def test_a_target_is_read_in_the_studys_direction(make_study, claim):
    study = make_study(
        objective={"kind": "external"},
        directions=["maximize"],
        metrics=["score"],
        space={"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]},
        budget={"trials": 50, "target": 0.9},
    )
    with Study.locked(study.pk) as locked:
        locked.change(demand=2)
    advance(study.pk)
    tell(*claim(study, token="a"), 0.5)
    study.refresh_from_db()
    assert study.state == "running"
    tell(*claim(study, token="b"), 0.95)
    study.refresh_from_db()
    assert study.state == "completed"


def test_patience_counts_results_since_the_best(make_study, claim):
    study = make_study(budget={"trials": 50, "patience": 3})
    for value in (2.0, 1.0, 1.5, 1.5, 1.0):
        advance(study.pk)
        tell(*claim(study), value)
    study.refresh_from_db()
    assert (study.state, study.n_complete) == ("completed", 5)
    assert study.ending == "No better result in 3 trials"
    assert study.best.number == 1


def test_seconds_cancel_running_trials_too(make_study, claim):
    study = make_study(parallelism=2, budget={"seconds": 60})
    advance(study.pk)
    trial, token = claim(study)
    long_ago = timezone.now() - timezone.timedelta(seconds=61)
    Study.objects.filter(pk=study.pk).update(active_since=long_ago)
    enforce_time_budgets()
    study.refresh_from_db()
    assert (study.state, study.n_running, study.n_queued) == ("completed", 0, 0)
    assert not trial.holds(token)


def test_paused_time_does_not_count(make_study):
    study = make_study(budget={"seconds": 60})
    control.pause(study.pk)
    study.refresh_from_db()
    assert study.active_since is None
    assert study.elapsed() < 5
    enforce_time_budgets()
    control.resume(study.pk)
    study.refresh_from_db()
    assert study.state == "running"


@pytest.mark.parametrize("act", [control.pause, control.resume, control.stop])
def test_control_is_idempotent_and_knows_missing_studies(make_study, act):
    study = make_study()
    act(study.pk)
    study.refresh_from_db()
    revision = study.revision
    act(study.pk)
    study.refresh_from_db()
    assert study.revision == revision
    assert act(999_999) is None


def test_stopping_cancels_everything_at_once(make_study, claim):
    study = make_study(parallelism=2)
    advance(study.pk)
    trial, token = claim(study)
    control.stop(study.pk)
    study.refresh_from_db()
    assert (study.state, study.n_running, study.n_queued) == ("stopped", 0, 0)
    assert not trial.renew(token)
    assert control.stop(study.pk) is not None


def test_deleting_hides_it(make_study):
    study = make_study()
    advance(study.pk)
    assert (control.delete(study.pk), control.delete(study.pk)) == (True, False)
    assert not Study.objects.visible().filter(pk=study.pk).exists()
