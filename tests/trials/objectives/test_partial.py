"""Trainings that get a part of the whole: taken up again they come to exactly the same."""

import pickle

import numpy as np
import pytest

from optimizers import Categorical, Integer, Space
from trials.objectives import Context, ObjectiveError, parse
from trials.objectives.base import Fidelity, Part
from trials.objectives.catalogue import available_models
from trials.objectives.partial import first_rows, report_steps

DATA = {"classification": "iris", "regression": "diabetes"}
#: Models that are trained in parts, each with something about it that chance has a say in.
CHANCE = {
    "random_forest": {"max_features": 0.5},
    "extra_trees": {"max_features": 0.5},
    "bagging": {"max_samples": 0.5},
    "gradient_boosting": {"max_features": 0.5},
    "classic_gradient_boosting": {"subsample": 0.5},
    "neural_network": {"n_units_1": 5, "learning_rate_init": 0.01},
    "gradient_descent": {"alpha": 0.01},
}
GROWING = [model for model in available_models() if any(own.continues for own in model.resources)]


class Kept:
    """A checkpoint in memory, through the same pickle as one on disk."""

    def __init__(self, state=None):
        self.state = None if state is None else pickle.dumps(state)

    def load(self):
        return None if self.state is None else pickle.loads(self.state)

    def save(self, state):
        self.state = pickle.dumps(state)


def study(model, **more):
    data = {"kind": "model", "model": model.name, "dataset": DATA[model.task]}
    fidelity = {"name": model.resources[0].name, "min": 2, "max": 6} if model.resources else None
    return parse(data | {"validation": {"kind": "kfold", "folds": 2}, "fidelity": fidelity} | more)


def evaluation(objective, params, fidelity, **more):
    reports = []
    context = Context(7, fidelity=fidelity, report=lambda *one: reports.append(one), **{"number": 3} | more)
    return objective.evaluate(params, context), reports


@pytest.mark.parametrize("model", GROWING, ids=lambda model: model.name)
def test_a_training_that_is_taken_up_again_comes_to_exactly_the_same(model):
    objective, params = study(model), CHANCE[model.family]
    whole, curve = evaluation(objective, params, 6)
    first = Kept()
    begun, early = evaluation(objective, params, 3, checkpoint=first)
    line = {"root": 3, "line": (Part(params, 3),)}
    resumed, late = evaluation(objective, params, 6, number=9, checkpoint=first, **line)
    assert resumed.values == whole.values
    assert resumed.metrics["predict_ms"]
    assert [fold.score for fold in resumed.folds] == [fold.score for fold in whole.folds]
    assert (begun.resumed_from, resumed.resumed_from, whole.resumed_from) == (0, 3, 0)
    assert early + late == curve
    assert [step for step, _ in late][-1] == 6
    anew, again = evaluation(objective, params, 6, number=9, **line)
    assert (anew.values, anew.resumed_from, again) == (whole.values, 0, late)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("model", GROWING, ids=lambda model: model.name)
def test_what_is_kept_in_the_end_is_the_same_pipeline_on_all_rows(model):
    objective, params = study(model), CHANCE[model.family]
    from trials.objectives.datasets import load

    rows = load(DATA[model.task])
    fitted = objective.fitted(params, Context(7, 3, 4), rows.X, rows.y)
    plain = objective.recipe(params, Context(7, 3, 4)).make().fit(rows.X, rows.y)
    assert type(fitted) is type(plain)
    assert all(not type(part).__module__.startswith("trials") for part in fitted.get_params().values())
    if model.resources[0].growth == "warm_start":
        assert np.array_equal(fitted.predict(rows.X), plain.predict(rows.X))


