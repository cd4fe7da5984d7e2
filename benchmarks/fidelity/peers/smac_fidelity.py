"""SMAC3's multi-fidelity facade: Hyperband with a forest (BOHB's idea). Started by the runner."""

from __future__ import annotations

import importlib.metadata
import logging
import tempfile
from pathlib import Path
from typing import Any

from protocol import Params, native, serve, unstepped
from smac import MultiFidelityFacade, Scenario
from smac.runhistory import TrialInfo, TrialValue
from smac_facade import _space


class Smac:
    """Asks for params and up to where they are trained."""

    def __init__(self, start: dict[str, Any]) -> None:
        self.version = f"smac {importlib.metadata.version('smac')}"
        logging.disable(logging.CRITICAL)
        self._parameters = start["parameters"]
        low, high = start["fidelity"]
        scenario = Scenario(
            _space(self._parameters),
            n_trials=start["trials"],
            min_budget=low,
            max_budget=high,
            deterministic=True,
            seed=start["seed"],
            output_directory=Path(tempfile.mkdtemp(prefix="smac-")),
        )
        self._facade = MultiFidelityFacade(
            scenario,
            lambda config, seed=0, budget=0: 0.0,
            intensifier=MultiFidelityFacade.get_intensifier(scenario, eta=3),
            overwrite=True,
            logging_level=False,
        )
        self._asked: list[TrialInfo] = []

    def ask(self, count: int) -> list[Params]:
        self._asked = [self._facade.ask() for _ in range(count)]
        return [{"params": self._params(dict(each.config)), "fidelity": each.budget} for each in self._asked]

    def _params(self, config: Params) -> Params:
        return {
            each["name"]: native(each, unstepped(each, config[each["name"]])) for each in self._parameters
        }

    def tell(self, values: list[Any]) -> None:
        for info, value in zip(self._asked, values, strict=True):
            self._facade.tell(info, TrialValue(cost=value))


if __name__ == "__main__":
    serve(Smac)
