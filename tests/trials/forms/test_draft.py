"""The new study form as a whole: texts to JSON and back, errors in their places, choices that fit."""

import json
from typing import Any

import pytest

from trials.engine.creation import check_study
from trials.examples import examples
from trials.forms.draft import Draft
from trials.forms.in_words import article, in_words
from trials.forms.json_text import json_text
from trials.forms.study_texts import first_study
from trials.objectives.datasets.shipped import SHIPPED
from trials.objectives.kinds.function import FUNCTIONS
from trials.objectives.models import available_models

pytestmark = pytest.mark.django_db  # uploaded data sets are choices too

FIRST = {"classification": "svc", "regression": "ridge"}
STUDIES: list[Any] = [
    pytest.param(
        {"objective": {"kind": "model", "model": model.name, "dataset": dataset.name}},
        id=f"{model.name} on {dataset.name}",
    )
    for model in available_models()
    for dataset in SHIPPED
    if dataset.name == {"classification": "wine", "regression": "linnerud"}[model.task]
]
STUDIES += [
    pytest.param(
        {"objective": {"kind": "model", "model": FIRST[dataset.task], "dataset": dataset.name}},
        id=dataset.name,
    )
    for dataset in SHIPPED
]
STUDIES += [pytest.param({"objective": {"kind": "function", "name": name}}, id=name) for name in FUNCTIONS]
STUDIES += [pytest.param(example.body, id=example.slug) for example in examples()]
STUDIES += [
    pytest.param(
        {
            "objective": {
                "kind": "model",
                "model": "logistic_regression",
                "dataset": "wine",
                "scoring": "neg_log_loss",
            },
            "metrics": ["neg_log_loss", "predict_ms", "f1_macro"],
            "constraints": [
                {"metric": "neg_log_loss", "min": -0.5},
                {"metric": "model_kb", "max": 20},
                {"metric": "recall_macro", "min": 0.8},
            ],
            "optimizer": {"name": "ehvi", "per_second": True},
        },
        id="several objectives within limits",
    ),
    pytest.param(
        {
            "objective": {"kind": "function", "name": "binh_korn"},
            "constraints": [{"metric": "c1", "max": 25}, {"metric": "c2", "min": 7.7}],
            "optimizer": {"name": "nsga2"},
        },
        id="a function within limits",
    ),
]
PARTS = {
    "trees": {"name": "n_estimators", "min": 20, "max": 150},
    "rows": {"name": "rows", "min": 0.25, "max": 1.0},
    "folds": {"name": "folds", "min": 1, "max": 5},
}
STUDIES += [
    pytest.param(
        {
            "objective": {
                "kind": "model",
                "model": "random_forest_classifier",
                "dataset": "wine",
                "fidelity": fidelity,
            },
            "budget": {"full_trainings": 7.5},
        },
        id=f"in parts: {name}",
    )
    for name, fidelity in PARTS.items()
]
STUDIES += [
    pytest.param(
        {
            "name": "everything said",
            "objective": {
                "kind": "model",
                "model": "random_forest_regressor",
                "dataset": "diabetes",
                "scoring": "r2",
                "validation": {"kind": "holdout", "share": 0.3},
                "test_share": 0,
            },
            "optimizer": {"name": "grid", "shuffle": True},
            "space": {"parameters": [{"name": "max_depth", "type": "integer", "low": 1, "high": 9}]},
            "budget": {"trials": 9, "seconds": 5400, "target": 0.00001, "patience": 5},
            "parallelism": 3,
            "seed": 7,
        },
        id="everything said",
    ),
    pytest.param(
        {"objective": {"kind": "function", "name": "rosenbrock", "dims": 4, "noise": 0.5}}, id="arguments"
    ),
]


