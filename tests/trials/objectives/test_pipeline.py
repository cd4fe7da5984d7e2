"""The preparation of columns: words, missing values, and the prep__ parameters that change it."""

import warnings
from functools import cache

import numpy as np
import pytest

from optimizers import Boolean, Categorical, Float, Space
from trials.objectives import ObjectiveError
from trials.objectives.datasets import Dataset, DatasetInfo, get_dataset, load
from trials.objectives.models import available_models, get_model
from trials.objectives.pipeline import prep_space

ROWS = 60
EVERYTHING = {
    "prep__scaling": "quantile",
    "prep__imputing": "most_frequent",
    "prep__encoding": "ordinal",
    "prep__selection": "mutual_information",
    "prep__selection_share": 0.7,
    "prep__pca": True,
    "prep__pca_share": 0.9,
}
IRIS = get_dataset("iris")


@cache
def people(task: str = "classification") -> Dataset:
    """A table as people have it: ages, heights, towns and answers, and some of them missing."""
    rng = np.random.default_rng(0)
    X = np.empty((ROWS, 4), dtype=object)
    X[:, 0], X[:, 1] = rng.normal(40, 9, ROWS), rng.normal(170, 9, ROWS)
    X[:, 2], X[:, 3] = rng.choice(["Oslo", "Rome", "Bonn"], ROWS), rng.choice(["yes", "no"], ROWS)
    X[[3, 7, 50], 1], X[[4, 8, 52], 2] = np.nan, None
    y = np.arange(ROWS) % 2 if task == "classification" else rng.normal(size=ROWS)
    info = DatasetInfo(
        name="people",
        title="People",
        summary="",
        task=task,
        rows=ROWS,
        columns=4,
        class_sizes=(30, 30) if task == "classification" else (),
        kinds=("number", "number", "category", "text"),
        missing=(0, 3, 3, 0),
    )
    return Dataset(info, X, y)


def predictions(model, dataset):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(dataset.X[:45], dataset.y[:45]).predict(dataset.X[45:])


def steps(params, dataset=None, model="svc") -> list[str]:
    built = get_model(model).build(params, 0, dataset)
    return list(built.named_steps) if hasattr(built, "named_steps") else [type(built).__name__]


@pytest.mark.parametrize("spec", available_models(), ids=lambda spec: spec.name)
def test_every_model_learns_from_words_and_gaps_and_its_code_does_so_too(spec):
    dataset = people(spec.task)
    # As it comes it refuses columns that say the same, as those of two words do.
    params = {"reg_param": 0.1} if spec.name == "quadratic_discriminant_analysis" else {}
    namespace = {}
    exec(spec.code(params, 3, dataset.info), namespace)
    found = predictions(namespace["model"], dataset)
    assert np.isfinite(found).all()
    assert repr(namespace["model"]) == repr(spec.build(params, 3, dataset.info))


@pytest.mark.parametrize("name", ["svc", "random_forest_classifier", "ridge", "k_neighbors_regressor"])
@pytest.mark.parametrize("encoding", ["onehot", "ordinal", "target"])
def test_every_step_at_once_and_its_code_give_the_same(name, encoding):
    spec = get_model(name)
    dataset = people(spec.task)
    params = EVERYTHING | {"prep__encoding": encoding}
    namespace = {}
    exec(spec.code(params, 3, dataset.info), namespace)
    np.testing.assert_array_equal(
        predictions(namespace["model"], dataset), predictions(spec.build(params, 3, dataset.info), dataset)
    )


def test_complete_numbers_are_left_alone():
    for dataset in (None, IRIS):
        assert steps({}, dataset) == ["standardscaler", "svc"]
        assert steps({}, dataset, "random_forest_classifier") == ["RandomForestClassifier"]


def test_the_steps_come_in_their_order():
    both = {"prep__selection": "f_test", "prep__pca": True}
    expected = ["simpleimputer", "standardscaler", "selectpercentile", "pca", "svc"]
    assert steps(both | {"prep__imputing": "mean"}, IRIS) == expected
    assert steps({"prep__scaling": "none"}, IRIS) == ["SVC"]
    assert steps({"prep__scaling": "minmax"}, IRIS, "gaussian_nb") == ["minmaxscaler", "gaussiannb"]
    assert steps({"prep__scaling": "auto"}, IRIS) == ["standardscaler", "svc"]
    assert steps({"prep__selection": "none", "prep__pca": False}, IRIS) == ["standardscaler", "svc"]


def test_a_model_that_copes_with_missing_numbers_gets_them_unless_columns_are_reduced():
    info = people().info
    forest = get_model("random_forest_classifier")
    assert forest.build({}, 0, info)[0].transformers[0][1] == "passthrough"
    imputer = forest.build({"prep__pca": True}, 0, info)[0].transformers[0][1]
    assert imputer.strategy == "median"
    assert get_model("gaussian_nb").build({}, 0, info)[0].transformers[0][1].strategy == "median"


