"""The examples: complete studies that start with one click."""

import pytest
from django.test import Client

from optimizers import Space
from trials.engine.creation import check_study
from trials.examples import Example, example_named, examples
from trials.models import Study
from trials.models.access import owner

EXAMPLES = [pytest.param(example, id=example.slug) for example in examples()]


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(owner())
    return client


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_starts_with_one_click(signed_in: Client, example: Example):
    answer = signed_in.post(f"/examples/{example.slug}/")
    study = Study.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/studies/{study.pk}/")
    assert study.name == example.body["name"]
    assert study.budget["trials"] == example.trials


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_says_everything_that_a_study_of_it_has(example: Example):
    plan = check_study(example.body)
    assert plan.objective.kind == "model"
    assert plan.budget["trials"] == example.trials


def test_the_grid_has_exactly_16_points():
    assert Space.from_dict(examples()[0].body["space"]).grid_size == 16


def test_gamma_and_degree_exist_only_for_some_kernels():
    space = Space.from_dict(examples()[2].body["space"])
    assert "gamma" not in space.active({"kernel": "linear"})
    assert "degree" in space.active({"kernel": "poly"})
    assert "degree" not in space.active({"kernel": "rbf"})


def test_neurons_exist_only_where_their_layer_does():
    space = Space.from_dict(examples()[3].body["space"])
    assert "n_units_2" not in space.active({"n_layers": 1, "solver": "adam"})
    assert {"n_units_2", "n_units_3"} <= set(space.active({"n_layers": 3, "solver": "adam"}))
    assert "learning_rate_init" not in space.active({"n_layers": 1, "solver": "lbfgs"})


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        ("ridge", "degree"),
        ("decision_tree_classifier", "max_depth"),
        ("random_forest_classifier", "n_estimators"),
        ("mlp_classifier", "n_units_1"),
        ("mlp_classifier", "n_layers"),
        ("gradient_boosting_regressor", "learning_rate"),
    ],
)
def test_the_classic_questions_are_one_click_away(model: str, parameter: str):
    bodies = [example.body for example in examples() if example.body["objective"].get("model") == model]
    assert any(parameter in Space.from_dict(body["space"]).names for body in bodies)


def test_one_example_compares_kinds_of_model():
    plan = check_study(next(example.body for example in examples() if "models" in example.body["objective"]))
    assert len(plan.space.parameters["model"].choices) == 5


def test_starting_needs_a_post_and_a_known_name(signed_in: Client):
    assert signed_in.get("/examples/forest-grid/").status_code == 405
    assert signed_in.post("/examples/nothing/").status_code == 404
    assert example_named("nothing") is None
    assert not Study.objects.exists()
