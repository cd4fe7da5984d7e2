"""Real tuning problems in which a choice decides which further parameters there are."""

from __future__ import annotations

from typing import Any

from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.feature_selection import SelectKBest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC, SVR

from benchmarks.optimizers.problems import grids
from benchmarks.optimizers.problems.base import EvaluationFailed, Params, Problem
from benchmarks.optimizers.problems.data import cross_validated, pipeline
from benchmarks.optimizers.problems.flat import ITERATIONS
from optimizers import Categorical, Float, Integer, Space

SCALINGS = ["none", "standard", "minmax"]

DISCRIMINANTS = Space(
    {
        "components": Integer(2, 60),
        "model": Categorical(["lda", "qda", "gaussian_nb"]),
        "lda__solver": Categorical(["svd", "lsqr", "eigen"], when={"model": "lda"}),
        "lda__shrinkage": Float(0.0, 1.0, when={"lda__solver": ["lsqr", "eigen"]}),
        "qda__reg_param": Float(1e-4, 1.0, log=True, when={"model": "qda"}),
        "gaussian_nb__var_smoothing": Float(1e-10, 1.0, log=True, when={"model": "gaussian_nb"}),
    }
)


def discriminants(params: Params, draw: int = 0) -> float:
    if params["model"] == "lda":
        model: Any = LinearDiscriminantAnalysis(
            solver=params["lda__solver"], shrinkage=params.get("lda__shrinkage")
        )
    elif params["model"] == "qda":
        model = QuadraticDiscriminantAnalysis(reg_param=params["qda__reg_param"])
    else:
        model = GaussianNB(var_smoothing=params["gaussian_nb__var_smoothing"])
    reducing = PCA(params["components"], random_state=0)
    try:
        return cross_validated(pipeline("none", reducing, model), "digits", "log_loss")
    except ValueError as error:
        raise EvaluationFailed(str(error)) from error


FAMILIES_CANCER = Space(
    {
        "model": Categorical(["logistic", "knn", "random_forest"]),
        "scaling": Categorical(SCALINGS, when={"model": ["logistic", "knn"]}),
        "logistic__C": Float(1e-4, 1e3, log=True, when={"model": "logistic"}),
        "knn__neighbours": Integer(1, 60, log=True, when={"model": "knn"}),
        "knn__weights": Categorical(["uniform", "distance"], when={"model": "knn"}),
        "knn__p": Float(1.0, 4.0, when={"model": "knn"}),
        **grids.FOREST_CANCER.parameters("random_forest__", {"model": "random_forest"}),
    }
)


def families_cancer(params: Params, draw: int = 0) -> float:
    if params["model"] == "random_forest":
        return grids.FOREST_CANCER.loss(params, "log_loss", "random_forest__")
    model = (
        LogisticRegression(C=params["logistic__C"], max_iter=100) if "logistic__C" in params else _knn(params)
    )
    return cross_validated(pipeline(params["scaling"], model), "breast_cancer", "log_loss")


def _knn(params: Params) -> KNeighborsClassifier:
    return KNeighborsClassifier(
        params["knn__neighbours"], weights=params["knn__weights"], p=params["knn__p"], algorithm="brute"
    )


FAMILIES_DIABETES = Space(
    {
        "model": Categorical(["gradient_boosting", "random_forest", "svr"]),
        **grids.BOOSTING.parameters("gradient_boosting__", {"model": "gradient_boosting"}),
        **grids.FOREST_DIABETES.parameters("random_forest__", {"model": "random_forest"}),
        "svr__C": Float(1e-2, 1e4, log=True, when={"model": "svr"}),
        "svr__gamma": Float(1e-4, 1e1, log=True, when={"model": "svr"}),
        "svr__epsilon": Float(1e-1, 1e2, log=True, when={"model": "svr"}),
    }
)


def families_diabetes(params: Params, draw: int = 0) -> float:
    if params["model"] == "gradient_boosting":
        return grids.BOOSTING.loss(params, "rmse", "gradient_boosting__")
    if params["model"] == "random_forest":
        return grids.FOREST_DIABETES.loss(params, "rmse", "random_forest__")
    options = {name: params[f"svr__{name}"] for name in ("C", "gamma", "epsilon")}
    return cross_validated(pipeline("standard", SVR(**options, max_iter=ITERATIONS)), "diabetes", "rmse")


FAMILIES_DIGITS = Space(
    {
        "model": Categorical(["knn", "mlp", "svc"]),
        **grids.KNN_DIGITS.parameters("knn__", {"model": "knn"}),
        **grids.MLP_DIGITS.parameters("mlp__", {"model": "mlp"}),
        "svc__scaling": Categorical(SCALINGS, when={"model": "svc"}),
        "svc__C": Float(1e-3, 1e4, log=True, when={"model": "svc"}),
        "svc__gamma": Float(1e-6, 1e1, log=True, when={"model": "svc"}),
    }
)


def families_digits(params: Params, draw: int = 0) -> float:
    if params["model"] == "knn":
        return grids.KNN_DIGITS.loss(params, "error", "knn__")
    if params["model"] == "mlp":
        return grids.MLP_DIGITS.loss(params, "error", "mlp__")
    model = SVC(C=params["svc__C"], gamma=params["svc__gamma"], max_iter=ITERATIONS)
    return cross_validated(pipeline(params["svc__scaling"], model), "digits", "error")


