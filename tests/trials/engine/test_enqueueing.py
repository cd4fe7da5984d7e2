"""A person's own configurations, retries and single cancellations."""

import pytest

from tests.trials.views.conftest import SPACE
from trials.engine import control, external
from trials.engine.advance import advance
from trials.engine.enqueueing import cancel_trial, enqueue, retry
from trials.engine.findings import StudyError
from trials.engine.finish import Verdict, record
from trials.models import ParameterValue, Study, Trial

EXTERNAL = {"objective": {"kind": "external"}, "space": SPACE, "budget": {"trials": 3}, "parallelism": 1}


def test_own_configurations_go_first_and_their_numbers_are_simply_not_asked(make_study):
    study = make_study(**EXTERNAL)
    advance_one(study)
    added = enqueue(study.pk, [{"kernel": "linear", "C": 10}, {"C": 2.5}], by="anna")
    assert (added.numbers, added.new) == ((1, 2), 2)
    trials = list(study.trials.order_by("number"))
    assert [trial.enqueued for trial in trials] == [False, True, True]
    assert trials[1].params == {"kernel": "linear", "C": 10.0}
    assert trials[2].params == {"kernel": "rbf", "C": 2.5, "gamma": 0.03}, "defaults are filled in"
    assert study.trials.waiting().first().number == 1
    assert ParameterValue.objects.filter(trial=trials[1], name="C", number=10).exists()
    study.refresh_from_db()
    assert (study.next_number, study.budget["trials"], study.n_queued) == (3, 3, 3)
    assert study.events.last().text == "2 configurations enqueued by anna"


def advance_one(study: Study) -> None:
    external.ask(study.pk, 1, "worker", 60)
    advance(study.pk)


def test_what_waits_already_is_not_enqueued_twice_and_the_budget_grows_where_it_is_used_up(make_study):
    study = make_study(**EXTERNAL)
    own = [{"C": 1.5 + n} for n in range(4)]
    first, again = enqueue(study.pk, own), enqueue(study.pk, [*own[:2], *own[:1]])
    assert first.numbers == (0, 1, 2, 3)
    assert (again.numbers, again.new) == ((0, 1, 0), 0)
    study.refresh_from_db()
    assert (study.budget["trials"], study.trials.count()) == (4, 4)


@pytest.mark.parametrize(("given", "field", "words"), [
    ({"C": 5000}, "params.1.C", "5000"),
    ({"c": 1}, "params.1.c", "C"),
    ({"kernel": "linear", "gamma": 0.1}, "params.1.gamma", "kernel"),
    ({"kernel": "poly"}, "params.1.kernel", "linear"),
    ("C=1", "params.1", "object"),
])  # fmt: skip
def test_a_bad_configuration_is_refused_beside_its_parameter_and_nothing_is_queued(
    make_study, given, field, words
):
    study = make_study(**EXTERNAL)
    with pytest.raises(StudyError) as error:
        enqueue(study.pk, [{"C": 1}, given])
    assert words in error.value.fields[field][0]
    assert not study.trials.exists()


def test_a_parameter_without_default_must_be_given(make_study):
    bare = {"parameters": [{"name": "x", "type": "integer", "low": 1, "high": 9}]}
    study = make_study(**EXTERNAL | {"space": bare})
    with pytest.raises(StudyError) as error:
        enqueue(study.pk, [{}])
    assert "no default" in error.value.fields["params.0.x"][0]


def finish(study: Study, claim, *values: float | None) -> None:
    for value in values:
        advance(study.pk)
        trial, token = claim(study, token=f"{study.next_number}-{value}")
        record(trial, token, Verdict("failed") if value is None else Verdict("complete", (value,)))
        study.refresh_from_db()


def test_a_finished_study_runs_own_configurations_and_ends_again(make_study, claim):
    study = make_study(budget={"trials": 1})
    finish(study, claim, 1.0)
    assert study.state == "completed"
    enqueue(study.pk, [{"x": 0.25}])
    finish(study, claim, 0.5)
    assert (study.state, study.n_complete, study.ending) == ("completed", 2, "All 2 trials are done")


