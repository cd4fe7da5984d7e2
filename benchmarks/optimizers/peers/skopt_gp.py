"""scikit-optimize: Gaussian process with its portfolio of acquisitions. Started by the runner."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from protocol import Params, active, choices, serve, stepped, unstepped, worst_for_failed
from skopt import Optimizer
from skopt.space import Categorical, Integer, Real


class Skopt:
    """It knows no conditions: every parameter always has a value, and those that do not count are dropped."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"scikit-optimize {importlib.metadata.version('scikit-optimize')}"
        self._parameters = start["parameters"]
        self._optimizer = Optimizer(
            [_dimension(parameter) for parameter in self._parameters], random_state=start["seed"]
        )
        self._asked: list[list[Any]] = []
        self._told: list[float] = []

    def ask(self, count: int) -> list[Params]:
        self._asked = [self._optimizer.ask()] if count == 1 else self._optimizer.ask(count)
        return [active(self._parameters, self._named(point)) for point in self._asked]

    def _named(self, point: list[Any]) -> Params:
        values = zip(self._parameters, point, strict=True)
        return {parameter["name"]: unstepped(parameter, value) for parameter, value in values}

    def tell(self, values: list[Any]) -> None:
        told = worst_for_failed(values, self._told)
        self._told += told
        self._optimizer.tell(self._asked, told)


def _dimension(parameter: dict[str, Any]) -> Any:
    if parameter["type"] in ("categorical", "boolean"):
        return Categorical(choices(parameter))
    prior = "log-uniform" if parameter.get("log") else "uniform"
    if parameter["type"] == "float":
        return Real(parameter["low"], parameter["high"], prior=prior)
    return Integer(*stepped(parameter), prior=prior)


if __name__ == "__main__":
    serve(Skopt)
