"""A person's hand on a study: pause, stop, change, delete and undo; each stands in its history."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from trials.engine import claims, control
from trials.engine.advance import advance
from trials.engine.changes import change
from trials.engine.claims import Slot
from trials.engine.findings import StudyError
from trials.engine.finish import Verdict, record
from trials.engine.purge import KEPT, purge
from trials.engine.recovery import enforce_time_budgets, feed
from trials.models import Event, ParameterValue, Space, Study, Trial


def told(study: Study) -> list[str]:
    """The study's history, oldest first, without the ordinary course of trials."""
    return list(study.events.exclude(kind=Event.Kind.BEST).order_by("pk").values_list("text", flat=True))


def test_a_pause_lets_trials_finish_and_nothing_more_is_asked_or_started(make_study, claim):
    study = make_study(parallelism=2)
    nudges = advance(study.pk)
    running = claim(study)
    waiting = study.trials.waiting().first()
    control.pause(study.pk, by="anna")
    asked = study.trials.count()

    assert running[0].renew(running[1]), "what runs goes on"
    follows = record(*running, Verdict("complete", (1.0,)), Slot("worker"))
    assert (follows.following, follows.nudges.trials, follows.nudges.studies) == (None, (), ())
    assert claims.claim(waiting.pk, Slot("worker")) is None
    for _ in range(2):
        assert not advance(study.pk)
    assert study.pk not in feed(2).studies
    study.refresh_from_db()
    assert (study.state, study.n_complete, study.trials.count()) == ("paused", 1, asked)
    assert told(study) == ["Created", "Paused by anna"]
    assert nudges.trials


def test_stopping_after_the_running_ones_lets_them_finish_and_ends_as_stopped(make_study, claim):
    study = make_study(parallelism=2)
    advance(study.pk)
    first, second = claim(study, token="a"), claim(study, token="b")
    for _ in range(2):
        control.stop_after_running(study.pk, by="anna")
    study.refresh_from_db()
    assert (study.state, study.n_running, study.n_queued) == ("running", 2, 0)
    assert not advance(study.pk).trials
    record(*first, Verdict("complete", (1.0,)))
    record(*second, Verdict("complete", (2.0,)))
    study.refresh_from_db()
    assert (study.state, study.ending, study.n_complete) == ("stopped", "Stopped by anna", 2)
    assert told(study) == ["Created", "Stopping after the running trials by anna", "Stopped by anna"]


def test_stopping_after_the_running_ones_ends_an_idle_study_at_once(make_study):
    study = make_study()
    control.stop_after_running(study.pk)
    study.refresh_from_db()
    assert study.state == "stopped"


def test_a_deleted_study_does_nothing_and_comes_back_as_it_was(make_study, claim):
    study = make_study(parallelism=2)
    advance(study.pk)
    trial, token = claim(study)
    assert (control.delete(study.pk, "anna"), control.delete(study.pk, "anna")) == (True, False)

    assert not trial.holds(token), "its worker stops"
    study.refresh_from_db()
    assert (study.n_running, study.state) == (0, "running")
    assert study not in Study.objects.visible()
    assert not advance(study.pk)
    assert not feed(2)
    enforce_time_budgets()
    for act in (control.pause, control.resume, control.stop, control.stop_after_running):
        assert act(study.pk, "") is None
    assert change(study.pk, {"name": "x"}) is None

    for _ in range(2):
        control.restore(study.pk, "anna")
    study.refresh_from_db()
    assert (study.state, study.deleted, study.n_cancelled) == ("running", None, 0)
    assert advance(study.pk).trials or study.trials.waiting().first().dispatched_at
    assert told(study)[-2:] == ["Deleted by anna", "Restored by anna"]


def test_a_day_after_its_deletion_a_study_is_gone_with_all_that_was_its_own(make_study):
    study, other = make_study(), make_study()
    for each in (study, other):
        advance(each.pk)
    control.edit_space(study.pk, x(0, 2))
    control.delete(study.pk)
    assert purge()
    assert Study.objects.filter(pk=study.pk).exists()
    Study.objects.filter(pk=study.pk).update(deleted=Now() - KEPT - timedelta(seconds=1))
    assert purge()
    assert list(Study.objects.all()) == [other]
    assert list(Space.objects.all()) == [other.space]
    assert not Trial.objects.exclude(study=other).exists()
    assert not ParameterValue.objects.exclude(study=other).exists()


def x(low: float, high: float, **more: object) -> dict:
    return {"parameters": [{"name": "x", "type": "float", "low": low, "high": high, **more}]}


def test_names_tags_and_parallelism_change_and_the_history_says_so(make_study):
    study = make_study()
    data = {"name": " New ", "tags": ["a", "b", "A "], "parallelism": 3}
    for _ in range(2):
        assert change(study.pk, data, "anna") is not None
    study.refresh_from_db()
    assert (study.name, study.tags, study.parallelism) == ("New", ["a", "b"], 3)
    assert told(study) == [
        "Created", "Renamed from “Noop” by anna", "Tags: a, b by anna", "Trials at a time: 1 → 3 by anna",
    ]  # fmt: skip


