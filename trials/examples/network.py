"""Example: a neural network in which the neurons of a layer exist only where the layer does."""

from typing import Any

from .example import Example


def neurons(layer: int) -> dict[str, Any]:
    """The width of one layer, which exists only when there are that many layers."""
    width = {"name": f"n_units_{layer}", "type": "integer", "low": 8, "high": 128, "log": True, "default": 32}
    return width if layer == 1 else width | {"when": {"n_layers": {"min": layer}}}


EXAMPLE = Example(
    slug="network",
    title="A neural network",
    words="How many layers, how wide each, which activation and solver, which learning rate.",
    icon="topology-star-3",
    body={
        "name": "Neural network on handwritten digits",
        "objective": {
            "kind": "model",
            "model": "mlp_classifier",
            "dataset": "digits",
            "scoring": "accuracy",
            "validation": {"kind": "kfold", "folds": 3},
            "test_share": 0.2,
        },
        "space": {
            "parameters": [
                {"name": "n_layers", "type": "integer", "low": 1, "high": 3, "default": 1},
                *(neurons(layer) for layer in (1, 2, 3)),
                {
                    "name": "activation",
                    "type": "categorical",
                    "choices": ["relu", "tanh", "logistic"],
                    "default": "relu",
                },
                {
                    "name": "solver",
                    "type": "categorical",
                    "choices": ["adam", "sgd", "lbfgs"],
                    "default": "adam",
                },
                {
                    "name": "alpha",
                    "type": "float",
                    "low": 0.000001,
                    "high": 1,
                    "log": True,
                    "default": 0.0001,
                },
                {
                    "name": "learning_rate_init",
                    "type": "float",
                    "low": 0.0001,
                    "high": 0.1,
                    "log": True,
                    "when": {"solver": ["adam", "sgd"]},
                    "default": 0.001,
                },
            ]
        },
        "optimizer": {"name": "auto"},
        "budget": {"trials": 50},
        "parallelism": 2,
        "seed": 1,
    },
)
