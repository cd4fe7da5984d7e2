"""SMAC3's facade for hyperparameters: random forest, expected improvement. Started by the runner."""

from __future__ import annotations

import importlib.metadata
import logging
import tempfile
from pathlib import Path
from typing import Any

from ConfigSpace import (
    AndConjunction,
    Categorical,
    ConfigurationSpace,
    EqualsCondition,
    Float,
    InCondition,
    Integer,
    OrConjunction,
)
from protocol import Parameter, Params, choices, native, serve, stepped, unstepped, worst_for_failed
from smac import HyperparameterOptimizationFacade, Scenario
from smac.runhistory import StatusType, TrialInfo, TrialValue


class Smac:
    """Conditions are ConfigSpace's own."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"smac {importlib.metadata.version('smac')}"
        logging.disable(logging.CRITICAL)
        self._parameters: list[Parameter] = start["parameters"]
        scenario = Scenario(
            _space(self._parameters),
            n_trials=start["trials"],
            deterministic=True,
            seed=start["seed"],
            objectives=[f"value{place}" for place in range(start["objectives"])],
            output_directory=Path(tempfile.mkdtemp(prefix="smac-")),
        )
        self._facade = HyperparameterOptimizationFacade(
            scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=False
        )
        self._asked: list[TrialInfo] = []
        self._told: list[float] = []

    def ask(self, count: int) -> list[Params]:
        self._asked = [self._facade.ask() for _ in range(count)]
        return [self._params(dict(info.config)) for info in self._asked]

    def _params(self, config: Params) -> Params:
        return {
            parameter["name"]: native(parameter, unstepped(parameter, config[parameter["name"]]))
            for parameter in self._parameters
            if parameter["name"] in config
        }

    def tell(self, values: list[Any]) -> None:
        costs = worst_for_failed(values, self._told)  # an endless cost would stop its forest
        self._told += costs
        for info, value, cost in zip(self._asked, values, costs, strict=True):
            status = StatusType.CRASHED if value is None else StatusType.SUCCESS
            self._facade.tell(info, TrialValue(cost=cost, status=status))


def _space(parameters: list[Parameter]) -> ConfigurationSpace:
    space = ConfigurationSpace()
    made = {parameter["name"]: _hyperparameter(parameter) for parameter in parameters}
    space.add(*made.values())
    for parameter in parameters:
        conditions = [
            _condition(made[parameter["name"]], made[parent], condition)
            for parent, condition in parameter.get("when", {}).items()
        ]
        if conditions:
            space.add(conditions[0] if len(conditions) == 1 else AndConjunction(*conditions))
    return space


def _condition(child: Any, parent: Any, condition: Any) -> Any:
    if isinstance(condition, list):
        return InCondition(child, parent, condition)
    least, most = condition.get("min", parent.lower), condition.get("max", parent.upper)
    each = [EqualsCondition(child, parent, value) for value in range(int(least), int(most) + 1)]
    return each[0] if len(each) == 1 else OrConjunction(*each)


def _hyperparameter(parameter: Parameter) -> Any:
    name, log = parameter["name"], parameter.get("log", False)
    if parameter["type"] == "float":
        return Float(name, (parameter["low"], parameter["high"]), log=log)
    if parameter["type"] == "integer":
        return Integer(name, stepped(parameter), log=log)
    return Categorical(name, choices(parameter))


if __name__ == "__main__":
    serve(Smac)
