"""Example: gradient boosting, where the learning rate and the number of trees depend on each other."""

from .example import Example

EXAMPLE = Example(
    slug="boosting",
    title="Learning rate and number of trees",
    words="Gradient boosting: a few large steps or many small ones, with trees of which depth.",
    icon="stack-2",
    body={
        "name": "Gradient boosting on diabetes",
        "objective": {
            "kind": "model",
            "model": "gradient_boosting_regressor",
            "dataset": "diabetes",
            "scoring": "neg_root_mean_squared_error",
            "validation": {"kind": "kfold", "folds": 3},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {
                    "name": "learning_rate",
                    "type": "float",
                    "low": 0.01,
                    "high": 1,
                    "log": True,
                    "default": 0.1,
                },
                {
                    "name": "n_estimators",
                    "type": "integer",
                    "low": 10,
                    "high": 300,
                    "log": True,
                    "default": 100,
                },
                {"name": "max_depth", "type": "integer", "low": 1, "high": 6, "default": 3},
                {"name": "subsample", "type": "float", "low": 0.3, "high": 1, "default": 1},
            ]
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 40},
        "parallelism": 2,
        "seed": 1,
    },
)