@pytest.mark.parametrize("name", ["lgbm_regressor", "xgb_classifier", "ada_boost_regressor"])
def test_a_model_that_cannot_be_taken_up_again_is_trained_anew(name):
    model = next(model for model in available_models() if model.name == name)
    objective, kept = study(model), Kept()
    whole, _ = evaluation(objective, {}, 6)
    evaluation(objective, {}, 3, checkpoint=kept)
    again, _ = evaluation(objective, {}, 6, number=9, root=3, line=(Part({}, 3),), checkpoint=kept)
    assert kept.state is None
    assert (again.values, again.resumed_from) == (whole.values, 0)


def test_a_member_of_a_population_goes_on_with_other_parameters():
    model = next(model for model in available_models() if model.name == "mlp_classifier")
    objective, kept = study(model), Kept()
    slow, fast = {"learning_rate_init": 0.001}, {"learning_rate_init": 0.05}
    evaluation(objective, slow, 3, checkpoint=kept)
    line = {"root": 3, "line": (Part(slow, 3),)}
    changed, _ = evaluation(objective, fast, 6, checkpoint=kept, **line)
    anew, _ = evaluation(objective, fast, 6, **line)
    assert (changed.values, changed.resumed_from) == (anew.values, 3)
    alone, _ = evaluation(objective, fast, 6)
    assert alone.values != anew.values


def test_where_the_new_parameters_do_not_fit_the_old_weights_it_begins_anew():
    model = next(model for model in available_models() if model.name == "mlp_classifier")
    objective, kept = study(model), Kept()
    evaluation(objective, {"n_units_1": 5}, 3, checkpoint=kept)
    wider, _ = evaluation(
        objective, {"n_units_1": 9}, 6, root=3, line=(Part({"n_units_1": 5}, 3),), checkpoint=kept
    )
    alone, _ = evaluation(objective, {"n_units_1": 9}, 6)
    assert (wider.values, wider.resumed_from) == (alone.values, 0)


def model_named(name):
    return next(model for model in available_models() if model.name == name)


def test_further_folds_are_trained_and_known_ones_are_not():
    objective = study(
        model_named("ridge"), validation={"kind": "kfold", "folds": 5}, fidelity={"name": "folds"}
    )
    assert objective.fidelity == Fidelity("folds", 1, 5)
    two, reports = evaluation(objective, {}, 2)
    assert [step for step, _ in reports] == [1, 2]
    known = [
        {"fold": f.fold, "score": 0.5, "fit_seconds": 0, "score_seconds": 0, "metrics": {}} for f in two.folds
    ]
    five, reports = evaluation(
        objective, {}, 5, root=3, line=(Part({}, 2),), checkpoint=Kept({"folds": known})
    )
    assert [fold.score for fold in five.folds[:2]] == [0.5, 0.5]
    assert (five.resumed_from, [step for step, _ in reports]) == (2, [3, 4, 5])
    assert len(evaluation(objective, {}, None)[0].folds) == 5


def test_more_rows_hold_the_fewer():
    y = np.repeat([0, 1, 2], [100, 40, 4])
    few, more = first_rows(y, True, 0.1, 0), first_rows(y, True, 0.5, 0)
    assert set(few) <= set(more)
    assert np.bincount(y[few]).tolist() == [10, 4, 1]
    assert np.bincount(y[more]).tolist() == [50, 20, 2]
    assert first_rows(y, True, 1.0, 0).tolist() == list(range(144))
    assert first_rows(y, True, 0.01, 0).tolist() != first_rows(y, True, 0.01, 1).tolist()
    assert len(first_rows(y, True, 0.01, 0)) == 3


def test_a_share_of_the_rows_is_for_any_model_and_all_of_them_are_the_usual_training():
    objective = study(model_named("svc"), fidelity={"name": "rows", "min": 0.2})
    part, reports = evaluation(objective, {"C": 2.0}, 0.4)
    assert reports == [(0.4, part.values[0])]
    plain = study(model_named("svc"), fidelity=None)
    assert evaluation(objective, {"C": 2.0}, None)[0].values == evaluation(plain, {"C": 2.0}, None)[0].values


