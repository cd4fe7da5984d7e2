"""What `parse` fills in and what it refuses, for every kind of objective."""

import pytest

from optimizers import Categorical, Float, Space
from trials.objectives import ObjectiveError, parse

pytestmark = pytest.mark.django_db  # a name that does not ship is looked for among the uploads

FOREST = {"kind": "model", "model": "random_forest_classifier", "dataset": "breast_cancer"}


def refused(data: dict) -> ObjectiveError:
    with pytest.raises(ObjectiveError) as caught:
        parse(data)
    return caught.value


def test_a_model_needs_no_more_than_a_name_and_a_data_set():
    objective = parse(FOREST)
    assert objective.to_dict() == {
        **FOREST,
        "scoring": "accuracy",
        "validation": {"kind": "kfold", "folds": 5, "repeats": 1},
        "test_share": 0.2,
    }
    assert (objective.metrics, objective.directions) == (("accuracy",), ("maximize",))


def test_regression_is_scored_by_a_negated_error_that_is_named_in_words():
    objective = parse({"kind": "model", "model": "ridge", "dataset": "diabetes"})
    assert objective.metrics == ("neg_root_mean_squared_error",)
    assert objective.directions == ("maximize",)
    assert objective.metric_titles == ("Root mean squared error (negated: nearer 0 is better)",)


@pytest.mark.parametrize(
    "data",
    [
        FOREST,
        {**FOREST, "validation": {"kind": "holdout"}, "scoring": "f1", "test_share": 0},
        {"kind": "function", "name": "rosenbrock", "dims": 5},
        {"kind": "function", "name": "learning_curve", "fidelity": {"max": 81}},
        {"kind": "external"},
    ],
)
def test_the_complete_form_means_the_same_as_the_short_one(data):
    complete = parse(data).to_dict()
    assert parse(complete).to_dict() == complete


