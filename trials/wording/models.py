"""Models and what trains them in parts, in words; the package offers them to whoever writes."""

from collections.abc import Sequence

MODEL_TITLES = {
    "ada_boost": "AdaBoost",
    "bagging": "bagged trees",
    "bayesian_ridge": "Bayesian ridge",
    "gaussian_nb": "naive Bayes",
    "gaussian_process": "Gaussian process",
    "huber": "Huber regression",
    "k_neighbors": "nearest neighbours",
    "lgbm": "LightGBM",
    "linear_regression": "polynomial regression",
    "linear_svc": "linear SVM",
    "linear_svr": "linear SVM",
    "mlp": "neural network",
    "pls_regression": "partial least squares",
    "sgd": "linear model by gradient descent",
    "svc": "SVM",
    "svr": "SVM",
    "xgb": "XGBoost",
}


def model_title(model: str) -> str:
    """Write a model's name for people, without its task: "random_forest_classifier" → "random forest"."""
    name = model.removesuffix("_classifier").removesuffix("_regressor")
    return MODEL_TITLES.get(name, name.replace("_", " "))


def models_title(models: Sequence[str]) -> str:
    """Write the models that one study searches: both names of two, else how many there are."""
    if len(models) > 2:
        return f"{len(models)} models"
    return " or ".join(model_title(model) for model in models)


def fidelity_unit(name: str) -> str:
    """Write what a fidelity counts: "trees", "epochs"."""
    return {"n_estimators": "trees", "max_iter": "rounds"}.get(name, name.replace("_", " "))


def default_title(models: Sequence[str]) -> str:
    """Write what gains are measured against: of several models it is the first one's default."""
    return f"the default {model_title(models[0])}" if len(models) > 1 else "the default configuration"
