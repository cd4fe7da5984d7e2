"""Several models in one search: the joint space, what it refuses, and what a trial of it trains."""

import numpy as np
import pytest

from optimizers import Boolean, Categorical, Float, Space
from trials.objectives import Context, ObjectiveError, parse

THREE = ["logistic_regression", "svc", "decision_tree_classifier"]
SEARCH = {
    "kind": "model",
    "models": THREE,
    "dataset": "iris",
    "validation": {"kind": "kfold", "folds": 2},
}
TREE = {"model": "decision_tree_classifier", "decision_tree_classifier__max_depth": 3}
ONLY = Categorical(THREE)


def test_the_complete_form_lists_the_models():
    objective = parse(SEARCH)
    complete = objective.to_dict()
    assert complete["models"] == THREE
    assert "model" not in complete
    assert parse(complete).to_dict() == complete
    assert objective.describe().startswith(
        "Logistic regression or support vector machine or decision tree on iris flowers (150 rows"
    )


def test_every_parameter_exists_only_for_its_family():
    space = parse(SEARCH).default_space()
    for name, parameter in space.parameters.items():
        if name != "model":
            assert parameter.when.to_json()["model"] == [name.partition("__")[0]]
    svc = {"model": "svc", "svc__kernel": "poly"}
    assert set(space.active(svc)) == {"model", "svc__kernel", "svc__C", "svc__gamma", "svc__degree"}


def test_its_own_space_is_taken():
    objective = parse(SEARCH)
    objective.check_space(objective.default_space())


def test_the_first_model_as_it_comes_is_what_gains_are_measured_against():
    objective = parse(SEARCH)
    default = objective.default_space().default()
    assert default["model"] == "logistic_regression"
    assert objective.is_baseline(default)
    assert objective.is_baseline(objective.baseline_params())
    assert not objective.is_baseline({"model": "svc"})
    assert not objective.is_baseline(default | {"logistic_regression__C": 2.0})


def test_params_belong_to_a_family():
    objective = parse(SEARCH)
    assert objective.family_of({"model": "svc"}) == "Support vector machine"
    assert objective.family_of({}) == "Logistic regression"
    one = parse({"kind": "model", "model": "svc", "dataset": "iris"})
    assert one.family_of({"C": 1.0}) == "Support vector machine"
    assert parse({"kind": "function", "name": "branin"}).family_of({"x1": 1.0}) is None


def test_a_trial_trains_exactly_what_the_family_alone_would():
    alone = parse({**SEARCH, "models": None, "model": "decision_tree_classifier"})
    values = [
        parse(SEARCH).evaluate(TREE | {"svc__C": 9.0}, Context(0, 1)).values,
        alone.evaluate({"max_depth": 3}, Context(0, 1)).values,
    ]
    assert values[0] == values[1]
    assert parse(SEARCH).code(TREE, Context(0, 1)) == alone.code({"max_depth": 3}, Context(0, 1))


def test_the_preparation_is_shared():
    objective = parse(SEARCH)
    space = Space({"model": ONLY, "svc__C": Float(1, 2, when={"model": "svc"}), "prep__pca": Boolean()})
    objective.check_space(space)
    assert "PCA(" in objective.code(TREE | {"prep__pca": True}, Context(0, 1))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_space_holds_can_be_built(seed):
    objective = parse(SEARCH)
    params = objective.default_space().sample(np.random.default_rng(seed))
    assert objective.recipe(params, Context(0, seed)).make()


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"svc__C": Float(1, 2)}, "space.model", "needs the categorical parameter 'model'"),
        ({"model": Float(1, 2)}, "space.model", "needs the categorical parameter"),
        ({"model": Categorical(["svc", "svm"])}, "space.model", "did you mean svc"),
        ({"model": ONLY, "C": Float(1, 2)}, "space.C", "such as logistic_regression__C"),
        ({"model": ONLY, "svc__c": Float(1, 2)}, "space.svc__c", "did you mean C"),
        ({"model": ONLY, "svc__C": Float(-1, 2)}, "space.svc__C", "'C' parameter of SVC"),
        ({"model": ONLY, "prep__pac": Boolean()}, "space.prep__pac", "did you mean prep__pca"),
    ],
)
def test_a_space_that_does_not_fit_the_families_is_refused(parameters, field, words):
    with pytest.raises(ObjectiveError, match=words) as caught:
        parse(SEARCH).check_space(Space(parameters))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("params", "field"),
    [({"model": "ridge"}, "params.model"), ({"model": "svc", "svc__c": 1.0}, "params.svc__c")],
)
def test_params_of_no_family_are_refused(params, field):
    with pytest.raises(ObjectiveError) as caught:
        parse(SEARCH).recipe(params, Context(0, 0))
    assert caught.value.field == field