def test_null_means_left_out():
    assert parse({**FOREST, "scoring": None, "validation": None}).to_dict() == parse(FOREST).to_dict()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": "modle"}, "kind", "did you mean model"),
        ({"kind": None}, "kind", "no kind of objective is given"),
        ({"kind": "command"}, "kind", "not available yet"),
        ({"model": "random_forest"}, "model", "random_forest_classifier"),
        ({"model": None}, "model", "no model is given"),
        ({"model": ["svc"]}, "model", "no model"),
        ({"model": "random_forest_regressor"}, "model", "choose random_forest_classifier"),
        ({"dataset": "breastcancer"}, "dataset", "did you mean breast_cancer"),
        ({"scoring": "acuracy"}, "scoring", "did you mean accuracy"),
        ({"scoring": "r2"}, "scoring", "is a score for regression"),
        ({"scoring": "rmse"}, "scoring", "neg_root_mean_squared_error"),
        ({"scoring": "top_k_accuracy"}, "scoring", "always 1"),
        ({"dataset": "iris", "scoring": "roc_auc"}, "scoring", "choose roc_auc_ovr"),
        ({"model": "svc", "scoring": "neg_log_loss"}, "scoring", "needs probabilities"),
        ({"validation": {"kind": "kfold", "folds": 1}}, "validation.folds", "from 2 to"),
        ({"validation": {"kind": "kfold", "folds": True}}, "validation.folds", "not True"),
        ({"validation": {"kind": "kfold", "folds": 200}}, "validation.folds", "choose 169 or fewer"),
        ({"validation": {"kind": "kfold", "fold": 3}}, "validation.fold", "did you mean folds"),
        ({"validation": {"kind": "holdout", "share": 0.999}}, "validation.share", "from 0.01 to 0.9"),
        ({"validation": "kfold"}, "validation", "must be an object"),
        ({"test_share": 0.6}, "test_share", "from 0 to 0.5"),
        ({"test_share": float("nan")}, "test_share", "not nan"),
        ({"dataset": "iris", "test_share": 0.01}, "test_share", "fewer than the 3 classes"),
        ({"test_shore": 0.2}, "test_shore", "did you mean test_share"),
        ({"fidelity": {"name": "epochs"}}, "fidelity.name", "choose one of folds, n_estimators, rows"),
        ({"models": ["svc"]}, "models", "leave one of them out"),
        ({"model": None, "models": "svc"}, "models", "a list of names of models, not 'svc'"),
        ({"model": None, "models": []}, "models", "at least one"),
        ({"model": None, "models": ["svc", "svc"]}, "models", "names 'svc' twice"),
        ({"model": None, "models": ["svc", "ridge"]}, "models", "choose logistic_regression"),
        ({"model": None, "models": ["svc", "smv"]}, "models", "did you mean svc"),
        ({"measures": "f1"}, "measures", "a list of names of scorers"),
        ({"measures": ["f1", "rmse"]}, "measures", "neg_root_mean_squared_error"),
        ({"model": "svc", "measures": ["neg_log_loss"]}, "measures", "needs probabilities"),
    ],
)
def test_a_model_objective_that_cannot_be_is_refused_in_words(change, field, words):
    error = refused({**FOREST, **change})
    assert error.field == field
    assert words in error.message


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"validation": {"kind": "kfold", "folds": 17}}, "validation.folds", "choose 16 or fewer"),
        (
            {"scoring": "r2", "validation": {"kind": "kfold", "folds": 9}},
            "validation.folds",
            "choose 8 folds",
        ),
        ({"scoring": "neg_max_error"}, "scoring", "is for one target"),
        ({"scoring": "accuracy"}, "scoring", "is a score for classification"),
        (
            {"scoring": "r2", "validation": {"kind": "holdout", "share": 0.05}},
            "validation.share",
            "each part",
        ),
    ],
)
def test_small_regression_data_sets_have_their_own_bounds(change, field, words):
    error = refused({"kind": "model", "model": "ridge", "dataset": "linnerud", **change})
    assert error.field == field
    assert words in error.message


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"name": "brannin"}, "name", "did you mean branin"),
        ({"name": "branin", "dims": 3}, "dims", "there is no field 'dims'"),
        ({"name": "ackley", "dims": 0}, "dims", "from 1 to 100"),
        ({"name": "branin", "fidelity": {}}, "fidelity", "no field"),
        ({"name": "learning_curve", "fidelity": {"max": 0}}, "fidelity.max", "from 1"),
        ({"name": "crashes", "how": "loudly"}, "how", "choose one of exit, segfault"),
    ],
)
def test_a_function_that_cannot_be_is_refused_in_words(data, field, words):
    error = refused({"kind": "function", **data})
    assert error.field == field
    assert words in error.message


def test_what_is_no_object_is_refused():
    assert "not 'branin'" in refused("branin").message


def test_a_space_must_have_exactly_the_parameters_of_the_function():
    branin = parse({"kind": "function", "name": "branin"})
    for names, field in (({"x1", "x3"}, "space.x3"), ({"x1"}, "space.x2")):
        with pytest.raises(ObjectiveError) as caught:
            branin.check_space(Space({name: Float(0, 1) for name in sorted(names)}))
        assert caught.value.field == field


def test_noop_takes_any_space():
    parse({"kind": "function", "name": "noop"}).check_space(Space({"anything": Categorical(["a", "b"])}))


def test_only_external_objectives_are_trained_elsewhere():
    assert not parse({"kind": "external"}).trained_here
    assert parse(FOREST).trained_here
    assert parse({"kind": "external"}).default_space() is None


def test_a_model_is_described_with_its_rows_and_its_test_part():
    assert parse(FOREST).describe() == (
        "Random forest on breast cancer (569 rows, 30 columns, 2 classes). "
        "Score: Accuracy, by 5-fold cross-validation on 455 rows; 114 rows are kept aside as a test."
    )
