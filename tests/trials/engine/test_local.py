"""Whole studies through the engine with real training processes, without Celery."""

import pytest

from trials.engine import insights
from trials.engine.local import HeldElsewhere, run_local
from trials.models import Study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study_of(make_study, transactional_db):
    return make_study


def test_a_model_is_tuned_and_its_gain_over_the_default_is_known(study_of):
    study = study_of(
        objective={
            "kind": "model",
            "model": "random_forest_classifier",
            "dataset": "iris",
            "validation": {"kind": "kfold", "folds": 3},
        },
        space={
            "parameters": [
                {"name": "n_estimators", "type": "categorical", "choices": [5, 10], "ordered": True},
                {"name": "max_depth", "type": "categorical", "choices": [1, 3], "ordered": True},
            ]
        },
        optimizer={"name": "grid"},
        parallelism=2,
    )
    study = run_local(study.pk, workers=2)
    assert (study.state, study.n_complete) == ("completed", 4)
    assert study.baseline_value is not None
    assert study.gain is not None
    best = study.trials.ranked(study).first()
    assert study.best_id == best.pk
    assert len(best.folds) == 3
    assert best.value == pytest.approx(sum(fold["score"] for fold in best.folds) / 3)
    assert best.seconds > 0


def test_failing_trials_have_their_reason_and_the_study_goes_on(study_of):
    study = study_of(objective={"kind": "function", "name": "fails"}, budget={"trials": 3}, parallelism=2)
    study = run_local(study.pk, workers=2)
    assert (study.state, study.n_failed) == ("completed", 3)
    trial = study.trials.first()
    assert trial.error["kind"] == "exception"
    assert trial.error["message"]


def test_importances_are_stored_when_the_study_is_done(study_of):
    study = study_of(
        objective={"kind": "function", "name": "additive"},
        optimizer={"name": "random"},
        budget={"trials": 40},
        parallelism=2,
    )
    study = run_local(study.pk, workers=2)
    found = study.insight.data["importance"]
    shares = dict(zip(found["names"], found["share"], strict=True))
    assert max(shares, key=shares.get) == "x"
    assert found["n"] == study.insight.results == 40
    assert not insights.update(study.pk), "they are current"


def test_a_study_runs_in_one_place_only(study_of):
    study = study_of()
    assert study.hold_foreground("another", 15)
    with pytest.raises(HeldElsewhere):
        run_local(study.pk, workers=1)


def test_the_same_study_twice_gives_the_same_trials(study_of):
    body = {
        "objective": {"kind": "function", "name": "branin"},
        "optimizer": {"name": "auto"},
        "budget": {"trials": 12},
    }

    def run() -> list:
        study: Study = run_local(study_of(**body).pk, workers=1)
        return [(trial.params, trial.value) for trial in study.trials.order_by("number")]

    assert run() == run()
