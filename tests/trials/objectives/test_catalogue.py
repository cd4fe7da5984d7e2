"""Every model of the catalogue: its space, its defaults, its code, its parameters."""

import dataclasses
import importlib
import importlib.util
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.multioutput import MultiOutputRegressor

from optimizers import Boolean, Categorical, Float, Integer, Space
from trials.objectives import ObjectiveError, catalogue
from trials.objectives.datasets import Dataset, get_dataset, load
from trials.objectives.datasets.info import DatasetInfo
from trials.objectives.datasets.shipped import SHIPPED
from trials.objectives.models import available_models, get_model
from trials.objectives.preparation import CHOICES
from trials.objectives.recipe import Call

MODELS = available_models()
SMALL = {"classification": "iris", "regression": "diabetes"}
DOCUMENT = (Path(__file__).parents[3] / "docs" / "models.md").read_text()
SMALL_TO_WIDE = {"linnerud": 8, "iris": 8, "diabetes": 4, "wine": 3, "breast_cancer": 2}


@cache
def a_third(name: str) -> Dataset:
    """Every third row, so that the whole catalogue is trained in no time."""
    whole = load(name)
    sizes = tuple(size // 3 for size in whole.info.class_sizes)
    X, y = whole.X[::3], whole.y[::3]
    return Dataset(dataclasses.replace(whole.info, rows=len(y), class_sizes=sizes), X, y)


def small(spec):
    return a_third(SMALL[spec.task])


def size_of(params):
    """How much work a configuration means, roughly: trees, rounds and neurons."""
    return sum(value for name, value in params.items() if name.startswith(("n_estimators", "max_iter", "n_")))


def predictions(model, dataset):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(dataset.X, dataset.y).predict(dataset.X)


def test_the_catalogue_has_what_a_practitioner_tunes():
    of = {task: [spec for spec in MODELS if spec.task == task] for task in SMALL}
    assert len(of["classification"]) >= 14
    assert len(of["regression"]) >= 12
    for specs in of.values():
        assert len({spec.title for spec in specs}) == len(specs)
    both = {spec.family for spec in of["classification"]} & {spec.family for spec in of["regression"]}
    assert {"decision_tree", "gradient_boosting", "linear", "nearest_neighbours", "neural_network"} <= both


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
class TestEveryModel:
    def test_it_is_found_in_the_file_that_bears_its_name(self, spec):
        assert importlib.import_module(f"trials.objectives.models.{spec.name}").MODEL is spec
        assert get_model(spec.name) is spec

    def test_its_default_configuration_is_the_model_as_it_comes(self, spec):
        dataset = small(spec)
        params = spec.space(dataset.info).default()
        assert params is not None
        assert spec.is_default(params, dataset.info)
        np.testing.assert_allclose(
            predictions(spec.build(params, 3), dataset), predictions(spec.build({}, 3), dataset), rtol=1e-6
        )

    def test_any_other_configuration_is_not_the_default(self, spec):
        dataset = small(spec)
        space = spec.space(dataset.info)
        for seed in range(20):
            params = space.sample(np.random.default_rng(seed))
            assert spec.is_default(params, dataset.info) == (params == space.default())

    def test_its_code_builds_what_the_trial_trained(self, spec):
        dataset = small(spec)
        space = spec.space(dataset.info)
        # The quickest of a few, since it is one of many to be trained here.
        params = min((space.sample(np.random.default_rng(seed)) for seed in range(9)), key=size_of)
        namespace = {}
        exec(spec.code(params, 7), namespace)
        np.testing.assert_array_equal(
            predictions(namespace["model"], dataset), predictions(spec.build(params, 7), dataset)
        )

    def test_whatever_its_space_holds_scikit_learn_accepts(self, spec):
        spec.check_space(spec.space())
        space = spec.space(small(spec).info)
        for seed in range(30):
            estimator = spec.build(space.sample(np.random.default_rng(seed)), seed)
            for part in estimator.get_params().values():
                if hasattr(part, "_validate_params"):
                    part._validate_params()

    def test_its_space_survives_json(self, spec):
        space = spec.space(small(spec).info)
        assert Space.from_dict(space.to_dict()).to_dict() == space.to_dict()

    def test_it_copes_with_missing_numbers_where_it_says_so(self, spec):
        tags = Call(spec.estimator).make().__sklearn_tags__()
        assert spec.missing_values == tags.input_tags.allow_nan

    def test_it_gives_probabilities_where_it_says_so(self, spec):
        if spec.task == "classification":
            estimator = spec.call({}, 0).make()
            assert spec.probabilities == hasattr(estimator, "predict_proba")


@pytest.mark.parametrize("spec", available_models("regression"), ids=lambda spec: spec.name)
def test_every_regressor_predicts_several_targets(spec):
    dataset = load("linnerud")
    namespace = {}
    exec(spec.code({}, 0, dataset.info), namespace)
    assert repr(namespace["model"]) == repr(spec.build({}, 0, dataset.info))
    assert predictions(namespace["model"], dataset).shape == (20, 3)


@pytest.mark.parametrize("info", [info for info in SHIPPED if info.classes], ids=lambda info: info.name)
def test_a_forest_by_default_looks_at_the_square_root_of_the_columns(info):
    spec = get_model("random_forest_classifier")
    share = spec.space(info).default()["max_features"]
    assert int(share * info.columns) == int(info.columns**0.5)


def test_a_forest_counts_each_category_as_the_column_that_it_becomes():
    info = DatasetInfo(
        "shop", "Shop", "", "classification", 90, 5,
        kinds=("number", "category", "category", "number", "category"),
        missing=(0, 2, 0, 5, 0),
        distinct=(None, 8, 4, 9, 900),
    )  # fmt: skip
    share = get_model("random_forest_classifier").space(info).default()["max_features"]
    assert int(share * (2 + 9 + 4 + 50)) == 8


@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
def test_the_document_lists_it_with_its_parameters(spec):
    names = ", ".join(f"`{name}`" for name in spec.space().names)
    line = f"| {spec.title} | `{spec.name}` | {names} |"
    assert line in DOCUMENT, f"docs/models.md needs the line: {line}"


def test_the_document_names_every_way_to_prepare_columns():
    for name, choices in CHOICES.items():
        shown = ", ".join(f"`{str(choice).lower()}`" for choice in choices)
        assert f"| `{name}` | {shown} |" in DOCUMENT


def test_without_the_optional_packages_their_models_are_not_there(monkeypatch):
    find = importlib.util.find_spec
    gone = ("lightgbm", "xgboost")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in gone else find(name))
    catalogue._catalogue.cache_clear()
    try:
        families = {spec.family for spec in available_models()}
        assert not families & set(gone)
        with pytest.raises(ObjectiveError, match="there is no model 'lgbm_classifier'"):
            get_model("lgbm_classifier")
    finally:
        monkeypatch.undo()
        catalogue._catalogue.cache_clear()
    assert available_models() == MODELS