@pytest.mark.parametrize("study", STUDIES)
def test_the_form_says_exactly_the_study_it_was_filled_with(study: dict[str, Any]):
    study = {"seed": 5, "optimizer": {"name": "random"}} | study
    wanted = check_study(study)
    draft = Draft.of_study(study)
    assert draft.faults == ()
    assert draft.plan is not None
    assert draft.plan.to_dict() == wanted.to_dict() | {"name": draft.plan.name}
    assert draft.settled() is draft
    assert not draft.edited or "space" in study


def test_what_is_shown_as_json_is_what_is_sent():
    draft = Draft.of_study(examples()[1].body)
    text = json_text(draft.study)
    assert draft.plan is not None
    assert check_study(json.loads(text)).to_dict() == draft.plan.to_dict()
    assert max(len(line) for line in text.splitlines()) < 70


def words_of(study: dict[str, Any]) -> str:
    plan = Draft.of_study(study).plan
    assert plan is not None
    return " ".join(in_words(plan))


def test_the_grid_example_in_words():
    words = words_of(examples()[0].body)
    assert (
        "settings of a <b>random forest</b> with the <b>highest accuracy</b> on <b>breast_cancer</b>" in words
    )
    assert "among <b>2 parameters</b>" in words
    assert "A grid of exactly <b>16 points</b>. Two at a time." in words
    assert "the mean of <b>3 folds</b>." in words
    assert "20\N{NO-BREAK SPACE}% of the rows are kept out of the search." in words


def test_conditions_budgets_and_errors_in_words():
    study = examples()[2].body | {"budget": {"trials": 30, "seconds": 900, "target": 0.97, "patience": 9}}
    words = words_of(study)
    assert "of which 2 to 5 are active at a time" in words
    assert "for at most <b>15 min</b>" in words
    assert "stops early once accuracy reaches 0.97 or 9 trials in a row bring nothing better" in words
    ridge = {"objective": {"kind": "model", "model": "ridge", "dataset": "diabetes"}}
    assert "with the <b>lowest RMSE</b> on" in words_of(ridge)


def test_names_in_words_are_escaped():
    draft = Draft.of_study(examples()[0].body)
    assert "<script>" not in str(
        Draft({**draft.data, "name": "<script>"}).plan and words_of(examples()[0].body)
    )


def test_articles_follow_the_sound():
    assert [article(noun) for noun in ("SVM", "random forest", "extra tree", "MLP", "K-means")] == [
        "an",
        "a",
        "an",
        "an",
        "a",
    ]


# --- changing ---------------------------------------------------------------------------------------
def changed(draft: Draft, **texts: str) -> Draft:
    return Draft(draft.data | texts).settled()


def test_another_kind_of_data_brings_the_familys_model_and_a_score_that_fits():
    draft = changed(Draft.of_study(first_study(2)), dataset="diabetes")
    assert draft.form.value("model") == "random_forest_regressor"
    assert draft.form.value("scoring") == "neg_root_mean_squared_error"
    assert draft.form.value("name") == "Random forest on diabetes"
    assert draft.plan is not None


def test_a_name_of_ones_own_stays():
    assert changed(Draft.of_study(first_study(2)), name="Mine", dataset="iris").form.value("name") == "Mine"


def test_edited_ranges_return_with_their_model():
    first = changed(Draft.of_study(first_study(2)), **{"row-0-high": "333"})
    other = changed(first, model="svc", trials="77")
    assert other.rows.forms[0]["name"].value() == "kernel"
    assert other.form.value("trials") == "77"
    back = changed(other, model="random_forest_classifier")
    assert back.rows.forms[0]["high"].value() == "333"
    assert "back" in back.notice


def test_a_score_without_probabilities_is_not_kept_for_a_model_without_them():
    draft = changed(Draft.of_study(first_study(2)), scoring="neg_log_loss", model="svc")
    assert draft.form.value("scoring") == "accuracy"


def test_the_experts_ranges_can_be_had_back_and_undone():
    draft = changed(Draft.of_study(first_study(2)), **{"row-0-high": "333"})
    reset = draft.with_default_ranges()
    assert reset.rows.forms[0]["high"].value() != "333"
    assert reset.undoable
    assert reset.with_undone_ranges().rows.forms[0]["high"].value() == "333"