@pytest.mark.parametrize("budget", [{"target": 1.0}, {"patience": 1}])
def test_own_configurations_run_although_the_study_had_reached_its_goal(make_study, claim, budget):
    study = make_study(budget={"trials": 50, **budget})
    finish(study, claim, 1.0, *([2.0] if "patience" in budget else []))
    ending = study.ending
    assert study.state == "completed"
    enqueue(study.pk, [{"x": 0.25}, {"x": 0.5}])
    advance(study.pk)
    assert study.trials.waiting().count() == 2
    finish(study, claim, 3.0, 4.0)
    assert (study.state, study.ending) == ("completed", ending)


def test_a_stopped_study_stays_stopped_after_its_own_configurations(make_study, claim):
    study = make_study()
    finish(study, claim, 1.0)
    control.stop(study.pk, "anna")
    enqueue(study.pk, [{"x": 0.25}])
    finish(study, claim, 3.0)
    assert (study.state, study.ending, study.n_complete) == ("stopped", "Stopped by anna", 2)


def test_a_paused_study_keeps_them_until_it_goes_on(make_study, claim):
    study = make_study()
    control.pause(study.pk)
    enqueue(study.pk, [{"x": 0.25}])
    assert not advance(study.pk)
    control.resume(study.pk)
    assert advance(study.pk).trials or study.trials.waiting().first().dispatched_at


def test_a_retry_is_a_new_trial_that_adds_one_to_the_budget_and_happens_once(make_study, claim):
    study = make_study(budget={"trials": 3})
    finish(study, claim, None, 1.0, None)
    assert study.state == "completed"
    first, again = retry(study.pk, [0, 1, 2, 77], by="anna"), retry(study.pk, [0, 2])
    assert (first.numbers, first.new) == ({0: 3, 2: 4}, 2)
    assert (again.numbers, again.new) == ({0: 3, 2: 4}, 0)
    study.refresh_from_db()
    assert (study.state, study.budget["trials"]) == ("running", 5)
    repeated = study.trials.get(number=4)
    assert (repeated.retry_of, repeated.params) == (2, study.trials.get(number=2).params)
    finish(study, claim, 2.0, 3.0)
    assert (study.state, study.ending) == ("completed", "All 5 trials are done")
    assert study.events.filter(text="2 trials retried as trials 3 to 4 by anna").exists()


def test_a_failed_study_goes_on_when_a_trial_of_it_is_retried(make_study, claim):
    study = make_study(budget={"trials": 9, "failures": 2})
    finish(study, claim, None, None)
    assert study.state == "failed"
    retry(study.pk, [1])
    study.refresh_from_db()
    assert (study.state, study.ending, study.failures_in_a_row) == ("running", "", 0)
    finish(study, claim, 1.0, 2.0)
    assert study.state == "running"


def test_cancelling_one_trial_makes_room_for_another(make_study, claim):
    study = make_study(budget={"trials": 2})
    advance(study.pk)
    trial, token = claim(study)
    for _ in range(2):
        assert cancel_trial(study.pk, 0, "anna") is not None
    assert not trial.holds(token)
    assert cancel_trial(study.pk, 77) is None
    finish(study, claim, 1.0, 2.0)
    assert (study.state, study.n_complete, study.n_cancelled) == ("completed", 2, 1)
    assert study.events.filter(text="Trial 0 cancelled by anna", number=0).count() == 1


def test_a_cancelled_trial_of_a_study_that_winds_down_lets_it_end(make_study, claim):
    study = make_study()
    advance(study.pk)
    claim(study)
    control.stop_after_running(study.pk)
    cancel_trial(study.pk, 0)
    study.refresh_from_db()
    assert study.state == "stopped"


def test_a_trial_is_the_same_whether_others_were_enqueued_before_or_not(make_study):
    """Numbers that a person took are not asked; every other number is asked as it would have been."""
    plain, other = make_study(**EXTERNAL | {"seed": 5}), make_study(**EXTERNAL | {"seed": 5})
    enqueue(other.pk, [{"C": 7.0}])
    for study in (plain, other):
        Study.objects.filter(pk=study.pk).update(demand=2, parallelism=3, budget={})
        advance(study.pk)
    assert plain.trials.get(number=1).params == other.trials.get(number=1).params
    assert Trial.objects.filter(study=other, number=0, enqueued=True).exists()