def test_a_selection_keeps_the_share_that_is_asked_for():
    dataset = load("breast_cancer")
    model = get_model("logistic_regression").build(
        {"prep__selection": "f_test", "prep__selection_share": 0.2}, 0, dataset.info
    )
    assert model.fit(dataset.X, dataset.y)[-1].coef_.shape == (1, 6)


def test_texts_are_learned_by_their_words_though_none_comes_twice():
    texts = [
        f"letter {row}: {'please refund' if row % 2 else 'thank you'} number {row * 7}" for row in range(ROWS)
    ]
    X = np.array([[text] for text in texts], dtype=object)
    X[4, 0] = None
    info = DatasetInfo(
        "letters", "Letters", "", "classification", ROWS, 1, (30, 30), kinds=("text",), missing=(1,)
    )
    model = get_model("logistic_regression").build({"C": 100.0}, 0, info).fit(X[:45], np.arange(45) % 2)
    assert model.score(X[45:], np.arange(45, ROWS) % 2) == 1
    nothing = np.full((30, 1), None, dtype=object)  # a fold in which every text is missing
    get_model("logistic_regression").build({}, 0, info).fit(nothing, np.arange(30) % 2)


def test_words_never_seen_in_training_are_no_error():
    dataset = people()
    model = get_model("logistic_regression").build({}, 0, dataset.info).fit(dataset.X, dataset.y)
    row = np.array([[40.0, np.nan, "Timbuktu", None]], dtype=object)
    assert model.predict(row).shape == (1,)


def test_what_is_said_expressly_may_still_be_the_default():
    svc, tree = get_model("svc"), get_model("decision_tree_classifier")
    assert svc.is_default({"prep__scaling": "standard", "prep__selection": "none"}, IRIS)
    assert not svc.is_default({"prep__scaling": "none"}, IRIS)
    assert not tree.is_default({"prep__scaling": "standard"}, IRIS)


def test_what_depends_on_the_number_of_columns_is_only_near_the_default_where_there_are_words():
    info = people().info
    forest = get_model("random_forest_classifier")
    assert not forest.is_default(forest.space(info).default(), info)
    assert forest.is_default({"n_estimators": 100}, info)


def test_the_steps_on_offer_fit_the_data_and_the_models():
    info = people().info
    assert [step.name for step in prep_space(info)] == ["scaling", "imputing", "encoding", "selection", "pca"]
    assert [step.name for step in prep_space(IRIS)] == ["scaling", "selection", "pca"]
    assert [step.name for step in prep_space(get_dataset("linnerud"))] == ["scaling", "pca"]


@pytest.mark.parametrize("name", ["svc", "random_forest_classifier"])
def test_every_step_on_offer_is_taken_and_by_default_changes_nothing(name):
    info, spec = people().info, get_model(name)
    for step in prep_space(info, [spec]):
        assert step.title
        assert step.help.endswith(".")
        space = Space(dict(step.parameters))
        spec.check_space(space, info)
        assert spec.is_default(space.default(), info)


def test_models_with_different_needs_share_a_scaling_that_fits_each():
    both = [get_model("svc"), get_model("gaussian_nb")]
    scaling = prep_space(IRIS, both)[0].parameters["prep__scaling"]
    assert scaling.default == "auto"
    assert prep_space(IRIS, both[:1])[0].parameters["prep__scaling"].default == "standard"


@pytest.mark.parametrize(
    ("name", "parameter", "words"),
    [
        ("prep__scalling", Boolean(), "did you mean prep__scaling"),
        ("prep__scaling", Categorical(["standard", "standart"]), "did you mean standard"),
        ("prep__pca", Categorical([0, 1]), "prep__pca"),
        ("prep__pca_share", Float(0.5, 1.5), "up to 1, not 1.5"),
        ("prep__selection_share", Float(0.0, 1.0), "above 0"),
    ],
)
def test_a_space_with_a_preparation_that_there_is_not_is_refused(name, parameter, words):
    with pytest.raises(ObjectiveError, match=words) as caught:
        get_model("svc").check_space(Space({name: parameter}), IRIS)
    assert caught.value.field == f"space.{name}"


def test_what_works_for_one_target_is_refused_for_several():
    space = Space({"prep__selection": Categorical(["none", "f_test"])})
    with pytest.raises(ObjectiveError, match="works for one target"):
        get_model("ridge").check_space(space, get_dataset("linnerud"))


def test_an_unknown_preparation_is_refused_when_the_model_is_built():
    with pytest.raises(ObjectiveError, match="did you mean prep__pca") as caught:
        get_model("svc").build({"prep__pcaa": True}, 0)
    assert caught.value.field == "params.prep__pcaa"
