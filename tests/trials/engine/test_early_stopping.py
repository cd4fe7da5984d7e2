"""Trials that a rule stops: in real trainings, trained elsewhere, and when the lease is lost meanwhile."""

import pytest

from trials.engine import external
from trials.engine.advance import advance
from trials.engine.creation import StudyError, check_study
from trials.engine.finish import Verdict, record
from trials.engine.local import run_local
from trials.engine.results import result_of
from trials.models import Report, Study, Trial
from trials.models.trial import Told
from trials.objectives.reporting import MOST_REPORTS

SPACE = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}
CURVE = {"kind": "function", "name": "learning_curve"}
TREES = {
    "objective": {
        "kind": "model",
        "model": "decision_tree_classifier",
        "dataset": "iris",
        "validation": {"kind": "kfold", "folds": 10},
        "test_share": 0,
    },
    "space": {
        "parameters": [
            {"name": "max_depth", "type": "categorical", "choices": [3, 1], "default": 3},
            {"name": "min_samples_leaf", "type": "categorical", "choices": [1, 2, 3, 70], "default": 1},
        ]
    },
    "optimizer": {"name": "grid"},
    "stopping": {"name": "wilcoxon"},
}


def refused(**data):
    with pytest.raises(StudyError) as caught:
        check_study({"objective": CURVE} | data)
    return caught.value.fields


def test_a_rule_is_checked_with_a_message_beside_the_field():
    assert "did you mean" in refused(stopping={"name": "medain"})["stopping.name"][0]
    assert "folds" in refused(stopping={"name": "wilcoxon"})["stopping.name"][0]
    assert (
        "0.9" in refused(objective=TREES["objective"], stopping={"name": "race", "p": 0.9})["stopping.p"][0]
    )
    assert "warmup" in refused(stopping={"name": "median", "warmup": 3})["stopping.warmup"][0]
    assert "missing" in refused(stopping={"name": "threshold"})["stopping.threshold"][0]
    assert refused(stopping=[3]).keys() == {"stopping.name"}
    holdout = TREES["objective"] | {"validation": {"kind": "holdout"}}
    assert "nothing to stop" in refused(objective=holdout, stopping={"name": "median"})["stopping.name"][0]
    three = TREES["objective"] | {"validation": {"kind": "kfold", "folds": 3}}
    assert "choose race" in refused(objective=three, stopping={"name": "wilcoxon"})["stopping.name"][0]


def test_a_plan_says_its_rule_and_makes_the_same_again():
    plan = check_study({"objective": CURVE, "stopping": "median"})
    assert plan.stopping == {"name": "median"}
    assert check_study(plan.to_dict()) == plan or check_study(plan.to_dict()).to_dict() == plan.to_dict()
    assert "stopping" not in check_study({"objective": CURVE, "stopping": {"name": "none"}}).to_dict()


def test_repeated_folds_have_a_name_of_their_own():
    objective = TREES["objective"] | {"validation": {"kind": "repeated_kfold", "folds": 3}}
    plan = check_study({"objective": objective})
    assert plan.objective.to_dict()["validation"] == {"kind": "kfold", "folds": 3, "repeats": 5}


