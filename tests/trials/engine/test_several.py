"""Studies with several objectives and with limits: what they come to, from the plan to the front."""

import numpy as np
import pytest

from optimizers.pareto import front
from trials.engine.creation import StudyError, check_study
from trials.engine.finish import Verdict, record
from trials.engine.front import pick
from trials.engine.local import run_local
from trials.engine.memory import new_optimizer
from trials.engine.results import own_direction, result_of
from trials.models import Event, Study, Trial

SPACE = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}
FOREST = {"kind": "model", "model": "decision_tree_classifier", "dataset": "iris"}
TWO = {
    "objective": {"kind": "external"},
    "space": SPACE,
    "metrics": ["score", "cost"],
    "directions": ["maximize", "minimize"],
    "parallelism": 50,
    "budget": {"trials": 50},
}


@pytest.fixture
def told(make_study):
    """A study that was told these values, one trial after the other: told(TWO, (0.9, 1), (0.8, 2))."""

    def tell_all(body, *values, **extra):
        study = make_study(**body)
        for number, each in enumerate(values):
            trial = Trial.objects.create(
                study=study, number=number, space=study.space, params={"x": 0.1}, state="running", token="t"
            )
            with Study.locked(study.pk) as locked:
                locked.count(None, "running", next_number=number + 1)
            record(trial, "t", Verdict("complete", each, None, dict(extra)))
        study.refresh_from_db()
        return study

    return tell_all


def on_front(study):
    return list(study.trials.on_front().order_by("number").values_list("number", flat=True))


def test_the_first_metric_is_the_scoring_and_further_scores_are_measured():
    plan = check_study(
        {
            "objective": FOREST,
            "metrics": ["balanced_accuracy", "f1_macro", "predict_ms"],
            "constraints": [{"metric": "recall_macro", "min": 0.5}, {"metric": "model_kb", "max": 50}],
            "optimizer": "nsga2",
        }
    )
    assert plan.directions == ["maximize", "maximize", "minimize"]
    data = plan.objective.to_dict()
    assert (data["scoring"], data["measures"]) == ("balanced_accuracy", ["f1_macro", "recall_macro"])
    assert check_study(plan.to_dict()).to_dict() == plan.to_dict()


BAD = [
    ({"metrics": ["accuracy", "predict_mss"]}, "metrics", "predict_ms"),
    ({"metrics": ["predict_ms", "accuracy"]}, "metrics", "no score"),
    ({"metrics": ["accuracy", "accuracy"]}, "metrics", "once"),
    ({"metrics": ["accuracy", "r2"]}, "metrics", "r2"),
    ({"metrics": "accuracy"}, "metrics", "lists"),
    ({"metrics": ["accuracy", "f1_macro", "predict_ms", "fit_seconds", "model_kb"]}, "metrics", "up to 4"),
    ({"metrics": ["accuracy", "predict_ms"], "directions": ["maximize"]}, "directions", "one each"),
    (
        {"metrics": ["accuracy", "predict_ms"], "directions": ["maximize", "maximize"]},
        "directions",
        "predict_ms is to minimize",
    ),
    (
        {"metrics": ["f1_macro", "predict_ms"], "objective": {**FOREST, "scoring": "accuracy"}},
        "metrics",
        "accuracy",
    ),
    ({"metrics": ["accuracy", "predict_ms"], "optimizer": {"name": "tpe"}}, "optimizer.name", "nsga2"),
    ({"metrics": ["accuracy", "predict_ms"], "budget": {"target": 1}}, "budget.target", "limit"),
    ({"constraints": {"metric": "predict_ms", "max": 5}}, "constraints", "list"),
    ({"constraints": [{"metric": "predict_ms"}]}, "constraints.0", "max"),
    ({"constraints": [{"max": 5}]}, "constraints.0.metric", "name"),
    ({"constraints": [{"metric": "predict_ms", "max": "5"}]}, "constraints.0.max", "number"),
    ({"constraints": [{"metric": "predict_ms", "most": 5, "max": 5}]}, "constraints.0.most", "max"),
    ({"constraints": [{"metric": "predict_ms", "min": 9, "max": 5}]}, "constraints.0.min", "above"),
    (
        {"constraints": [{"metric": "fit_seconds", "max": 5}, {"metric": "latency", "max": 5}]},
        "constraints.1.metric",
        "latency",
    ),
]


@pytest.mark.parametrize(("body", "field", "words"), BAD, ids=[words for _, _, words in BAD])
def test_goals_that_cannot_be_are_refused_beside_the_field(body, field, words):
    with pytest.raises(StudyError) as error:
        check_study({"objective": FOREST, "optimizer": "nsga2"} | body)
    assert words in " ".join(error.value.fields.get(field, [])), error.value.fields


