"""How long one ask and tell takes, for every optimizer and several numbers of results; run by hand.

python -m benchmarks.optimizers.ask_time [--asks 30] [--results 100 1000 10000] [--only auto optuna-tpe]

Ten mixed parameters, one thread, processor time. Each row is a process of its own: it tells that many random
results, asks once (`cold`: telling them and that first ask, all caches empty, as in a new worker), then goes
on asking and telling, refits of models included. `memory` is the most the process ever held, Python and its
libraries included. Optuna's TPE, in memory, is measured beside them when it is installed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
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
    """Processor seconds of telling all and asking once, and of each ask and tell after it; memory in MB."""

    cold: float
    later: Sequence[float]
    memory: float


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
    begin = time.process_time()
    optimizer = create(name, SPACE, seed=0, budget=len(results) + asks)
    optimizer.tell(results)

    def ask_and_tell(number: int) -> None:
        suggestion = optimizer.ask(number)
        if suggestion is not None:
            optimizer.tell([Result(number, suggestion.params, value_of(suggestion.params))])

    return _timed(begin, ask_and_tell, len(results), asks)


def measure_optuna(results: Sequence[Result], asks: int) -> Times | None:
    """The same with Optuna's TPE in memory; None when Optuna is not installed."""
    try:
        import optuna
    except ImportError:
        return None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    begin = time.process_time()
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

    def ask_and_tell(number: int) -> None:
        trial = study.ask(distributions)
        study.tell(trial, value_of(trial.params))

    return _timed(begin, ask_and_tell, len(results), asks)


def _timed(begin: float, ask_and_tell: Callable[[int], None], start: int, asks: int) -> Times:
    ask_and_tell(start)
    marks = [time.process_time()]
    for step in range(asks):
        ask_and_tell(start + 1 + step)
        marks.append(time.process_time())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Times(marks[0] - begin, np.diff(marks).tolist(), most)


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
        f"{later.max():>10.2f}{times.cold:>9.2f}{times.memory:>11.0f}"
    )


def measured(name: str, count: int, asks: int) -> str:
    """One row, or why there is none; runs in a process that does nothing else."""
    results = random_results(count)
    try:
        times = measure_optuna(results, asks) if name == "optuna-tpe" else measure(name, results, asks)
    except (SpaceExhausted, ValueError) as error:
        return f"{name:<14}{count:>8}  {error}"
    return f"{name:<14}{count:>8}  not installed" if times is None else row(name, count, times)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of an ask and tell, ten mixed parameters, one thread.")
    parser.add_argument("--asks", type=int, default=30)
    parser.add_argument("--results", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--only", nargs="+", default=[*available(), "optuna-tpe"])
    given = parser.parse_args()
    columns = f"{'median ms':>12}{'p95 ms':>10}{'worst ms':>10}{'cold s':>9}{'memory MB':>11}"
    print(f"{'optimizer':<14}{'results':>8}{columns}")
    for count in given.results:
        for name in given.only:
            if count <= MOST_RESULTS.get(name, count):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                    print(alone.submit(measured, name, count, given.asks).result(), flush=True)


if __name__ == "__main__":
    main()