def test_every_trial_is_scored_at_the_same_steps():
    fidelity = Fidelity("epochs", 1, 81)
    whole = report_steps(fidelity, 0, 81)
    assert whole == [1, 2, 3, 4, 6, 8, 16, 24, 32, 40, 49, 57, 65, 73, 81]
    assert report_steps(fidelity, 0, 9) == [1, 2, 3, 4, 6, 8, 9]
    assert report_steps(fidelity, 9, 27) == [16, 24, 27]


def test_what_the_fidelity_sets_leaves_the_space():
    objective = study(model_named("random_forest_classifier"))
    space = objective.default_space()
    assert "n_estimators" not in space.names
    with pytest.raises(ObjectiveError, match="what the fidelity sets") as caught:
        objective.check_space(Space({"n_estimators": Integer(1, 9)}))
    assert caught.value.field == "space.n_estimators"


def test_choices_that_cannot_be_trained_in_parts_leave_it_too():
    objective = study(model_named("mlp_classifier"))
    assert objective.default_space().parameters["solver"].choices == ("adam", "sgd")
    with pytest.raises(ObjectiveError, match="'lbfgs' cannot be trained in parts"):
        objective.check_space(Space({"solver": Categorical(["adam", "lbfgs"])}))


def test_several_models_share_what_all_of_them_have():
    data = {
        "kind": "model",
        "dataset": "iris",
        "models": ["random_forest_classifier", "extra_trees_classifier"],
    }
    objective = parse(data | {"fidelity": {"name": "n_estimators", "max": 20}})
    assert not [name for name in objective.default_space().names if name.endswith("n_estimators")]
    params = {"model": "extra_trees_classifier"}
    assert objective.recipe(params, Context(0, 1, 12)).make().n_estimators == 12
    name, choice = "extra_trees_classifier__n_estimators", Categorical(data["models"])
    with pytest.raises(ObjectiveError, match="what the fidelity sets") as caught:
        objective.check_space(Space({"model": choice, name: Integer(1, 9)}))
    assert caught.value.field == f"space.{name}"
    with pytest.raises(ObjectiveError, match="choose one of folds, rows"):
        parse(data | {"models": ["svc", "mlp_classifier"], "fidelity": {"name": "epochs"}})


@pytest.mark.parametrize(
    ("fidelity", "field", "words"),
    [
        ({"name": "n_estimator"}, "fidelity.name", "did you mean n_estimators"),
        ({}, "fidelity.name", "choose one of folds, n_estimators, rows"),
        ({"name": "n_estimators", "min": 0}, "fidelity.min", "from 1 to 100, not 0"),
        ({"name": "n_estimators", "min": 20, "max": 20}, "fidelity.max", "nothing to save"),
        ({"name": "rows", "max": 2}, "fidelity.max", "from 0.01 to 1, not 2"),
        ({"name": "folds", "max": 6}, "fidelity.max", "from 1 to 5, not 6"),
        ({"name": "folds", "eta": 3}, "fidelity.eta", "no field 'eta'"),
        ("n_estimators", "fidelity", "must be an object"),
    ],
)
def test_a_fidelity_that_there_is_not_is_refused(fidelity, field, words):
    data = {"kind": "model", "model": "random_forest_classifier", "dataset": "iris"}
    with pytest.raises(ObjectiveError, match=words) as caught:
        parse(data | {"fidelity": fidelity})
    assert caught.value.field == field


def test_the_baseline_is_the_model_as_it_comes():
    objective = study(model_named("random_forest_classifier"))
    plain = study(model_named("random_forest_classifier"), fidelity=None)
    assert (
        evaluation(objective, {}, None, number=None)[0].values
        == evaluation(plain, {}, None, number=None)[0].values
    )
    assert not objective.is_baseline(objective.default_space().default())
    usual = study(model_named("random_forest_classifier"), fidelity={"name": "n_estimators"})
    assert usual.is_baseline(usual.default_space().default())