def test_a_package_that_lacks_a_library_of_the_system_counts_as_not_installed():
    lightgbm = importlib.import_module("trials.objectives.models.lgbm_classifier").MODEL
    assert not dataclasses.replace(lightgbm, package="sklearn", library="libnowhere.so.9").installed
    assert dataclasses.replace(lightgbm, package="sklearn", library="").installed


def test_a_package_that_cannot_be_loaded_is_a_refusal_in_words():
    broken = dataclasses.replace(get_model("svc"), estimator="no_such_package.SVC", package="no_such_package")
    with pytest.raises(ObjectiveError, match="no_such_package is installed but cannot be loaded"):
        broken.check_space(Space({"C": Float(1, 2)}))


def test_the_degree_of_a_polynomial_depends_on_how_many_columns_there_are():
    spec = get_model("linear_regression")
    degrees = {name: spec.space(get_dataset(name)).parameters["degree"].high for name in SMALL_TO_WIDE}
    assert degrees == SMALL_TO_WIDE
    steps = list(spec.build({"degree": 3, "interaction_only": True}, 0).named_steps)
    assert steps == ["standardscaler", "polynomialfeatures", "linearregression"]
    assert list(spec.build({"degree": 1}, 0).named_steps) == ["standardscaler", "linearregression"]


def test_adaboost_is_made_of_trees_of_the_depth_that_is_searched():
    boosting = get_model("ada_boost_regressor").build({"max_depth": 4}, 0)
    assert boosting.estimator.max_depth == 4


def test_the_kernel_of_a_gaussian_process_is_built_from_its_shape():
    build = get_model("gaussian_process_classifier").build
    kernel = build({"kernel": "matern", "length_scale": 2.0, "nu": 2.5}, 0)[-1].kernel
    assert (type(kernel).__name__, kernel.length_scale, kernel.nu) == ("Matern", 2.0, 2.5)


