"""Example: the same random forest, drawn from distributions instead of a grid."""

from .example import Example

EXAMPLE = Example(
    slug="forest-random",
    title="The same, at random",
    words="Trees from an exponential distribution, depths evenly from 1 to 39: 30 draws.",
    icon="dice-3",
    body={
        "name": "Random forest on breast cancer, random",
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
                    "type": "integer",
                    "low": 1,
                    "high": 500,
                    "distribution": {"name": "expon", "args": {"scale": 100}},
                },
                {
                    "name": "max_depth",
                    "type": "integer",
                    "distribution": {"name": "randint", "args": {"low": 1, "high": 40}},
                },
            ]
        },
        "optimizer": {"name": "random"},
        "budget": {"trials": 30},
        "parallelism": 2,
        "seed": 1,
    },
)
