"""Optuna, with the sampler named: tpe, tpe-multivariate, gp or cmaes. Started by the runner."""

from __future__ import annotations

import sys
from typing import Any

import optuna
from protocol import Params, choices, is_active, serve

optuna.logging.set_verbosity(optuna.logging.CRITICAL)


def sampler(name: str, seed: int, batch: int) -> Any:
    liar = batch > 1  # what the documentation advises for several workers
    made = optuna.samplers
    if name == "tpe":
        return made.TPESampler(seed=seed, constant_liar=liar)
    if name == "tpe-multivariate":
        return made.TPESampler(seed=seed, multivariate=True, group=True, constant_liar=liar)
    return made.GPSampler(seed=seed) if name == "gp" else made.CmaEsSampler(seed=seed)


class Optuna:
    """Conditional spaces as Optuna wants them: defined by running."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"optuna {optuna.__version__}"
        self._parameters = start["parameters"]
        self._study = optuna.create_study(
            sampler=sampler(sys.argv[1], start["seed"], start["batch"]),
            directions=["minimize"] * start["objectives"],
        )
        self._asked: list[Any] = []

    def ask(self, count: int) -> list[Params]:
        self._asked = [self._study.ask() for _ in range(count)]
        return [self._params(trial) for trial in self._asked]

    def _params(self, trial: Any) -> Params:
        params: Params = {}
        for parameter in self._parameters:
            if is_active(parameter, params):
                params[parameter["name"]] = _suggest(trial, parameter)
        return params

    def tell(self, values: list[Any]) -> None:
        for trial, value in zip(self._asked, values, strict=True):
            if value is None:
                self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
            else:
                self._study.tell(trial, value)


def _suggest(trial: Any, parameter: dict[str, Any]) -> Any:
    name, log = parameter["name"], parameter.get("log", False)
    if parameter["type"] == "float":
        return trial.suggest_float(name, parameter["low"], parameter["high"], log=log)
    if parameter["type"] == "integer":
        low, high = int(parameter["low"]), int(parameter["high"])
        return trial.suggest_int(name, low, high, step=int(parameter.get("step") or 1), log=log)
    return trial.suggest_categorical(name, choices(parameter))


if __name__ == "__main__":
    serve(Optuna)