@pytest.mark.skipif("lgbm_regressor" not in {spec.name for spec in MODELS}, reason="LightGBM is not here")
def test_lightgbm_draws_rows_only_where_it_sees_a_part_of_them():
    build = get_model("lgbm_regressor").build
    assert (build({"subsample": 0.5}, 0).subsample_freq, build({}, 0).subsample_freq) == (1, 0)


def test_columns_are_standardised_inside_the_model_where_it_needs_that():
    assert list(get_model("svc").build({}, 0).named_steps) == ["standardscaler", "svc"]
    assert get_model("svr").build({}, 0).transformer is not None
    boosting = get_model("hist_gradient_boosting_regressor")
    assert isinstance(boosting.build({}, 0, get_dataset("linnerud")), MultiOutputRegressor)


def test_the_kernel_decides_which_parameters_a_support_vector_machine_has():
    space = get_model("svc").space(get_dataset("iris"))
    assert set(space.active({"kernel": "linear"})) == {"kernel", "C"}
    assert set(space.active({"kernel": "rbf"})) == {"kernel", "C", "gamma"}
    assert set(space.active({"kernel": "poly"})) == {"kernel", "C", "gamma", "degree"}


def test_without_a_data_set_what_depends_on_columns_has_no_default():
    assert not get_model("svc").space().parameters["gamma"].has_default
    assert get_model("svc").space().default() is None


def test_a_layer_of_a_neural_network_brings_its_neurons():
    spec = get_model("mlp_classifier")
    space = spec.space()
    active = space.active({"n_layers": 3, "solver": "lbfgs"})
    assert {"n_units_1", "n_units_2", "n_units_3"} <= set(active)
    assert not {"n_units_4", "learning_rate_init", "momentum"} & set(active)
    params = {"n_layers": 3, "n_units_1": 8, "n_units_2": 16, "n_units_3": 4}
    assert spec.build(params, 0).named_steps["mlpclassifier"].hidden_layer_sizes == (8, 16, 4)


def test_layers_cannot_be_set_in_two_ways():
    space = Space({"n_layers": Integer(1, 2), "hidden_layer_sizes": Integer(10, 20)})
    with pytest.raises(ObjectiveError, match="leave one of them out"):
        get_model("mlp_classifier").check_space(space)


def test_a_space_may_name_any_parameter_of_the_estimator():
    forest = get_model("random_forest_classifier")
    forest.check_space(
        Space(
            {
                "criterion": Categorical(["gini", "log_loss"]),
                "bootstrap": Boolean(),
                "max_depth": Categorical([5, 10, "none", None]),
                "max_features": Categorical(["sqrt", "log2", 0.5]),
                "min_impurity_decrease": Float(0.0, 0.1),
            }
        )
    )
    assert forest.build({"max_depth": "none"}, 0).max_depth is None


@pytest.mark.parametrize(
    ("name", "parameter", "words"),
    [
        ("max_dept", Integer(1, 9), "did you mean max_depth"),
        ("n_jobs", Integer(1, 2), "one core"),
        ("random_state", Integer(1, 2), "seed"),
        ("criterion", Categorical(["gini", "ginny"]), "'ginny'"),
        ("max_features", Float(0.0, 1.0), "max_features"),
        ("n_estimators", Integer(0, 10), "n_estimators"),
    ],
)
def test_a_space_that_the_estimator_would_refuse_is_refused_at_once(name, parameter, words):
    with pytest.raises(ObjectiveError, match=words) as caught:
        get_model("random_forest_classifier").check_space(Space({name: parameter}))
    assert caught.value.field == f"space.{name}"


def test_an_unknown_parameter_is_refused_when_the_model_is_built():
    with pytest.raises(ObjectiveError, match="did you mean C") as caught:
        get_model("svc").build({"c": 1.0}, 0)
    assert caught.value.field == "params.c"


def test_scikit_learns_own_words_for_its_defaults_count_as_the_default():
    assert get_model("svc").is_default({"kernel": "rbf", "gamma": "scale"})
    assert get_model("random_forest_classifier").is_default({"max_features": "sqrt", "max_depth": "none"})
    assert not get_model("random_forest_regressor").is_default({"max_features": 1})