@pytest.mark.parametrize(("data", "field"), [
    ({"name": ""}, "name"),
    ({"name": 5}, "name"),
    ({"tags": "a"}, "tags"),
    ({"tags": ["a, b"]}, "tags"),
    ({"tags": [str(n) for n in range(21)]}, "tags"),
    ({"parallelism": 0}, "parallelism"),
    ({"parallelism": "2"}, "parallelism"),
    ({"budget": {"trials": 1}}, "budget.trials"),
    ({"budget": {"trails": 9}}, "budget.trails"),
    ({"budget": {"target": 5.0}}, "budget.target"),
    ({"budget": {"patience": 1}}, "budget.patience"),
    ({"budget": 7}, "budget"),
    ({"space": x(2, 1)}, "space.parameters.x.low"),
    ({"space": {"parameters": [{"name": "y", "type": "bool"}]}}, "space.parameters.y"),
    ({"objective": {}}, "objective"),
])  # fmt: skip
def test_a_bad_change_is_refused_beside_its_field_and_changes_nothing(make_study, claim, data, field):
    study = make_study()
    for value in (1.0, 2.0):
        advance(study.pk)
        record(*claim(study, token=str(value)), Verdict("complete", (value,)))
    study.refresh_from_db()
    before = study.revision
    with pytest.raises(StudyError) as error:
        change(study.pk, {"tags": ["good"], **data})
    assert next(iter(error.value.fields)).startswith(field), error.value.fields
    study.refresh_from_db()
    assert (study.tags, study.revision) == ([], before)


def finish(study: Study, claim, *values: float | None) -> None:
    """Ask and end trials one after the other."""
    for value in values:
        advance(study.pk)
        trial, token = claim(study, token=f"{study.next_number}-{value}")
        record(trial, token, Verdict("failed") if value is None else Verdict("complete", (value,)))
        study.refresh_from_db()


def test_a_finished_study_goes_on_when_its_budget_is_extended(make_study, claim):
    study = make_study(budget={"trials": 2})
    finish(study, claim, 3.0, 2.0)
    assert study.state == "completed"
    for _ in range(2):
        change(study.pk, {"budget": {"trials": 3}}, "anna")
    study.refresh_from_db()
    assert (study.state, study.ending, study.ended) == ("running", "", None)
    finish(study, claim, 1.0)
    assert (study.state, study.n_complete, study.best_value) == ("completed", 3, 1.0)
    assert "Budget: trials 2 → 3 by anna" in told(study)
    assert "Goes on by anna" in told(study)


def test_a_stopped_study_goes_on_with_the_rest_of_its_budget(make_study, claim):
    study = make_study(budget={"trials": 3})
    finish(study, claim, 3.0)
    control.stop(study.pk)
    change(study.pk, {"budget": {}})
    finish(study, claim, 2.0, 1.0)
    assert (study.state, study.ends_as, study.n_complete) == ("completed", "completed", 3)


def test_a_reached_target_is_to_be_changed_before_the_study_goes_on(make_study, claim):
    study = make_study(budget={"trials": 9, "target": 1.0})
    finish(study, claim, 1.0)
    assert study.ending == "The target of 1 is reached"
    with pytest.raises(StudyError) as error:
        change(study.pk, {"budget": {"trials": 20}})
    assert "budget.target" in error.value.fields
    change(study.pk, {"budget": {"target": None}})
    study.refresh_from_db()
    assert (study.state, study.budget) == ("running", {"trials": 9})


def test_a_smaller_budget_takes_back_what_only_waits(make_study, claim):
    study = make_study(budget={"trials": 40}, parallelism=2)
    advance(study.pk)
    running = claim(study)
    assert study.trials.count() > 5
    change(study.pk, {"budget": {"trials": 2}})
    study.refresh_from_db()
    assert study.n_queued + study.n_running == 2
    record(*running, Verdict("complete", (1.0,)))
    record(*claim(study, token="last"), Verdict("complete", (1.0,)))
    study.refresh_from_db()
    assert (study.state, study.n_complete) == ("completed", 2)


def test_a_study_ends_as_failed_after_so_many_failures_in_a_row(make_study, claim):
    study = make_study(budget={"trials": 20, "failures": 3})
    finish(study, claim, None, None, 1.0, None, None)
    assert (study.state, study.failures_in_a_row) == ("running", 2)
    advance(study.pk)
    error = {"kind": "exception", "message": "It broke.", "exception": "", "traceback": ""}
    record(*claim(study, token="last"), Verdict("failed", error=error))
    study.refresh_from_db()
    assert (study.state, study.ending) == ("failed", "3 trials failed in a row: It broke.")
    change(study.pk, {"budget": {}})
    study.refresh_from_db()
    assert (study.state, study.failures_in_a_row) == ("running", 0)
