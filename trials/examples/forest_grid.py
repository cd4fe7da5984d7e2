"""Example: a random forest on a grid of exactly 16 points."""

from .example import Example

EXAMPLE = Example(
    slug="forest-grid",
    title="A grid of 16 forests",
    words="Every combination of four numbers of trees and four depths, once.",
    icon="grid-dots",
    body={
        "name": "Random forest on breast cancer, grid",
        "objective": {
            "kind": "model",
            "model": "random_forest_classifier",
            "dataset": "breast_cancer",
            "scoring": "accuracy",
            "validation": {"kind": "kfold", "folds": 3},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {
                    "name": "n_estimators",
                    "type": "categorical",
                    "choices": [10, 50, 100, 200],
                    "ordered": True,
                },
                {"name": "max_depth", "type": "categorical", "choices": [3, 10, 20, 40], "ordered": True},
            ]
        },
        "optimizer": {"name": "grid"},
        "budget": {"trials": 16},
        "parallelism": 2,
        "seed": 1,
    },
)
