"""Suggesting: slots are filled, the budget is held exactly, no call is lost, no two processes ask."""

import pytest

from trials.engine.advance import advance
from trials.engine.finish import Verdict, record
from trials.models import ParameterValue, Study, Trial

BRANIN = {"kind": "function", "name": "branin"}


def finish(study: Study, claim, value: float = 1.0, state: str = "complete"):
    trial, token = claim(study)
    values = (value,) if state == "complete" else ()
    return trial, record(trial, token, Verdict(state, values)).nudges


def test_one_slot_asks_one_trial_at_a_time(make_study, claim):
    study = make_study(parallelism=1)
    nudges = advance(study.pk)
    assert study.trials.count() == 1
    assert nudges.trials == (study.trials.get().pk,)
    _, nudges = finish(study, claim)
    assert nudges.studies == (study.pk,)
    assert study.trials.count() == 1
    advance(study.pk)
    assert sorted(study.trials.values_list("number", flat=True)) == [0, 1]


def test_a_learning_optimizer_looks_ahead_a_little(make_study):
    study = make_study(objective=BRANIN, optimizer={"name": "tpe"}, parallelism=2)
    nudges = advance(study.pk)
    assert study.trials.count() == 3
    assert len(nudges.trials) == 2


@pytest.mark.parametrize(("seconds", "waiting"), [(2.0, 2), (30.0, 1)])
def test_a_rung_whose_trainings_end_together_has_the_next_ones_ready(make_study, seconds, waiting):
    curve = {"kind": "function", "name": "learning_curve", "fidelity": {"min": 1, "max": 27}}
    study = make_study(objective=curve, optimizer={"name": "bohb"}, parallelism=2)
    Study.objects.filter(pk=study.pk).update(train_seconds=seconds, n_complete=1)
    nudges = advance(study.pk)
    assert (len(nudges.trials), study.trials.count()) == (2, 2 + waiting)


def test_only_as_many_trials_start_as_may_run(make_study):
    study = make_study(parallelism=3, budget={"trials": 100})
    nudges = advance(study.pk)
    assert len(nudges.trials) == 3
    assert advance(study.pk).trials == ()


def test_the_budget_is_never_exceeded(make_study, claim):
    study = make_study(parallelism=4, budget={"trials": 6})
    advance(study.pk)
    assert study.trials.count() == 6
    for _ in range(6):
        finish(study, claim)
        advance(study.pk)
    study.refresh_from_db()
    assert (study.state, study.n_complete) == (Study.State.COMPLETED, 6)
    assert study.ending == "All 6 trials are done"
    assert sorted(study.trials.values_list("number", flat=True)) == list(range(6))


def test_a_second_suggester_returns_at_once(make_study):
    study = make_study()
    assert study.take_suggest_lease("somebody else", 15)
    assert not advance(study.pk)
    assert study.trials.count() == 0


def test_a_lapsed_suggest_lease_is_taken_over(make_study):
    study = make_study()
    assert study.take_suggest_lease("dead", -1)
    assert advance(study.pk).trials


def test_the_lease_stays_when_something_changed_meanwhile(make_study):
    study = make_study()
    study.take_suggest_lease("me", 15)
    study.refresh_from_db()
    with Study.locked(study.pk) as locked:
        locked.change(name="renamed")
    assert not study.drop_suggest_lease("me", seen=study.revision)
    study.refresh_from_db()
    assert study.drop_suggest_lease("me", seen=study.revision)


@pytest.mark.parametrize("state", [Study.State.PAUSED, Study.State.STOPPED])
def test_nothing_is_asked_while_the_study_does_not_run(make_study, state):
    study = make_study()
    Study.objects.filter(pk=study.pk).update(state=state)
    assert not advance(study.pk)
    assert study.trials.count() == 0


def test_a_long_queue_costs_no_more_queries(make_study, django_assert_max_num_queries):
    study = make_study(parallelism=8, budget={"trials": 10_000})
    advance(study.pk)
    assert study.trials.count() > 60
    Study.objects.filter(pk=study.pk).update(parallelism=16)
    with django_assert_max_num_queries(40):
        advance(study.pk)


def test_results_told_cost_no_more_queries(make_study, claim, django_assert_max_num_queries):
    study = make_study(objective=BRANIN, optimizer={"name": "tpe"}, budget={"trials": 100})
    advance(study.pk)
    Trial.objects.bulk_create(
        Trial(
            study=study, number=number, space=study.space, params={"x": 0.5, "y": number / 60},
            state="complete", value=float(number), values=[float(number)], finished_revision=number,
        )
        for number in range(1, 50)
    )  # fmt: skip
    Study.objects.filter(pk=study.pk).update(next_number=50, n_complete=49)
    finish(study, claim)
    with django_assert_max_num_queries(30):
        assert advance(study.pk).trials


def test_whoever_asks_is_not_nudged_again(make_study, claim):
    study = make_study(parallelism=1)
    advance(study.pk)
    assert study.take_suggest_lease("somebody", 15)
    _, nudges = finish(study, claim)
    assert nudges.studies == ()


def test_a_missing_study_is_no_error(db):
    assert not advance(123456)


def test_a_used_up_space_ends_the_study(make_study, claim):
    space = {"parameters": [{"name": "x", "type": "categorical", "choices": [1, 2, 3]}]}
    study = make_study(objective={"kind": "external"}, space=space, budget={"seconds": 1000})
    study.refresh_from_db()
    for _ in range(3):
        with Study.locked(study.pk) as locked:
            locked.change(demand=1)
        advance(study.pk)
        finish(study, claim)
    with Study.locked(study.pk) as locked:
        locked.change(demand=1)
    advance(study.pk)
    study.refresh_from_db()
    assert study.state == Study.State.COMPLETED
    assert sorted(study.trials.values_list("params__x", flat=True)) == [1, 2, 3]


def test_parameter_values_are_stored_for_sorting(make_study):
    study = make_study(objective=BRANIN)
    advance(study.pk)
    trial = study.trials.first()
    stored = {row.name: row.number for row in ParameterValue.objects.filter(trial=trial)}
    assert stored == trial.params


def test_the_same_seed_gives_the_same_trials(make_study, claim):
    def run() -> list[dict]:
        study = make_study(objective=BRANIN, optimizer={"name": "tpe"}, budget={"trials": 20})
        advance(study.pk)
        for number in range(20):
            finish(study, claim, value=float(number % 7))
            advance(study.pk)
        return [trial.params for trial in study.trials.order_by("number")]

    assert run() == run()


def test_a_failed_trial_counts_and_the_search_goes_on(make_study, claim):
    study = make_study(budget={"trials": 3})
    advance(study.pk)
    for _ in range(3):
        finish(study, claim, state="failed")
        advance(study.pk)
    study.refresh_from_db()
    assert (study.state, study.n_failed, study.best_id) == ("completed", 3, None)
    assert Trial.objects.filter(study=study).count() == 3
