"""The kernels of Gaussian processes, for both tasks, as parameters of a space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers import Categorical, Float
from optimizers.space import Parameter
from trials.objectives.recipe import Call

KERNELS = {"rbf": "RBF", "matern": "Matern", "rational_quadratic": "RationalQuadratic"}
OWN = {"rbf": (), "matern": ("nu",), "rational_quadratic": ("mixture",)}
EXTRA = ("length_scale", "nu", "mixture")


def kernel_parameters() -> dict[str, Parameter]:
    """The kernel and its shape, which the search sets; nothing is fitted behind its back."""
    return {
        "kernel": Categorical(list(KERNELS), default="rbf"),
        "length_scale": Float(0.05, 50.0, log=True, default=1.0),
        "nu": Categorical([0.5, 1.5, 2.5], ordered=True, default=1.5, when={"kernel": "matern"}),
        "mixture": Float(0.1, 10.0, log=True, default=1.0, when={"kernel": "rational_quadratic"}),
    }


def kernel_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with the kernel and its shape put together to a kernel whose shape is fixed."""
    shape = {name: value for name, value in params.items() if name in ("kernel", *EXTRA)}
    own = {name: value for name, value in params.items() if name not in shape}
    if not shape:
        return own
    kernel = shape.get("kernel", "rbf")
    if kernel not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}, not {kernel!r}")
    for name in EXTRA:
        _check_positive(name, shape.get(name, 1.0))
    return own | {
        "kernel": Call(f"sklearn.gaussian_process.kernels.{KERNELS[kernel]}", (), _shape(kernel, shape))
    }


def _shape(kernel: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    keywords = {"length_scale": shape.get("length_scale", 1.0), "length_scale_bounds": "fixed"}
    if kernel == "matern":
        return keywords | {"nu": shape.get("nu", 1.5)}
    if kernel == "rational_quadratic":
        return keywords | {"alpha": shape.get("mixture", 1.0), "alpha_bounds": "fixed"}
    return keywords


def _check_positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ValueError(f"{name} must be a number above 0, not {value!r}")