KERNELS_DIABETES = Space(
    {
        "model": Categorical(["svr", "ridge"]),
        "svr__C": Float(1e-2, 1e4, log=True, when={"model": "svr"}),
        "svr__epsilon": Float(1e-1, 1e2, log=True, when={"model": "svr"}),
        "svr__kernel": Categorical(["linear", "rbf", "poly"], when={"model": "svr"}),
        "svr__gamma": Float(1e-4, 1e1, log=True, when={"svr__kernel": ["rbf", "poly"]}),
        "svr__degree": Integer(2, 4, when={"svr__kernel": "poly"}),
        "ridge__alpha": Float(1e-4, 1e3, log=True, when={"model": "ridge"}),
        "ridge__kernel": Categorical(["rbf", "laplacian", "polynomial"], when={"model": "ridge"}),
        "ridge__gamma": Float(1e-4, 1e1, log=True, when={"model": "ridge"}),
        "ridge__degree": Integer(2, 4, when={"ridge__kernel": "polynomial"}),
        "ridge__coef0": Float(0.0, 5.0, when={"ridge__kernel": "polynomial"}),
    }
)


def kernels_diabetes(params: Params, draw: int = 0) -> float:
    options = {name.split("__")[1]: value for name, value in params.items() if "__" in name}
    if params["model"] == "svr":
        model: Any = SVR(**options, max_iter=ITERATIONS)
    else:
        model = KernelRidge(**options)
    return cross_validated(pipeline("standard", model), "diabetes", "rmse")


MLP_LAYERS = Space(
    {
        "layers": Integer(1, 3),
        "units_1": Integer(2, 64, log=True),
        "units_2": Integer(2, 64, log=True, when={"layers": {"min": 2}}),
        "units_3": Integer(2, 64, log=True, when={"layers": {"min": 3}}),
        "activation": Categorical(["relu", "tanh", "logistic"]),
        "alpha": Float(1e-6, 1e1, log=True),
        "rate": Float(1e-4, 1e0, log=True),
        "solver": Categorical(["adam", "sgd"]),
        "momentum": Float(0.0, 0.99, when={"solver": "sgd"}),
    }
)


def mlp_layers(params: Params, draw: int = 0) -> float:
    model = MLPClassifier(
        tuple(params[f"units_{layer}"] for layer in range(1, params["layers"] + 1)),
        activation=params["activation"],
        alpha=params["alpha"],
        learning_rate_init=params["rate"],
        solver=params["solver"],
        momentum=params.get("momentum", 0.9),
        batch_size=40,
        max_iter=25,
        random_state=0,
    )
    try:
        return cross_validated(pipeline("standard", model), "wine", "log_loss")
    except ValueError as error:
        raise EvaluationFailed(str(error)) from error


PIPELINE = Space(
    {
        "scaling": Categorical(["none", "standard", "minmax", "robust"]),
        "reduction": Categorical(["none", "pca", "select"]),
        "components": Integer(1, 29, when={"reduction": "pca"}),
        "kept": Integer(1, 29, when={"reduction": "select"}),
        "model": Categorical(["logistic", "knn", "svc"]),
        "logistic__C": Float(1e-4, 1e3, log=True, when={"model": "logistic"}),
        "knn__neighbours": Integer(1, 60, log=True, when={"model": "knn"}),
        "knn__weights": Categorical(["uniform", "distance"], when={"model": "knn"}),
        "knn__p": Float(1.0, 4.0, when={"model": "knn"}),
        "svc__C": Float(1e-3, 1e4, log=True, when={"model": "svc"}),
        "svc__gamma": Float(1e-6, 1e1, log=True, when={"model": "svc"}),
    }
)


def whole_pipeline(params: Params, draw: int = 0) -> float:
    if params["model"] == "logistic":
        model: Any = LogisticRegression(C=params["logistic__C"], max_iter=100)
    elif params["model"] == "knn":
        model = _knn(params)
    else:
        model = SVC(C=params["svc__C"], gamma=params["svc__gamma"], max_iter=ITERATIONS)
    reducing: list[Any] = []
    if params["reduction"] == "pca":
        reducing = [PCA(params["components"], random_state=0)]
    elif params["reduction"] == "select":
        reducing = [SelectKBest(k=params["kept"])]
    return cross_validated(pipeline(params["scaling"], *reducing, model), "breast_cancer", "error")


SVM_KERNELS = Space(
    {
        "scaling": Categorical(SCALINGS),
        "kernel": Categorical(["linear", "rbf", "poly", "sigmoid"]),
        "C": Float(1e-3, 1e4, log=True),
        "gamma": Float(1e-5, 1e1, log=True, when={"kernel": ["rbf", "poly", "sigmoid"]}),
        "degree": Integer(2, 5, when={"kernel": "poly"}),
        "coef0": Float(-1.0, 1.0, when={"kernel": ["poly", "sigmoid"]}),
    }
)


def svm_kernels(params: Params, draw: int = 0) -> float:
    options = {name: value for name, value in params.items() if name != "scaling"}
    model = SVC(**options, max_iter=ITERATIONS // 4)
    return cross_validated(pipeline(params["scaling"], model), "breast_cancer", "error")


CONDITIONAL = (
    Problem("discriminants_digits", "real conditional", DISCRIMINANTS, discriminants),
    Problem("families_breast_cancer", "real conditional", FAMILIES_CANCER, families_cancer),
    Problem("families_diabetes", "real conditional", FAMILIES_DIABETES, families_diabetes),
    Problem("families_digits", "real conditional", FAMILIES_DIGITS, families_digits),
    Problem("kernels_diabetes", "real conditional", KERNELS_DIABETES, kernels_diabetes),
    Problem("mlp_layers_wine", "real conditional", MLP_LAYERS, mlp_layers),
    Problem("pipeline_breast_cancer", "real conditional", PIPELINE, whole_pipeline),
    Problem("svm_kernels_breast_cancer", "real conditional", SVM_KERNELS, svm_kernels),
)