def test_the_front_is_what_no_other_result_beats_and_equals_do_not_join(told):
    study = told(TWO, (0.5, 5.0), (0.9, 9.0), (0.4, 6.0), (0.5, 5.0), (0.5, 4.0), (0.7, 8.0))
    assert on_front(study) == [1, 4, 5]
    assert (study.front_size, study.best_value) == (3, None)
    joined = study.trials.filter(joined_front__isnull=False).order_by("number")
    assert list(joined.values_list("number", "joined_front", "left_front")) == [
        (0, 1, 5),
        (1, 2, None),
        (4, 5, None),
        (5, 6, None),
    ]
    assert study.events.filter(kind=Event.Kind.FRONT).count() == 4


def test_the_front_kept_step_by_step_is_the_one_computed_from_everything(told):
    values = np.random.default_rng(0).random((40, 2)).round(1)
    study = told(TWO, *map(tuple, values.tolist()))
    there = {tuple(row) for row in values[front(values * [-1, 1])].tolist()}
    assert {tuple(row) for row in study.trials.on_front().values_list("values", flat=True)} == there


def test_the_best_is_the_compromise_until_a_person_picks(told):
    study = told(TWO, (0.0, 0.0), (0.9, 2.0), (1.0, 10.0))
    assert study.best.number == 1
    pick(study.pk, 2, "Ada")
    study.refresh_from_db()
    assert (study.best.number, study.picked) == (2, True)
    with pytest.raises(StudyError):
        pick(study.pk, 17)
    pick(study.pk, None, "Ada")
    study.refresh_from_db()
    assert (study.best.number, study.picked) == (1, False)


def test_one_objective_leaves_nothing_to_pick(told):
    body = TWO | {"metrics": ["score"], "directions": ["maximize"]}
    with pytest.raises(StudyError):
        pick(told(body, (0.5,)).pk, 0)


def test_patience_counts_trials_since_the_front_last_grew(told):
    body = TWO | {"budget": {"trials": 50, "patience": 2}}
    study = told(body, (0.5, 5.0), (0.4, 6.0), (0.6, 6.0), (0.4, 7.0), (0.3, 7.0))
    assert (study.state, study.ending) == ("completed", "No new result on the front in 2 trials")


def test_what_breaks_a_limit_is_told_and_is_never_the_best(told):
    body = TWO | {
        "metrics": ["score"],
        "directions": ["maximize"],
        "constraints": [{"metric": "score", "max": 0.8}, {"metric": "ms", "min": 1, "max": 5}],
    }
    study = told(body, (0.9,), (0.7,), (0.6,), metrics={"ms": 4.0})
    assert (study.best.number, study.best_value) == (1, 0.7)
    first = study.trials.get(number=0)
    assert first.constraints == pytest.approx([0.1, -1.0, -3.0])
    assert not first.feasible
    assert [trial.number for trial in study.trials.ranked(study)] == [1, 2]
    assert told(body, (0.7,)).best is None, "a limit on what nobody measured is not kept"


def test_results_reach_the_library_minimised_with_their_limits(told):
    body = TWO | {"optimizer": "nsga2", "constraints": [{"metric": "cost", "max": 5}]}
    study = told(body, (0.9, 6.0))
    result = result_of(study, study.trials.get())
    assert (result.value, result.values, result.constraints) == (None, (-0.9, 6.0), (1.0,))
    assert new_optimizer(study).objectives == 2
    assert own_direction(study, {"predicted_means": [-0.9, 6.0]}) == {"predicted_means": [0.9, 6.0]}


@pytest.mark.django_db(transaction=True)
def test_a_model_is_searched_for_score_and_speed_within_a_limit(make_study):
    study = make_study(
        objective=FOREST | {"validation": {"kind": "kfold", "folds": 2}},
        metrics=["accuracy", "predict_ms"],
        constraints=[{"metric": "model_kb", "max": 2.5}],
        optimizer={"name": "nsga2", "population": 4},
        budget={"trials": 6},
    )
    run_local(study.pk, workers=1)
    study.refresh_from_db()
    trials = list(study.trials.numbered())
    assert (study.state, study.n_complete) == ("completed", 6)
    for trial in trials:
        assert trial.values == [trial.value, trial.metrics["predict_ms"]]
        assert trial.constraints == [trial.metrics["model_kb"] - 2.5]
        assert trial.feasible == (trial.constraints[0] <= 0)
    kept = [trial for trial in trials if trial.feasible]
    assert on_front(study), "a shallow tree keeps the limit"
    assert set(on_front(study)) <= {trial.number for trial in kept}


@pytest.mark.django_db(transaction=True)
def test_a_function_of_two_objectives_is_searched(make_study):
    study = make_study(
        objective={"kind": "function", "name": "binh_korn"},
        constraints=[{"metric": "c1", "max": 25}, {"metric": "c2", "min": 7.7}],
        optimizer={"name": "nsga2", "population": 4},
    )
    run_local(study.pk, workers=1)
    study.refresh_from_db()
    assert (study.metrics, study.n_complete) == (["y1", "y2"], 10)
    one = study.trials.numbered().first()
    assert set(one.metrics) == {"y2", "c1", "c2"}
    assert study.front_size == len(on_front(study)) > 1
