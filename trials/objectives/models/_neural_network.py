"""The space of small neural networks, for both tasks, and how it becomes scikit-learn's arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from optimizers import Categorical, Float, Integer, Space
from trials.objectives.datasets import DatasetInfo
from trials.objectives.resources import passes

MOST_LAYERS = 4
WIDTH = 100
EXTRA = ("n_layers", r"n_units_[1-9]\d?")
EPOCHS = passes(
    200,
    "alpha", "learning_rate_init", "momentum",
    without={"solver": ("lbfgs",), "early_stopping": (True,)},
)  # fmt: skip


def network_space(dataset: DatasetInfo | None) -> Space:
    """Layers and their widths, each of which exists only where the layer does; training by gradient or
    L-BFGS.
    """
    widths = {
        f"n_units_{layer}": Integer(
            4, 256, log=True, default=WIDTH, when={"n_layers": {"min": layer}} if layer > 1 else None
        )
        for layer in range(1, MOST_LAYERS + 1)
    }
    by_gradient = {"solver": ["adam", "sgd"]}
    return Space(
        {
            "n_layers": Integer(1, MOST_LAYERS, default=1),
            **widths,
            "activation": Categorical(["relu", "tanh", "logistic"], default="relu"),
            "solver": Categorical(["adam", "sgd", "lbfgs"], default="adam"),
            "alpha": Float(1e-6, 1.0, log=True, default=1e-4),
            "learning_rate_init": Float(1e-4, 1e-1, log=True, default=1e-3, when=by_gradient),
            "learning_rate": Categorical(
                ["constant", "invscaling", "adaptive"], default="constant", when={"solver": "sgd"}
            ),
            "momentum": Float(0.0, 0.99, default=0.9, when={"solver": "sgd"}),
        }
    )


def network_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with n_layers and n_units_1, n_units_2, … put together to hidden_layer_sizes.

    A layer without a width of its own has 100 neurons; widths beyond n_layers are of no account.
    """
    shape = {name: value for name, value in params.items() if any(re.fullmatch(p, name) for p in EXTRA)}
    arguments = {name: value for name, value in params.items() if name not in shape}
    if not shape:
        return arguments
    if "hidden_layer_sizes" in arguments:
        raise ValueError(
            f"hidden_layer_sizes and {next(iter(shape))} both set the layers: leave one of them out"
        )
    for name, value in shape.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number from 1 on, not {value!r}")
    widths = {
        int(name.removeprefix("n_units_")): value for name, value in shape.items() if name != "n_layers"
    }
    layers = shape.get("n_layers", max(widths, default=1))
    return arguments | {
        "hidden_layer_sizes": tuple(widths.get(layer, WIDTH) for layer in range(1, layers + 1))
    }
