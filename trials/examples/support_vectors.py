"""Example: a support vector machine whose gamma and degree exist only for some kernels."""

from .example import Example

EXAMPLE = Example(
    slug="support-vectors",
    title="Parameters that depend on others",
    words="A support vector machine: gamma and degree exist only for some kernels.",
    icon="binary-tree",
    body={
        "name": "Support vectors on handwritten digits",
        "objective": {
            "kind": "model",
            "model": "svc",
            "dataset": "digits",
            "scoring": "accuracy",
            "validation": {"kind": "kfold", "folds": 5},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {
                    "name": "kernel",
                    "type": "categorical",
                    "choices": ["linear", "rbf", "poly", "sigmoid"],
                    "default": "rbf",
                },
                {"name": "C", "type": "float", "low": 0.01, "high": 1000, "log": True, "default": 1},
                {
                    "name": "gamma",
                    "type": "float",
                    "low": 0.00001,
                    "high": 1,
                    "log": True,
                    "when": {"kernel": ["rbf", "poly", "sigmoid"]},
                    "default": 0.015625,
                },
                {
                    "name": "degree",
                    "type": "integer",
                    "low": 2,
                    "high": 5,
                    "when": {"kernel": ["poly"]},
                    "default": 3,
                },
                {
                    "name": "coef0",
                    "type": "float",
                    "low": 0,
                    "high": 1,
                    "when": {"kernel": ["poly", "sigmoid"]},
                    "default": 0,
                },
            ]
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 60},
        "parallelism": 2,
        "seed": 1,
    },
)