@pytest.mark.django_db(transaction=True)
def test_bad_trainings_are_stopped_at_their_fold_and_a_study_can_be_repeated(make_study):
    def run():
        study = run_local(make_study(**TREES).pk, workers=1)
        return study, list(study.trials.numbered().order_by("number"))

    study, trials = run()
    stopped = [trial for trial in trials if trial.state == "pruned"]
    assert 2 <= len(stopped) < 8
    assert (study.state, study.n_complete + study.n_pruned) == ("completed", 8)
    for trial in stopped:
        done = len(trial.folds)
        assert done < 10
        assert trial.fidelity == trial.stopped["step"] == done
        assert trial.value == pytest.approx(sum(fold["score"] for fold in trial.folds) / done)
        assert trial.stopped["reason"].startswith("Worse than trial")
        assert f"{trial.value:.4g}" in trial.stopped["reason"], "in the study's own direction"
        assert trial.stopped["trainings_saved"] == pytest.approx(1 - done / 10)
        assert trial.stopped["seconds_saved"] == pytest.approx(trial.seconds * (10 - done) / done)
        assert [*trial.reports.order_by("step").values_list("step", "value")] == [
            (fold["fold"] + 1, fold["score"]) for fold in trial.folds
        ]
        assert trial.metrics["accuracy"] == pytest.approx(trial.value)
        assert result_of(study, trial).pruned
    assert study.trainings_saved == pytest.approx(sum(each.stopped["trainings_saved"] for each in stopped))
    assert study.seconds_saved > 0
    assert study.best.state == "complete"
    whole = next(trial for trial in trials if trial.state == "complete")
    assert whole.stopped is None
    assert whole.reports.count() == 10
    _, again = run()
    assert [(trial.state, trial.value) for trial in again] == [(trial.state, trial.value) for trial in trials]


@pytest.mark.django_db(transaction=True)
def test_thousands_of_reports_become_a_small_curve(make_study):
    curve = CURVE | {"fidelity": {"max": 20_000}}
    study = make_study(objective=curve, budget={"trials": 2}, stopping={"name": "median", "warmup_trials": 1})
    run_local(study.pk, workers=1)
    for trial in study.trials.all():
        steps = list(trial.reports.order_by("step").values_list("step", flat=True))
        assert len(steps) <= 2 * MOST_REPORTS
        assert steps[0] == 1
        if trial.state == "complete":
            assert steps[-1] == 20_000
            assert "every second one is kept" in trial.log


# --- leases -------------------------------------------------------------------------------------------------
STOPPED = {"rule": "median", "reason": "Too bad", "step": 3.0, "total": 12.0}
PRUNED = Verdict(
    "pruned",
    (0.5,),
    None,
    {"fidelity": 3.0, "stopped": STOPPED | {"trainings_saved": 0.75, "seconds_saved": 6.0}},
    {1.0: 0.7, 3.0: 0.5},
)


def counted(study):
    study.refresh_from_db()
    return study.n_pruned, study.trainings_saved, study.seconds_saved


@pytest.fixture
def running(make_study, claim):
    study = make_study(parallelism=2)
    advance(study.pk)
    return study, *claim(study)


def test_a_stopped_trial_is_told_once(running):
    study, trial, token = running
    assert record(trial, token, PRUNED).told is Told.RECORDED
    assert record(trial, token, PRUNED).told is Told.REPEATED
    assert counted(study) == (1, 0.75, 6.0)
    assert trial.reports.count() == 2
    assert record(trial, token, Verdict("complete", (0.5,))).told is Told.CONFLICT


def test_a_worker_that_lost_its_lease_stops_nothing(running, claim):
    study, trial, token = running
    Report.objects.create(trial=trial, step=1, value=0.1)
    with Study.locked(study.pk) as locked:
        trial.give_back(locked, lost=True)
    again, other = claim(study, study.trials.get(pk=trial.pk), token="other")
    assert not again.reports.exists(), "those of the training that was lost"
    assert record(trial, token, PRUNED).told is Told.LEASE_LOST
    assert counted(study) == (0, 0.0, 0.0)
    assert not again.reports.exists()
    assert record(again, other, Verdict("complete", (0.25,))).told is Told.RECORDED


# --- trained elsewhere --------------------------------------------------------------------------------------
@pytest.fixture
def elsewhere(make_study):
    def make(**data):
        body = {"objective": {"kind": "external"}, "space": SPACE, "parallelism": 4, "budget": {"trials": 9}}
        return make_study(**body | {"stopping": {"name": "median", "warmup_trials": 2}} | data)

    return make


def asked(study):
    advance_asked = external.ask(study.pk, 1, "gpu", 60)
    if not advance_asked.trials:
        advance(study.pk)
        advance_asked = external.ask(study.pk, 1, "gpu", 60)
    return advance_asked.trials[0]


