"""Real tuning problems in which every parameter always counts."""

from __future__ import annotations

from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from benchmarks.optimizers.problems import grids
from benchmarks.optimizers.problems.base import Params, Problem
from benchmarks.optimizers.problems.data import cross_validated, pipeline
from benchmarks.optimizers.problems.grids import Grid
from optimizers import Boolean, Categorical, Float, Integer, Space

#: A support vector machine on unscaled data may never end by itself.
ITERATIONS = 20_000

TREE = Space(
    {
        "criterion": Categorical(["gini", "entropy"]),
        "splitter": Categorical(["best", "random"]),
        "max_depth": Integer(1, 20),
        "min_samples_split": Integer(2, 60, log=True),
        "min_samples_leaf": Integer(1, 40, log=True),
        "max_features": Float(0.05, 1.0),
        "ccp_alpha": Float(1e-5, 1e-1, log=True),
    }
)
LOGISTIC = Space(
    {
        "scaling": Categorical(["none", "standard", "minmax"]),
        "components": Integer(2, 60),
        "C": Float(1e-4, 1e3, log=True),
        "balanced": Boolean(),
        "fit_intercept": Boolean(),
    }
)
SVM = Space(
    {
        "scaling": Categorical(["none", "standard", "minmax"]),
        "C": Float(1e-3, 1e4, log=True),
        "gamma": Float(1e-6, 1e1, log=True),
        "balanced": Boolean(),
    }
)
REGRESSION_SVM = Space(
    {
        "scaling": Categorical(["none", "standard", "minmax"]),
        "C": Float(1e-2, 1e4, log=True),
        "gamma": Float(1e-4, 1e1, log=True),
        "epsilon": Float(1e-1, 1e2, log=True),
    }
)


def decision_tree(params: Params, draw: int = 0) -> float:
    return cross_validated(DecisionTreeClassifier(**params, random_state=0), "breast_cancer", "error")


def logistic(params: Params, draw: int = 0) -> float:
    model = LogisticRegression(
        C=params["C"],
        class_weight="balanced" if params["balanced"] else None,
        fit_intercept=params["fit_intercept"],
        max_iter=60,
    )
    reducing = PCA(params["components"], random_state=0)
    return cross_validated(pipeline(params["scaling"], reducing, model), "digits", "log_loss")


def svm(params: Params, draw: int = 0) -> float:
    weights = "balanced" if params["balanced"] else None
    model = SVC(C=params["C"], gamma=params["gamma"], class_weight=weights, max_iter=ITERATIONS)
    return cross_validated(pipeline(params["scaling"], model), "breast_cancer", "auc")


def regression_svm(params: Params, draw: int = 0) -> float:
    model = SVR(C=params["C"], gamma=params["gamma"], epsilon=params["epsilon"], max_iter=ITERATIONS)
    return cross_validated(pipeline(params["scaling"], model), "diabetes", "rmse")


def _trained(grid: Grid, score: str) -> Problem:
    return Problem(
        grid.name,
        "real flat",
        Space(grid.parameters()),
        lambda params, draw: grid.loss(params, score),
        optimum=grid.least(score),
    )


FLAT = (
    Problem("decision_tree_breast_cancer", "real flat", TREE, decision_tree),
    _trained(grids.BOOSTING, "rmse"),
    _trained(grids.KNN_DIGITS, "error"),
    Problem("logistic_digits", "real flat", LOGISTIC, logistic),
    _trained(grids.MLP_DIGITS, "error"),
    _trained(grids.FOREST_CANCER, "log_loss"),
    Problem("svm_breast_cancer", "real flat", SVM, svm),
    Problem("svm_diabetes", "real flat", REGRESSION_SVM, regression_svm),
)
