"""Who searches: one of our optimizers in this process, or a peer in an environment of its own. For run.

A contestant is asked for some params and then told the values of exactly those, in that order.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from benchmarks.optimizers.conversation import PEERS, Conversation
from benchmarks.optimizers.digest import version_of
from benchmarks.optimizers.problems import Problem
from optimizers import OptionError, Result, SpaceExhausted, Suggestion, create

Value = float | tuple[float, ...] | None
"""What came of one trial: None when it failed."""

PEERS_HOME = Path(os.environ.get("HPO_PEERS", ".cache/peers"))
"""Where `python -m benchmarks.optimizers.peers.install` made their environments."""

#: Name → environment, script, argument.
PEER_SCRIPTS: dict[str, tuple[str, str, str]] = {
    "optuna-tpe": ("optuna", "optuna_samplers.py", "tpe"),
    "optuna-tpe-multivariate": ("optuna", "optuna_samplers.py", "tpe-multivariate"),
    "optuna-gp": ("optuna", "optuna_samplers.py", "gp"),
    "optuna-cmaes": ("optuna", "optuna_samplers.py", "cmaes"),
    "hyperopt-tpe": ("hyperopt", "hyperopt_tpe.py", ""),
    "skopt-gp": ("skopt", "skopt_gp.py", ""),
    "smac": ("smac", "smac_facade.py", ""),
    "hebo": ("hebo", "hebo_optimizer.py", ""),
}
SEVERAL_OBJECTIVES = {"optuna-tpe", "optuna-tpe-multivariate", "optuna-gp"}


class Contestant(Protocol):
    """Searches one problem once."""

    version: str

    def ask(self, count: int) -> tuple[list[dict[str, Any]], float]:
        """Up to `count` params (none: the space is used up) and the processor seconds it took."""

    def tell(self, values: Sequence[Value]) -> float:
        """Take the values of what was asked last; the processor seconds it took."""

    def close(self) -> None: ...


class Ours:
    """An optimizer of the library, asked as the engine asks: with what is pending, and a hint of the budget.

    method: its name, with options behind it if any: "tpe" or "tpe:candidates=64,startup=5".
    """

    def __init__(self, method: str, problem: Problem, seed: int, trials: int, batch: int) -> None:
        name, _, options = method.partition(":")
        self.version = version_of(method)
        pairs = (pair.split("=", 1) for pair in options.split(",") if pair)
        self._optimizer = create(
            name,
            problem.space,
            seed=seed,
            budget=trials,
            parallelism=batch,
            objectives=problem.objectives,
            **{option: _option(text) for option, text in pairs},
        )
        self._number = 0
        self._asked: list[Suggestion] = []

    def ask(self, count: int) -> tuple[list[dict[str, Any]], float]:
        begun = time.process_time()
        self._asked = []
        for _ in range(count):
            try:
                suggestion = self._optimizer.ask(self._number, self._asked)
            except SpaceExhausted:
                break
            if suggestion is None:
                break
            self._asked.append(suggestion)
            self._number += 1
        return [suggestion.params for suggestion in self._asked], time.process_time() - begun

    def tell(self, values: Sequence[Value]) -> float:
        begun = time.process_time()
        self._optimizer.tell(
            [_result(suggestion, value) for suggestion, value in zip(self._asked, values, strict=True)]
        )
        return time.process_time() - begun

    def close(self) -> None:
        """Nothing is held."""


def _option(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _result(suggestion: Suggestion, value: Value) -> Result:
    if isinstance(value, tuple):
        return Result(suggestion.number, suggestion.params, values=value)
    return Result(suggestion.number, suggestion.params, value)


class Peer:
    """Another library in a process and an environment of its own, spoken to in JSON lines; see peers/."""

    def __init__(self, method: str, problem: Problem, seed: int, trials: int, batch: int) -> None:
        environment, script, argument = PEER_SCRIPTS[method]
        start = {
            "parameters": problem.space.to_dict()["parameters"],
            "objectives": problem.objectives,
            "seed": seed,
            "trials": trials,
            "batch": batch,
        }
        python = PEERS_HOME / environment / "bin" / "python"
        arguments = [argument] if argument else []
        self._talk = Conversation(python, PEERS / script, start, *arguments)
        self.version = self._talk.version

    def ask(self, count: int) -> tuple[list[dict[str, Any]], float]:
        answer = self._talk.answer({"ask": count})
        return answer["params"], answer["seconds"]

    def tell(self, values: Sequence[Value]) -> float:
        return float(self._talk.answer({"tell": values})["seconds"])

    def close(self) -> None:
        self._talk.close()


def suits(method: str, problem: Problem) -> bool:
    """Whether a method can take the problem's number of objectives."""
    if method in PEER_SCRIPTS:
        return problem.objectives == 1 or method in SEVERAL_OBJECTIVES
    try:
        create(method.partition(":")[0], problem.space, seed=0, objectives=problem.objectives)
    except OptionError:
        return False
    return True


def contestant(method: str, problem: Problem, seed: int, trials: int, batch: int) -> Contestant:
    kind = Peer if method in PEER_SCRIPTS else Ours
    return kind(method, problem, seed, trials, batch)
