"""Example: five kinds of model in one search, each with its expert ranges."""

from .example import Example

EXAMPLE = Example(
    slug="families",
    title="Which kind of model",
    words="Forest, boosting, linear model, support vectors or neighbours: five models in one search.",
    icon="layout-grid",
    body={
        "name": "Five kinds of model on wine",
        "objective": {
            "kind": "model",
            "models": [
                "random_forest_classifier",
                "gradient_boosting_classifier",
                "logistic_regression",
                "svc",
                "k_neighbors_classifier",
            ],
            "dataset": "wine",
            "scoring": "accuracy",
            "measures": ["f1_macro"],
            "validation": {"kind": "kfold", "folds": 3},
            "test_share": 0.2,
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 50},
        "parallelism": 2,
        "seed": 1,
    },
)
