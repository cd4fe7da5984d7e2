"""Edit a study's space in flight: versions, what lies inside, and what the optimizer knows from then on."""

import pytest

from trials.engine import advance as advancing
from trials.engine import control, insights
from trials.engine.advance import advance
from trials.engine.enqueueing import enqueue
from trials.engine.findings import StudyError
from trials.engine.finish import Verdict, record
from trials.engine.memory import memory_of
from trials.models import Space, Study, Trial


def space(low: float = 0, high: float = 1, *more: dict, **x: object) -> dict:
    return {"parameters": [{"name": "x", "type": "float", "low": low, "high": high, **x}, *more]}


NEW = {"name": "n", "type": "integer", "low": 1, "high": 9}


def finish(study: Study, claim, count: int) -> None:
    for value in range(count):
        advance(study.pk)
        record(*claim(study, token=f"{study.next_number}-{value}"), Verdict("complete", (float(value),)))
        study.refresh_from_db()


def test_an_edit_is_a_new_version_and_marks_what_lies_inside(make_study, claim):
    study = make_study(space=space(), budget={"trials": 50})
    finish(study, claim, 12)
    before = study.space
    middle = sorted(trial.params["x"] for trial in study.trials.all())[6]
    for _ in range(2):
        assert control.edit_space(study.pk, space(middle, 2), by="anna") is not None
    study.refresh_from_db()
    assert (study.space.version, study.space.previous, Space.objects.count()) == (2, before, 2)
    marked = dict(study.trials.values_list("number", "inside"))
    assert sum(marked.values()) == 6
    assert all(marked[trial.number] == (trial.params["x"] >= middle) for trial in study.trials.all())
    assert {trial.space_id for trial in study.trials.all()} == {before.pk}, "each knows what it came from"
    told = memory_of(study).refresh(study).told
    assert len(told) == 6, "the rest is unknown to the optimizer"
    assert study.events.last().text == (
        "Space changed to version 2: x changed; 6 of 12 trials lie outside by anna"
    )
    control.edit_space(study.pk, space(0, 1), by="anna")
    assert not study.trials.filter(inside=False).exists(), "the old range takes them back"
    finish(study, claim, 1)
    assert study.trials.latest("number").space.version == 3


def test_a_new_parameter_needs_a_default_for_results_to_stay_known(make_study, claim):
    study = make_study(space=space(), budget={"trials": 50})
    finish(study, claim, 3)
    control.edit_space(study.pk, space(0, 1, NEW))
    assert study.trials.filter(inside=True).count() == 0
    control.edit_space(study.pk, space(0, 1, {**NEW, "default": 2}))
    assert study.trials.filter(inside=True).count() == 3
    study.refresh_from_db()
    assert memory_of(study).refresh(study).told.rows.shape == (3, 2)


def test_queued_suggestions_outside_are_asked_anew_and_own_configurations_stay(make_study):
    study = make_study(space=space(), budget={"trials": 8}, parallelism=4)
    advance(study.pk)
    enqueue(study.pk, [{"x": 0.125}])
    control.edit_space(study.pk, space(5, 6))
    queued = study.trials.filter(state=Trial.State.QUEUED)
    assert [trial.params for trial in queued] == [{"x": 0.125}]
    assert not queued[0].inside
    advance(study.pk)
    study.refresh_from_db()
    assert study.n_queued + study.n_cancelled == study.next_number
    fresh = study.trials.filter(state=Trial.State.QUEUED, enqueued=False)
    assert fresh
    assert all(5 <= trial.params["x"] <= 6 for trial in fresh)


def test_what_was_asked_from_the_old_space_meanwhile_is_not_queued(make_study, monkeypatch):
    study = make_study(space=space(), budget={"trials": 3})
    ask = advancing._ask

    def edited_meanwhile(study: Study, count: int):
        found = ask(study, count)
        if study.space.version == 1:
            control.edit_space(study.pk, space(5, 6))
        return found

    monkeypatch.setattr(advancing, "_ask", edited_meanwhile)
    advance(study.pk)
    assert [5 <= trial.params["x"] <= 6 for trial in study.trials.all()] == [True]


def test_a_grid_that_grows_gets_the_budget_of_its_points(make_study, claim):
    def grid(*choices: int) -> dict:
        return {"parameters": [{"name": "n", "type": "categorical", "choices": list(choices)}]}

    study = make_study(space=grid(1, 2, 3), optimizer={"name": "grid"}, budget={})
    assert study.budget == {"trials": 3}
    finish(study, claim, 2)
    control.edit_space(study.pk, grid(2, 3, 4, 5))
    study.refresh_from_db()
    assert study.budget == {"trials": 5}, "1 is done and outside; the new grid has four points"
    finish(study, claim, 3)
    assert study.state == "completed"
    assert sorted(trial.params["n"] for trial in study.trials.all()) == [1, 2, 3, 4, 5]


def test_importances_are_of_what_lies_inside(make_study, claim):
    study = make_study(space=space(), budget={"trials": 50})
    finish(study, claim, 14)
    middle = sorted(trial.params["x"] for trial in study.trials.all())[7]
    assert insights.update(study.pk)
    control.edit_space(study.pk, space(middle, 1, {**NEW, "default": 2}))
    study = Study.objects.get(pk=study.pk)
    assert insights.update(study.pk)
    study.refresh_from_db()
    assert study.insight.data["importance"]["n"] == 7
    assert study.insight.data["importance"]["names"] == ["x", "n"]


@pytest.mark.parametrize(("given", "field"), [
    (space(2, 1), "space.parameters.x.low"),
    (None, "space"),
    ({"parameters": []}, "space"),
    ("x", "space"),
])  # fmt: skip
def test_a_bad_space_changes_nothing(make_study, given, field):
    study = make_study(space=space())
    with pytest.raises(StudyError) as error:
        control.edit_space(study.pk, given)
    assert next(iter(error.value.fields)).startswith(field), error.value.fields
    assert Space.objects.count() == 1


def test_a_grid_needs_steps_after_an_edit_too(make_study):
    study = make_study(space=space(0, 1, step=0.5), optimizer={"name": "grid"}, budget={})
    with pytest.raises(StudyError) as error:
        control.edit_space(study.pk, space())
    assert "space.parameters.x" in next(iter(error.value.fields))
    assert control.edit_space(999, space()) is None
