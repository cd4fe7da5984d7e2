"""Example: how deep a single decision tree should grow."""

from .example import Example

EXAMPLE = Example(
    slug="tree",
    title="The depth of a tree",
    words="How deep a decision tree may grow, and how small its leaves may be, before it learns by heart.",
    icon="sitemap",
    body={
        "name": "Decision tree on breast cancer",
        "objective": {
            "kind": "model",
            "model": "decision_tree_classifier",
            "dataset": "breast_cancer",
            "scoring": "accuracy",
            "measures": ["roc_auc", "recall"],
            "validation": {"kind": "kfold", "folds": 5},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {"name": "max_depth", "type": "integer", "low": 1, "high": 20, "default": 20},
                {
                    "name": "min_samples_leaf",
                    "type": "integer",
                    "low": 1,
                    "high": 30,
                    "log": True,
                    "default": 1,
                },
                {
                    "name": "criterion",
                    "type": "categorical",
                    "choices": ["gini", "entropy"],
                    "default": "gini",
                },
            ]
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 30},
        "parallelism": 2,
        "seed": 1,
    },
)
