"""Hyperopt's tree-structured Parzen estimator. Started by the runner."""

from __future__ import annotations

import importlib.metadata
import math
from typing import Any

import numpy as np
from hyperopt import JOB_STATE_DONE, STATUS_FAIL, STATUS_OK, Trials, hp, space_eval, tpe
from hyperopt.base import Domain
from protocol import Parameter, Params, choices, native, serve


class Hyperopt:
    """Conditional spaces as nested choices: a child stands below every value of its parent that wants it."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"hyperopt {importlib.metadata.version('hyperopt')}"
        self._parameters: list[Parameter] = start["parameters"]
        self._parents = {parent for parameter in self._parameters for parent in parameter.get("when", {})}
        self._made: dict[str, Any] = {}
        self._space = [self._node(parameter) for parameter in self._parameters if not parameter.get("when")]
        self._domain = Domain(lambda params: 0.0, self._space)
        self._trials = Trials()
        self._rng = np.random.default_rng(start["seed"])
        self._asked: list[Any] = []

    def _node(self, parameter: Parameter) -> Any:
        """(name, value) with the children of that value behind it."""
        name = parameter["name"]
        if name not in self._made:
            self._made[name] = (
                hp.choice(name, [self._option(parameter, value) for value in _values(parameter)])
                if name in self._parents or parameter["type"] in ("categorical", "boolean")
                else (name, _number(parameter))
            )
        return self._made[name]

    def _option(self, parent: Parameter, value: Any) -> Any:
        children = [
            self._node(parameter)
            for parameter in self._parameters
            if parent["name"] in parameter.get("when", {})
            and _wants(parameter["when"][parent["name"]], value)
        ]
        return (parent["name"], value, *children)

    def ask(self, count: int) -> list[Params]:
        ids = [self._new() for _ in range(count)]
        self._asked = [doc for doc in self._trials._dynamic_trials if doc["tid"] in ids]
        return [self._params(doc) for doc in self._asked]

    def _new(self) -> int:
        """One at a time: asked for several, it answers with one."""
        ids: list[int] = self._trials.new_trial_ids(1)
        self._trials.refresh()
        seed = int(self._rng.integers(2**31 - 1))
        self._trials.insert_trial_docs(tpe.suggest(ids, self._domain, self._trials, seed))
        self._trials.refresh()
        return ids[0]

    def _params(self, doc: Any) -> Params:
        chosen = {name: values[0] for name, values in doc["misc"]["vals"].items() if values}
        found: Params = {}
        for node in space_eval(self._space, chosen):
            _collect(node, found)
        return {
            parameter["name"]: native(parameter, found[parameter["name"]])
            for parameter in self._parameters
            if parameter["name"] in found
        }

    def tell(self, values: list[Any]) -> None:
        for doc, value in zip(self._asked, values, strict=True):
            doc["state"] = JOB_STATE_DONE
            doc["result"] = {"status": STATUS_FAIL} if value is None else {"status": STATUS_OK, "loss": value}
        self._trials.refresh()


def _collect(node: tuple[Any, ...], found: Params) -> None:
    name, value, *children = node
    found[name] = value
    for child in children:
        _collect(child, found)


def _values(parameter: Parameter) -> list[Any]:
    if parameter["type"] == "integer":
        return list(range(int(parameter["low"]), int(parameter["high"]) + 1))
    return choices(parameter)


def _wants(condition: Any, value: Any) -> bool:
    if isinstance(condition, list):
        return value in condition
    return bool(condition.get("min", value) <= value <= condition.get("max", value))


def _number(parameter: Parameter) -> Any:
    name, low, high = parameter["name"], parameter["low"], parameter["high"]
    log = parameter.get("log", False)
    if parameter["type"] == "float":
        return hp.loguniform(name, math.log(low), math.log(high)) if log else hp.uniform(name, low, high)
    if log:
        return hp.qloguniform(name, math.log(low), math.log(high), 1)
    step = parameter.get("step") or 1
    return low + step * hp.randint(name, round((high - low) / step) + 1)


if __name__ == "__main__":
    serve(Hyperopt)
