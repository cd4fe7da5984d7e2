"""HEBO: warped Gaussian process, several acquisitions at once. Started by the runner."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import numpy as np
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO
from protocol import Params, active, choices, serve, stepped, unstepped, worst_for_failed


class Hebo:
    """It knows no conditions: every parameter always has a value, and those that do not count are dropped."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"HEBO {importlib.metadata.version('HEBO')}"
        torch.set_num_threads(1)
        torch.manual_seed(start["seed"])
        np.random.seed(start["seed"])
        self._parameters = start["parameters"]
        space = DesignSpace().parse([_described(parameter) for parameter in self._parameters])
        self._optimizer = HEBO(space, scramble_seed=start["seed"])
        self._asked: Any = None
        self._told: list[float] = []

    def ask(self, count: int) -> list[Params]:
        self._asked = self._optimizer.suggest(n_suggestions=count)
        return [active(self._parameters, self._named(row)) for _, row in self._asked.iterrows()]

    def _named(self, row: Any) -> Params:
        return {
            parameter["name"]: unstepped(parameter, row[parameter["name"]]) for parameter in self._parameters
        }

    def tell(self, values: list[Any]) -> None:
        told = worst_for_failed(values, self._told)
        self._told += told
        self._optimizer.observe(self._asked, np.array(told).reshape(-1, 1))


def _described(parameter: dict[str, Any]) -> dict[str, Any]:
    name = parameter["name"]
    if parameter["type"] in ("categorical", "boolean"):
        return {"name": name, "type": "cat", "categories": choices(parameter)}
    if parameter["type"] == "float":
        kind, low, high = "pow" if parameter.get("log") else "num", parameter["low"], parameter["high"]
    else:
        kind, (low, high) = "pow_int" if parameter.get("log") else "int", stepped(parameter)
    return {"name": name, "type": kind, "lb": low, "ub": high} | ({"base": 10} if "pow" in kind else {})


if __name__ == "__main__":
    serve(Hebo)
