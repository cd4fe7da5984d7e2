"""How long one ask takes, for every optimizer and several numbers of results; run by hand.

python -m benchmarks.optimizers.ask_time [--asks 30] [--results 100 200 1000 10000] [--only tpe gp]

Ten mixed parameters, one thread. Each row tells that many random results, asks once (`first`: all caches
empty, as in a fresh worker), and then goes on asking and telling, refits of models included. Optuna's TPE
is measured beside them when it is installed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers import Boolean, Categorical, Float, Integer, Result, Space, SpaceExhausted, available, create

SPACE = Space(
    {
        "rate": Float(1e-5, 1e-1, log=True, points=3),
        "decay": Float(1e-7, 1e-1, log=True, points=3),
        "dropout": Float(0.0, 0.8, points=3),
        "momentum": Float(0.5, 0.999, points=3),
        "subsample": Float(0.3, 1.0, points=3),
        "depth": Integer(1, 15),
        "units": Integer(8, 1024, log=True),
        "activation": Categorical(["relu", "tanh", "gelu", "elu"]),
        "batch": Categorical([16, 32, 64, 128, 256], ordered=True),
        "warmup": Boolean(),
    }
)
# Beyond this many results a first ask has to fit a long chain of models, which takes minutes to no purpose.
MOST_RESULTS = {"gp": 1000}


@dataclass(frozen=True)
class Times:
    """Seconds of one first ask, and of the asks after it."""

    first: float
    later: Sequence[float]


def value_of(params: dict[str, Any]) -> float:
    """A smooth value with a category in it, cheap to compute."""
    rate, decay = np.log10(params["rate"]) + 2.5, np.log10(params["decay"]) + 4.0
    flat = {"relu": 0.0, "gelu": 0.1, "elu": 0.4, "tanh": 0.7}[params["activation"]]
    return float(
        rate**2 + 0.3 * decay**2 + (params["dropout"] - 0.3) ** 2 + flat + abs(params["depth"] - 6) / 9
    )


def random_results(count: int) -> list[Result]:
    rng = np.random.default_rng(0)
    drawn = [SPACE.sample(rng) for _ in range(count)]
    return [Result(number, params, value_of(params)) for number, params in enumerate(drawn)]


def measure(name: str, results: Sequence[Result], asks: int) -> Times:
    """Ask and tell `asks` times after a first ask."""
    optimizer = create(name, SPACE, seed=0, budget=len(results) + asks)
    optimizer.tell(results)

    def ask_and_tell(number: int) -> float:
        begin = time.perf_counter()
        suggestion = optimizer.ask(number)
        seconds = time.perf_counter() - begin
        if suggestion is not None:
            optimizer.tell([Result(number, suggestion.params, value_of(suggestion.params))])
        return seconds

    return _timed(ask_and_tell, len(results), asks)


def measure_optuna(results: Sequence[Result], asks: int) -> Times | None:
    """The same with Optuna's TPE in memory; None when Optuna is not installed."""
    try:
        import optuna
    except ImportError:
        return None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    distributions = _optuna_distributions(optuna.distributions)
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=dict(result.params), distributions=distributions, value=result.value
            )
            for result in results
        ]
    )

    def ask_and_tell(number: int) -> float:
        begin = time.perf_counter()
        trial = study.ask(distributions)
        seconds = time.perf_counter() - begin
        study.tell(trial, value_of(trial.params))
        return seconds

    return _timed(ask_and_tell, len(results), asks)


def _timed(ask_and_tell: Callable[[int], float], start: int, asks: int) -> Times:
    first = ask_and_tell(start)
    return Times(first, [ask_and_tell(start + 1 + step) for step in range(asks)])


def _optuna_distributions(kinds: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, parameter in SPACE.parameters.items():
        if isinstance(parameter, Float):
            made[name] = kinds.FloatDistribution(*parameter.bounds, log=parameter.log)
        elif isinstance(parameter, Integer):
            made[name] = kinds.IntDistribution(*map(int, parameter.bounds), log=parameter.log)
        else:
            made[name] = kinds.CategoricalDistribution(parameter.choices)  # type: ignore[attr-defined]
    return made


def row(name: str, count: int, times: Times) -> str:
    later = np.array(times.later) * 1000.0
    return (
        f"{name:<14}{count:>8}{np.median(later):>12.2f}{np.percentile(later, 95):>10.2f}"
        f"{later.max():>10.2f}{times.first * 1000.0:>12.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of one ask, ten mixed parameters, one thread.")
    parser.add_argument("--asks", type=int, default=30)
    parser.add_argument("--results", type=int, nargs="+", default=[100, 200, 1000, 10000])
    parser.add_argument("--only", nargs="+", default=[*available(), "optuna-tpe"])
    given = parser.parse_args()
    print(f"{'optimizer':<14}{'results':>8}{'median ms':>12}{'p95 ms':>10}{'worst ms':>10}{'first ms':>12}")
    for count in given.results:
        results = random_results(count)
        for name in given.only:
            if count > MOST_RESULTS.get(name, count):
                continue
            try:
                optuna = name == "optuna-tpe"
                times = measure_optuna(results, given.asks) if optuna else measure(name, results, given.asks)
            except (SpaceExhausted, ValueError) as error:
                print(f"{name:<14}{count:>8}  {error}")
                continue
            if times is not None:
                print(row(name, count, times), flush=True)


if __name__ == "__main__":
    main()