def test_a_blank_row_is_no_error_and_a_removed_one_does_not_count():
    draft = Draft.of_study(first_study(2))
    count = len(draft.rows.forms)
    blank = draft.with_new_row()
    assert len(blank.rows.forms) == count + 1
    assert blank.plan is not None
    removed = Draft(blank.data | {"row-0-removed": "on"})
    assert removed.plan is not None
    assert len(removed.plan.space) == count - 1


def test_a_new_scale_brings_its_arguments():
    draft = Draft.of_study(first_study(2))
    completed = Draft(draft.data | {"row-0-scale": "expon"}).with_completed_row(0)
    assert completed.rows.forms[0]["args"].value().startswith("scale = ")
    assert completed.plan is not None


def test_going_to_a_function_and_back_loses_nothing():
    first = changed(Draft.of_study(first_study(2)), folds="7", **{"row-0-high": "333"})
    function = changed(first, kind="function")
    assert function.form.value("function") == "branin"
    assert [form["name"].value() for form in function.rows.forms] == ["x1", "x2"]
    back = changed(function, kind="model")
    assert back.form.value("folds") == "7"
    assert back.rows.forms[0]["high"].value() == "333"


def test_more_dimensions_bring_more_rows():
    draft = Draft.of_study({"objective": {"kind": "function", "name": "rosenbrock"}})
    assert len(changed(draft, **{"argument-rosenbrock-dims": "4"}).rows.forms) == 4


def test_choosing_a_fidelity_takes_its_argument_out_of_the_ranges_and_back():
    draft = Draft.of_study(first_study(2))
    names = lambda draft: [row.name for row in draft.ranges.rows]  # noqa: E731
    assert "n_estimators" in names(draft)
    parted = draft.with_texts(fidelity="n_estimators").settled()
    assert "n_estimators" not in names(parted)
    assert parted.plan.objective.fidelity.to_dict() == {"name": "n_estimators", "min": 10, "max": 100}
    assert parted.plan.baseline is None or parted.plan.optimizer["name"] == "auto"
    assert (parted.form.value("trials"), parted.form.value("full_trainings")) == ("", "50")
    back = parted.with_texts(fidelity="").settled()
    assert (back.form.value("trials"), back.form.value("full_trainings")) == ("50", "")
    assert "n_estimators" in names(back)


def test_a_fidelity_that_another_model_does_not_have_is_let_go_with_its_ends():
    draft = Draft.of_study(first_study(2)).with_texts(fidelity="n_estimators").settled()
    draft = draft.with_texts(fidelity_min="20", model="svc").settled()
    assert (draft.form.value("fidelity"), draft.form.value("fidelity_min")) == ("", "")
    assert draft.plan is not None
    rows = draft.with_texts(fidelity="rows", fidelity_min="20 %").settled()
    assert rows.form.value("fidelity_min") == ""  # it was typed for another
    rows = rows.with_texts(fidelity_min="20 %").settled()
    assert rows.plan.objective.fidelity.min == 0.2


def test_what_is_wrong_with_a_fidelity_stands_beside_its_field():
    draft = Draft.of_study(first_study(2)).with_texts(fidelity="n_estimators").settled()
    wrong = draft.with_texts(fidelity_min="200")
    assert wrong.plan is None
    assert [fault.field for fault in wrong.faults] == ["id_fidelity_min"]
    assert "whole number from 1 to 100" in wrong.faults[0].message
    wrong = draft.with_texts(full_trainings="-2")
    assert [fault.field for fault in wrong.faults] == ["id_full_trainings"]


def test_the_words_say_what_a_full_training_is():
    draft = Draft.of_study(first_study(2)).with_texts(fidelity="n_estimators", optimizer="random").settled()
    assert "Each is trained fully (100 trees) and scored on the way." in str(in_words(draft.plan)[1])
