"""The test part, the folds and the scores."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import get_scorer, get_scorer_names

from trials.objectives import Context, NonFiniteScore, parse, scoring
from trials.objectives.datasets import get_dataset, load
from trials.objectives.datasets.shipped import SHIPPED
from trials.objectives.models import get_model
from trials.objectives.scoring import SAME_AS_METRIC, SCORERS, available_scorers, measure, score
from trials.objectives.seeds import Purpose, seed_for
from trials.objectives.validation import Validation, cross_validate, folds_of, split_test

THREE = Validation("kfold", folds=3)


def split(name, share=0.2, seed=0):
    dataset = load(name)
    return dataset, *split_test(dataset, share, seed)


@pytest.mark.parametrize("info", SHIPPED, ids=lambda info: info.name)
def test_search_and_test_part_share_no_row_and_leave_none_out(info):
    _, search, test = split(info.name)
    assert sorted([*search, *test]) == list(range(info.rows))
    assert len(test) == -(-info.rows // 5)


def test_the_test_part_follows_the_seed():
    assert (split("iris", seed=1)[2] == split("iris", seed=1)[2]).all()
    assert not (split("iris", seed=1)[2] == split("iris", seed=2)[2]).all()


def test_without_a_test_part_all_rows_are_searched():
    _, search, test = split("iris", share=0.0)
    assert (len(search), len(test)) == (150, 0)


@pytest.mark.parametrize("validation", [THREE, Validation("holdout", share=0.25)], ids=lambda v: v.kind)
def test_folds_stay_within_the_search_part_and_keep_the_classes_balanced(validation):
    dataset, search, _ = split("breast_cancer")
    whole = dataset.y.mean()
    for fit, rest in folds_of(dataset, validation, search, 0):
        assert not set(fit) & set(rest)
        assert set(fit) | set(rest) == set(search)
        assert dataset.y[fit].mean() == pytest.approx(whole, abs=0.02)
        assert dataset.y[rest].mean() == pytest.approx(whole, abs=0.02)


def test_repeated_folds_are_shuffled_anew():
    dataset, search, _ = split("diabetes")
    folds = folds_of(dataset, Validation("kfold", folds=3, repeats=2), search, 0)
    assert len(folds) == 6
    assert set(folds[0][1]) != set(folds[3][1])


def test_all_trials_of_a_study_see_the_same_folds():
    dataset, search, _ = split("iris")
    for one, other in zip(
        folds_of(dataset, THREE, search, 4), folds_of(dataset, THREE, search, 4), strict=True
    ):
        np.testing.assert_array_equal(one[1], other[1])


def test_trials_train_with_seeds_of_their_own_and_a_baseline_with_that_of_trial_0():
    seeds = {seed_for(0, Purpose.TRAINING, number) for number in range(100)}
    assert len(seeds) == 100
    assert seed_for(0, Purpose.TRAINING, None) == seed_for(0, Purpose.TRAINING, 0)
    assert seed_for(0, Purpose.TRAINING) != seed_for(0, Purpose.FOLDS)
    assert seed_for(-1, Purpose.TRAINING) != seed_for(1, Purpose.TRAINING)


def test_nothing_is_fitted_on_rows_outside_the_fold():
    fitted = []

    class Spy(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            fitted.append(X)
            self.classes_ = np.unique(y)
            return self

        def predict(self, X):
            return np.zeros(len(X), dtype=int)

    dataset, search, _ = split("wine")
    folds = folds_of(dataset, THREE, search, 0)
    cross_validate(Spy, dataset, folds, SCORERS["accuracy"], Context(0))
    for X, (fit, _) in zip(fitted, folds, strict=True):
        np.testing.assert_array_equal(X, dataset.X[fit])


def test_the_value_is_the_mean_of_the_folds_and_each_fold_is_told_as_it_ends():
    told = []
    objective = parse(
        {
            "kind": "model",
            "model": "logistic_regression",
            "dataset": "breast_cancer",
            "validation": {"kind": "kfold", "folds": 3},
        }
    )
    evaluation = objective.evaluate({"C": 0.1}, Context(0, 1, fold_done=told.append))
    assert list(evaluation.folds) == told
    assert [fold.fold for fold in told] == [0, 1, 2]
    assert evaluation.values == (pytest.approx(np.mean([fold.score for fold in told])),)
    metrics = {
        "accuracy",
        "balanced_accuracy",
        "f1_macro",
        "log_loss",
        "predict_ms",
        "fit_seconds",
    }
    assert set(evaluation.metrics) == metrics
    assert evaluation.metrics["accuracy"] == pytest.approx(evaluation.values[0])


def test_a_trial_is_repeated_exactly_and_another_number_trains_another_forest():
    objective = parse(
        {
            "kind": "model",
            "model": "random_forest_regressor",
            "dataset": "diabetes",
            "validation": {"kind": "holdout"},
        }
    )
    values = [objective.evaluate({"n_estimators": 10}, Context(0, number)).values for number in (3, 3, 4)]
    assert values[0] == values[1] != values[2]


def test_warnings_go_to_the_log_of_the_trial():
    lines = []
    objective = parse(
        {
            "kind": "model",
            "model": "mlp_classifier",
            "dataset": "iris",
            "validation": {"kind": "holdout"},
        }
    )
    objective.evaluate({"max_iter": 2}, Context(0, 0, log=lines.append))
    assert len(lines) == 1
    assert lines[0].startswith("Fold 1: ConvergenceWarning: ")


class Constant(ClassifierMixin, BaseEstimator):
    """Predicts one and the same from the second fold on."""

    fits = 0

    def __init__(self, answer=0):
        self.answer = answer

    def fit(self, X, y):
        type(self).fits += 1
        self.classes_ = np.unique(y)
        self.y_ = y
        return self

    def predict(self, X):
        return np.resize(self.y_, len(X)) if self.fits == 1 else np.full(len(X), self.answer)


def cross_validate_constant(answer):
    Constant.fits = 0
    dataset, search, _ = split("iris")
    folds = folds_of(dataset, THREE, search, 0)
    return cross_validate(lambda: Constant(answer), dataset, folds, SCORERS["accuracy"], Context(0))


def test_predictions_that_are_no_numbers_name_their_fold():
    with pytest.raises(NonFiniteScore, match="Fold 2 predicted NaN"):
        cross_validate_constant(np.nan)


def test_a_score_that_is_no_number_names_its_fold(monkeypatch):
    monkeypatch.setattr(scoring, "score", lambda *_: np.nan if Constant.fits == 3 else 1.0)
    with pytest.raises(NonFiniteScore, match="Fold 3 scored nan in accuracy"):
        cross_validate_constant(0)


@pytest.mark.parametrize("name", sorted(SAME_AS_METRIC))
def test_a_score_taken_from_the_metrics_is_what_the_scorer_says(name):
    task = SCORERS[name].task
    dataset = load("wine" if task == "classification" else "linnerud")
    spec = get_model("logistic_regression" if task == "classification" else "ridge")
    model = spec.build({}, 0).fit(dataset.X, dataset.y)
    measured = measure(task, model, dataset.X, dataset.y, model.predict(dataset.X))
    expected = get_scorer(name)(model, dataset.X, dataset.y)
    assert score(name, model, dataset.X, dataset.y, measured) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["breast_cancer", "iris", "diabetes", "linnerud"])
def test_every_scorer_on_offer_gives_a_number(name):
    dataset = load(name)
    spec = get_model("random_forest_classifier" if dataset.info.classes else "random_forest_regressor")
    model = spec.build({"n_estimators": 10, "max_depth": 3}, 0).fit(dataset.X, dataset.y)
    scorers = available_scorers(dataset.info)
    assert scorers[0].name in ("accuracy", "neg_root_mean_squared_error")
    for scorer in scorers:
        assert isinstance(score(scorer.name, model, dataset.X, dataset.y, {}), float), scorer.name


def test_scorers_that_do_not_fit_are_not_on_offer():
    names = {scorer.name for scorer in available_scorers(get_dataset("iris"), probabilities=False)}
    assert "accuracy" in names
    assert not names & {"f1", "roc_auc", "roc_auc_ovr", "neg_log_loss", "r2"}


def test_further_measures_are_kept_with_every_fold_and_trial():
    measures = ["matthews_corrcoef", "neg_log_loss", "roc_auc"]
    objective = parse(
        {
            "kind": "model",
            "model": "logistic_regression",
            "dataset": "breast_cancer",
            "validation": {"kind": "kfold", "folds": 2},
            "measures": [*measures, "accuracy"],
        }
    )
    assert objective.to_dict()["measures"] == measures
    evaluation = objective.evaluate({}, Context(0, 1))
    for name in measures:
        folds = [fold.metrics[name] for fold in evaluation.folds]
        assert evaluation.metrics[name] == pytest.approx(np.mean(folds))
    assert evaluation.metrics["neg_log_loss"] == pytest.approx(-evaluation.metrics["log_loss"])
    assert 0.9 < evaluation.metrics["roc_auc"] <= 1.0


def test_a_measure_that_cannot_be_taken_is_told_and_spoils_nothing():
    lines = []
    objective = parse(
        {
            "kind": "model",
            "model": "linear_regression",
            "dataset": "diabetes",
            "validation": {"kind": "kfold", "folds": 2},
            "measures": ["neg_mean_gamma_deviance", "neg_max_error"],
        }
    )
    evaluation = objective.evaluate({"degree": 3}, Context(0, 1, log=lines.append))
    assert "neg_max_error" in evaluation.metrics
    assert "neg_mean_gamma_deviance" not in evaluation.metrics
    assert "Fold 1: neg_mean_gamma_deviance could not be measured: " in lines[0]


def test_every_scorer_of_scikit_learn_that_fits_a_table_is_there():
    for_clusters = {"rand_score", "adjusted_rand_score", "mutual_info_score", "v_measure_score"}
    for_clusters |= {"adjusted_mutual_info_score", "normalized_mutual_info_score", "fowlkes_mallows_score"}
    for_clusters |= {"homogeneity_score", "completeness_score"}
    for_label_sets = {f"{name}_samples" for name in ("f1", "jaccard", "precision", "recall")}
    assert set(get_scorer_names()) - set(SCORERS) == for_clusters | for_label_sets
    assert set(SCORERS) <= set(get_scorer_names())
