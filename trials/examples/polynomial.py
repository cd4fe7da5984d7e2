"""Example: the degree of a polynomial, and how far ridge regression keeps its weights small."""

from .example import Example

EXAMPLE = Example(
    slug="polynomial",
    title="The degree of a polynomial",
    words="A straight line, a parabola or more: powers and products of the columns, kept small by a penalty.",
    icon="chart-curve",
    body={
        "name": "Polynomials on diabetes",
        "objective": {
            "kind": "model",
            "model": "ridge",
            "dataset": "diabetes",
            "scoring": "neg_root_mean_squared_error",
            "measures": ["r2", "neg_max_error"],
            "validation": {"kind": "kfold", "folds": 5},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {"name": "degree", "type": "integer", "low": 1, "high": 4, "default": 1},
                {"name": "alpha", "type": "float", "low": 0.01, "high": 100000, "log": True, "default": 1},
            ]
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 30},
        "parallelism": 2,
        "seed": 1,
    },
)
