"""Checking a study: everything left out is filled in, everything wrong is named, all at once."""

import pytest

from trials.engine.creation import StudyError, check_study, create_study
from trials.models import Study, Trial

BRANIN = {"kind": "function", "name": "branin"}
FOREST = {"kind": "model", "model": "random_forest_classifier", "dataset": "iris"}
FINITE = {"parameters": [{"name": "max_depth", "type": "categorical", "choices": [3, 10]}]}
EXTERNAL = {"objective": {"kind": "external"}, "space": FINITE}


def test_only_the_objective_is_required():
    plan = check_study({"objective": BRANIN})
    assert plan.optimizer == {"name": "auto"}
    assert plan.budget == {"trials": 50}
    assert (plan.metrics, plan.directions) == (["value"], ["minimize"])
    assert plan.parallelism == 1
    assert plan.name == "Branin"


def test_the_plan_as_json_makes_the_same_plan():
    plan = check_study({"objective": FOREST, "parallelism": 2})
    assert check_study(plan.to_dict()).to_dict() == plan.to_dict()


def test_the_direction_follows_the_scorer():
    assert check_study({"objective": FOREST}).directions == ["maximize"]
    with pytest.raises(StudyError) as error:
        check_study({"objective": FOREST, "directions": ["minimize"]})
    assert "directions" in error.value.fields


def test_a_finite_space_bounds_the_budget():
    plan = check_study({"objective": FOREST, "space": FINITE, "budget": {"trials": 100}})
    assert plan.budget == {"trials": 2}
    grid = check_study({"objective": FOREST, "space": FINITE, "optimizer": {"name": "grid"}})
    assert grid.budget == {"trials": 2}


def test_a_space_with_the_models_defaults_needs_no_baseline():
    assert check_study({"objective": FOREST}).baseline is None


def test_a_grid_or_a_space_without_defaults_gets_a_baseline(db):
    body = {"objective": FOREST, "space": FINITE, "optimizer": {"name": "grid"}}
    assert check_study(body).baseline is not None
    study, _ = create_study(body, None)
    assert Trial.objects.get(study=study).number is None
    study.refresh_from_db()
    assert (study.n_queued, study.n_terminal) == (1, 0)


BAD = [
    ({}, "objective"),
    ({"objective": {"kind": "function", "name": "brainin"}}, "objective.name"),
    ({"objective": {"kind": "nonsense"}}, "objective.kind"),
    ({"objective": "branin"}, "objective"),
    ({"objective": BRANIN, "spaec": {}}, "spaec"),
    ({"objective": BRANIN, "budget": {"trials": 0}}, "budget.trials"),
    ({"objective": BRANIN, "budget": {"trials": 2.5}}, "budget.trials"),
    ({"objective": BRANIN, "budget": {"trials": True}}, "budget.trials"),
    ({"objective": BRANIN, "budget": {"seconds": -1}}, "budget.seconds"),
    ({"objective": BRANIN, "budget": {"target": float("nan")}}, "budget.target"),
    ({"objective": BRANIN, "budget": {"regret": 0}}, "budget.regret"),
    ({"objective": BRANIN, "budget": {"regret": "little"}}, "budget.regret"),
    ({"objective": BRANIN, "budget": {"trails": 1}}, "budget.trails"),
    ({"objective": BRANIN, "budget": 5}, "budget"),
    ({"objective": BRANIN, "parallelism": 0}, "parallelism"),
    ({"objective": BRANIN, "seed": -1}, "seed"),
    ({"objective": BRANIN, "seed": 10**30}, "seed"),
    ({"objective": BRANIN, "optimizer": {"name": "tpee"}}, "optimizer.name"),
    ({"objective": BRANIN, "optimizer": {"name": "tpe", "nonsense": 1}}, "optimizer.nonsense"),
    ({"objective": BRANIN, "optimizer": 5}, "optimizer"),
    ({"objective": BRANIN, "constraints": [{"metric": "x"}]}, "constraints"),
    ({"objective": BRANIN, "metrics": ["a", "b"]}, "metrics"),
    ({**EXTERNAL, "metrics": ["a", "b"], "directions": ["maximize"]}, "directions"),
    ({"objective": BRANIN, "directions": ["up"]}, "directions"),
    ({"objective": BRANIN, "name": "x" * 201}, "name"),
    ({"objective": BRANIN, "name": "nul\x00"}, "name"),
    ({"objective": {"kind": "external"}}, "space"),
    (
        {**EXTERNAL, "space": {"parameters": [{"name": "x", "type": "float", "low": 2, "high": 1}]}},
        "space.parameters.x",
    ),
    (
        {
            "objective": FOREST,
            "space": {"parameters": [{"name": "depht", "type": "integer", "low": 1, "high": 2}]},
        },
        "space.parameters.depht",
    ),
    ({"objective": {**FOREST, "validation": {"kind": "kfold", "folds": 1}}}, "objective.validation.folds"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=[field + str(n) for n, (_, field) in enumerate(BAD)])
def test_a_bad_study_is_refused_beside_the_field(db, body, field):
    with pytest.raises(StudyError) as error:
        create_study(body, None)
    assert any(name.startswith(field) for name in error.value.fields), error.value.fields
    assert not Study.objects.exists()


def test_all_errors_are_shown_at_once():
    with pytest.raises(StudyError) as error:
        check_study({"objective": {"kind": "nonsense"}, "seed": -1, "parallelism": 0})
    assert {"objective.kind", "seed", "parallelism"} <= set(error.value.fields)
