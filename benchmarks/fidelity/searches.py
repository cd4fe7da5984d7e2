"""One search on a learning-curve problem, by one of our optimizers or by a peer; called by run.

The cost is counted in units of training. Whoever goes on with a configuration pays for what is added only;
what counts is the least loss of a full training so far.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.fidelity.problems import FULL, CurveProblem
from benchmarks.optimizers.contestants import PEERS_HOME
from benchmarks.optimizers.conversation import Conversation
from benchmarks.optimizers.digest import version_of
from optimizers import Result, SpaceExhausted, create


@dataclass
class Ledger:
    """What a search has spent and found.

    steps: (cost, least loss of a full training) at each change.  seconds: processor time of the method.
    """

    problem: CurveProblem
    budget: int
    cost: int = 0
    evaluations: int = 0
    full: int = 0
    seconds: float = 0.0
    steps: list[tuple[int, float]] = field(default_factory=list)

    def pay(self, units: int, reached: int, value: float) -> None:
        """Units were trained, the last of which came out with a value."""
        self.cost += units
        self.evaluations += 1
        if reached == FULL:
            self.full += 1
            if self.cost <= self.budget and (not self.steps or value < self.steps[-1][1]):
                self.steps.append((self.cost, float(f"{value:.6g}")))


Search = Callable[[Ledger, int], str]
"""Spends a ledger's budget with a seed; returns what searched, with its version."""


def ours(method: str) -> Search:
    """An optimizer of the library with options, as "asha:eta=4"; "auto-full" is auto without the fidelity."""
    name, _, text = method.partition(":")
    options = {key: json.loads(value) for key, value in (pair.split("=") for pair in text.split(",") if pair)}
    full_only = name.endswith("-full")
    name = name.removesuffix("-full")

    def search(ledger: Ledger, seed: int) -> str:
        hints = {} if full_only else {"min_fidelity": 1, "max_fidelity": FULL}
        optimizer = create(
            name, ledger.problem.space, seed=seed, budget=ledger.budget / FULL, **hints, **options
        )
        reached: dict[int, int] = {}
        while ledger.cost < ledger.budget:
            begun = time.process_time()
            try:
                asked = optimizer.ask(ledger.evaluations)
            except SpaceExhausted:
                break
            assert asked is not None
            goal = FULL if asked.fidelity is None else round(asked.fidelity)
            reached[asked.number] = goal
            value = float(ledger.problem.curve(asked.params)[goal - 1])
            ledger.pay(goal - (0 if asked.parent is None else reached[asked.parent]), goal, value)
            told = Result(
                asked.number,
                asked.params,
                value,
                fidelity=asked.fidelity,
                parent=asked.parent,
                start_from=asked.start_from,
            )
            optimizer.tell([told])
            ledger.seconds += time.process_time() - begun
        return version_of(name)

    return search


def optuna_tpe(pruner: str) -> Search:
    """Optuna's TPE with one of its pruners, which sees the loss after each unit."""

    def search(ledger: Ledger, seed: int) -> str:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.CRITICAL)
        study = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=seed), pruner=_optuna_pruner(optuna.pruners, pruner)
        )
        parameters = ledger.problem.space.to_dict()["parameters"]
        while ledger.cost < ledger.budget:
            begun = time.process_time()
            trial = study.ask()
            params = {each["name"]: _optuna_value(trial, each) for each in parameters}
            losses = ledger.problem.curve(params)
            reached = 0
            for loss in losses.tolist():
                reached += 1
                trial.report(loss, reached)
                if reached < FULL and trial.should_prune():
                    break
            if reached < FULL:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                study.tell(trial, losses[-1])
            ledger.seconds += time.process_time() - begun
            ledger.pay(reached, reached, float(losses[reached - 1]))
        return f"optuna {optuna.__version__}"

    return search


def _optuna_pruner(pruners: Any, name: str) -> Any:
    if name == "hyperband":
        return pruners.HyperbandPruner(min_resource=1, max_resource=FULL, reduction_factor=3)
    if name == "asha":
        return pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    return {"median": pruners.MedianPruner, "wilcoxon": pruners.WilcoxonPruner, "none": pruners.NopPruner}[
        name
    ]()


def _optuna_value(trial: Any, parameter: dict[str, Any]) -> Any:
    name = parameter["name"]
    if parameter["type"] == "integer":
        return trial.suggest_int(
            name, int(parameter["low"]), int(parameter["high"]), step=int(parameter.get("step") or 1)
        )
    return trial.suggest_categorical(name, parameter["choices"])


def smac(ledger: Ledger, seed: int) -> str:
    """SMAC3's multi-fidelity facade in an environment of its own; it goes on from what is trained too."""
    start = {
        "parameters": ledger.problem.space.to_dict()["parameters"],
        "objectives": 1,
        "seed": seed,
        "trials": 4 * ledger.budget,
        "batch": 1,
        "fidelity": [1, FULL],
    }
    script = Path(__file__).parent / "peers" / "smac_fidelity.py"
    peer = Conversation(PEERS_HOME / "smac" / "bin" / "python", script, start)
    reached: dict[str, int] = {}
    try:
        while ledger.cost < ledger.budget:
            answer = peer.answer({"ask": 1})
            asked = answer["params"][0]
            key, goal = json.dumps(asked["params"], sort_keys=True), round(asked["fidelity"])
            value = float(ledger.problem.curve(asked["params"])[goal - 1])
            ledger.pay(max(0, goal - reached.get(key, 0)), goal, value)
            reached[key] = max(goal, reached.get(key, 0))
            ledger.seconds += answer["seconds"] + peer.answer({"tell": [value]})["seconds"]
    finally:
        peer.close()
    return peer.version


PEERS: dict[str, Search] = {
    "optuna-tpe-hyperband": optuna_tpe("hyperband"),
    "optuna-tpe-asha": optuna_tpe("asha"),
    "optuna-tpe-median": optuna_tpe("median"),
    "optuna-tpe-wilcoxon": optuna_tpe("wilcoxon"),
    "optuna-tpe-full": optuna_tpe("none"),
    "smac-fidelity": smac,
}


def search_of(method: str) -> Search:
    return PEERS[method] if method in PEERS else ours(method)