def reported(study, trial, *values):
    return [
        external.report(study.pk, trial.number, trial.token, step, value).should_stop
        for step, value in enumerate(values, start=1)
    ]


def filled(study, *curves):
    """Complete trials with these curves."""
    for values in curves:
        trial = asked(study)
        reported(study, trial, *values)
        external.tell(study.pk, trial.number, trial.token, Verdict("complete", (values[-1],)))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_bad_trial_elsewhere_learns_that_it_should_stop(elsewhere, sign):
    study = elsewhere(directions=["minimize" if sign > 0 else "maximize"])
    filled(study, [sign * 5, sign * 4], [sign * 5, sign * 3], [sign * 6, sign * 4])
    trial = asked(study)
    assert reported(study, trial, sign * 5) == [False]
    pulse = external.report(study.pk, trial.number, trial.token, 1, sign * 9)
    assert pulse.should_stop
    assert f"{sign * 9} was worse than the median" in pulse.reason
    assert external.heartbeat(study.pk, trial.number, trial.token).should_stop
    assert external.report(study.pk, trial.number, trial.token, 2, sign * 0).should_stop, "it stays decided"
    told = Verdict("pruned", (), None, {"seconds": 8.0})
    assert external.tell(study.pk, trial.number, trial.token, told).told is Told.RECORDED
    assert external.tell(study.pk, trial.number, trial.token, told).told is Told.REPEATED
    trial.refresh_from_db()
    assert (trial.state, trial.value, trial.fidelity) == ("pruned", sign * 9, 1.0)
    assert trial.stopped["seconds_saved"] == 8.0, "one of two steps was done"
    assert counted(study) == (1, 0.5, 8.0)


def test_folds_of_a_trial_elsewhere_are_averaged(elsewhere):
    study = elsewhere(stopping={"name": "race", "warmup_trials": 2})
    filled(study, [1.0, 1.2, 0.8], [2.0, 2.3, 1.8], [3.0, 3.1, 2.9])
    trial = asked(study)
    assert reported(study, trial, 7.0)[-1] or reported(study, trial, 7.0, 9.0)[-1]
    external.tell(study.pk, trial.number, trial.token, Verdict("pruned"))
    trial.refresh_from_db()
    assert trial.value == pytest.approx(trial.stopped["value"])
    assert trial.value in (7.0, 8.0)


def test_one_that_goes_on_to_its_end_is_complete(elsewhere):
    study = elsewhere()
    filled(study, [5.0, 4.0], [5.0, 3.0])
    trial = asked(study)
    assert reported(study, trial, 9.0) == [True]
    external.tell(study.pk, trial.number, trial.token, Verdict("complete", (2.0,)))
    trial.refresh_from_db()
    assert (trial.state, trial.stopped) == ("complete", None)
    assert counted(study) == (0, 0.0, 0.0)


def test_the_decision_of_a_lost_lease_does_not_count(elsewhere):
    study = elsewhere()
    filled(study, [5.0, 4.0], [5.0, 3.0])
    trial = asked(study)
    assert reported(study, trial, 9.0) == [True]
    with Study.locked(study.pk) as locked:
        Trial.objects.get(pk=trial.pk).give_back(locked, lost=True)
    again = asked(study)
    assert again.pk == trial.pk
    again.refresh_from_db()
    assert again.stopped is None
    assert reported(study, again, 4.0) == [False]
    told = external.tell(study.pk, trial.number, trial.token, Verdict("pruned", (9.0,)))
    assert told.told is Told.LEASE_LOST


def test_more_reports_than_a_curve_needs_are_thinned(elsewhere):
    study = elsewhere(stopping={})
    trial = asked(study)
    rows = [Report(trial=trial, step=step, value=1.0) for step in range(2 * MOST_REPORTS)]
    Report.objects.bulk_create(rows)
    external.report(study.pk, trial.number, trial.token, 5_000, 1.0)
    steps = list(trial.reports.order_by("step").values_list("step", flat=True))
    assert len(steps) == MOST_REPORTS + 1
    assert (steps[0], steps[-1]) == (0, 5_000)
