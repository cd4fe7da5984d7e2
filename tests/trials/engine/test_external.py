"""Ask and tell for trials that are trained elsewhere."""

import pytest

from trials.engine import control, external
from trials.engine.advance import advance
from trials.engine.finish import Verdict
from trials.models import Study, Trial
from trials.models.trial import Told

SPACE = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}


@pytest.fixture
def study(make_study):
    return make_study(objective={"kind": "external"}, space=SPACE, parallelism=4, budget={"trials": 5})


def asked(study, count=1):
    """Ask, let a worker suggest, ask again: as the API does."""
    handout = external.ask(study.pk, count, "gpu-box", 60)
    for pk in handout.nudges.studies:
        advance(pk)
    missing = count - len(handout.trials)
    return [*handout.trials, *(external.ask(study.pk, missing, "gpu-box", 60).trials if missing else ())]


def test_nothing_is_suggested_before_somebody_asks(study):
    advance(study.pk)
    assert study.trials.count() == 0
    trials = asked(study, 2)
    assert [trial.number for trial in trials] == [0, 1]
    assert len({trial.token for trial in trials}) == 2


def test_no_more_are_handed_out_than_may_run(study):
    assert len(asked(study, 10)) == 4
    assert asked(study, 1) == []


def test_the_budget_is_held_and_the_study_ends(study):
    for _ in range(5):
        (trial,) = asked(study)
        recorded = external.tell(study.pk, trial.number, trial.token, Verdict("complete", (1.0,)))
        assert recorded.told is Told.RECORDED
    assert external.ask(study.pk, 1, "gpu-box", 60).over
    study.refresh_from_db()
    assert (study.state, study.n_complete) == ("completed", 5)


def test_a_value_that_is_no_number_is_a_failed_trial(study):
    (trial,) = asked(study)
    recorded = external.tell(study.pk, trial.number, trial.token, Verdict("complete", (float("nan"),)))
    assert recorded.told is Told.RECORDED
    trial.refresh_from_db()
    assert (trial.state, trial.error["kind"], trial.value) == ("failed", "non_finite", None)


def test_a_heartbeat_delivers_cancellation(study):
    (trial,) = asked(study)
    assert not external.heartbeat(study.pk, trial.number, trial.token).should_stop
    assert not external.report(study.pk, trial.number, trial.token, step=1, value=0.5).should_stop
    control.stop(study.pk)
    assert external.heartbeat(study.pk, trial.number, trial.token).should_stop
    assert external.report(study.pk, trial.number, trial.token, step=2, value=0.5).should_stop


def test_a_paused_study_hands_out_nothing(study):
    control.pause(study.pk)
    handout = external.ask(study.pk, 1, "gpu-box", 60)
    assert (handout.trials, handout.over) == ((), False)


def test_a_study_that_trains_here_hands_out_nothing(make_study):
    with pytest.raises(ValueError, match="external"):
        external.ask(make_study().pk, 1, "gpu-box", 60)
    with pytest.raises(Study.DoesNotExist):
        external.ask(999_999, 1, "gpu-box", 60)
    with pytest.raises(Trial.DoesNotExist):
        external.heartbeat(999_999, 0, "token")
