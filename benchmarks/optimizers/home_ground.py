"""Each optimizer against random search on the kind of problem it is made for; run by hand.

python -m benchmarks.optimizers.home_ground [--only tpe gp] [--seeds 10]

Prints, for each, the median best of both and the mean difference of the same seed in units of random search's
spread, with a 95 % bootstrap interval: below 0 the method is better. Several objectives: the hypervolume,
with its sign turned; for sobol, the largest gap between trials. The functions are cheap and have known least
values (0, unless said otherwise).
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers import Boolean, Categorical, Float, Integer, Result, Space, create
from optimizers.pareto import hypervolume

Params = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """A function of params on a space; several values make several objectives, measured up to `reference`."""

    space: Space
    function: Callable[[Params], float | tuple[float, ...]]
    trials: int
    reference: tuple[float, ...] = ()
    gap: bool = False
    """Whether what counts is how far the farthest place is from any trial."""


def numbers(params: Params) -> np.ndarray:
    return np.array(list(params.values()), dtype=float)


def box(dimensions: int, low: float, high: float) -> Space:
    return Space({f"x{number}": Float(low, high) for number in range(dimensions)})


def sphere(params: Params) -> float:
    return float(((numbers(params) - 1.3) ** 2).sum())


def rosenbrock(params: Params) -> float:
    x = numbers(params)
    return float((100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())


def ackley(params: Params) -> float:
    x = numbers(params) - 0.7
    bowl, waves = np.sqrt(np.mean(x**2)), np.mean(np.cos(2 * np.pi * x))
    return float(20.0 + np.e - 20.0 * np.exp(-0.2 * bowl) - np.exp(waves))


def rastrigin(params: Params) -> float:
    x = numbers(params) - 0.7
    return float(10.0 * len(x) + (x**2 - 10.0 * np.cos(2 * np.pi * x)).sum())


def branin(params: Params) -> float:
    """Least value 0.397887."""
    x, y = params["x"], params["y"]
    curve = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return float(curve**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


MIXED = Space(
    {
        "kind": Categorical(["a", "b", "c", "d"]),
        "n": Integer(1, 40),
        "x": Float(0.0, 1.0),
        "y": Float(0.0, 1.0, when={"kind": ["c", "d"]}),
        "flag": Boolean(),
        "size": Categorical([1, 2, 5, 10], ordered=True),
    }
)


def mixed(params: Params) -> float:
    base = {"a": 0.5, "b": 0.7, "c": 0.2, "d": 0.0}[params["kind"]]
    value = base + abs(params["n"] - 17) / 40 + (params["x"] - 0.3) ** 2 + 0.2 * params["flag"]
    return float(value + 0.05 * abs(params["size"] - 5) + 2.0 * (params.get("y", 0.8) - 0.8) ** 2)


def plateaus(params: Params) -> float:
    """`mixed` in steps of 1/20, as the accuracies of a small data set."""
    return round(20.0 * mixed(params)) / 20.0


SUBSET = Space({f"x{number}": Boolean() for number in range(14)} | {"k": Integer(1, 30)})


def subset(params: Params) -> float:
    """Choose features: those that are right, and pairs that only count together."""
    wanted = [number % 3 == 0 for number in range(14)]
    missed = sum(params[f"x{number}"] != wanted[number] for number in range(14))
    pairs = sum(params[f"x{number}"] and params[f"x{number + 1}"] for number in range(13))
    return float(missed + 0.5 * pairs + abs(params["k"] - 21) / 10)


def zdt1(params: Params) -> tuple[float, float]:
    x = numbers(params)
    scale = 1.0 + 9.0 * float(x[1:].mean())
    return float(x[0]), scale * (1.0 - float(np.sqrt(x[0] / scale)))


TEST = np.random.default_rng(0)
ZDT = box(5, 0.0, 1.0)
HOME: dict[str, Problem] = {
    "sobol": Problem(box(2, -5.0, 5.0), sphere, 32, gap=True),
    "tpe": Problem(MIXED, mixed, 60),
    "gp": Problem(Space({"x": Float(-5.0, 10.0), "y": Float(0.0, 15.0)}), branin, 30),
    "forest": Problem(MIXED, plateaus, 60),
    "bnn": Problem(box(6, -5.0, 5.0), sphere, 80),
    "turbo": Problem(box(12, -10.0, 10.0), ackley, 120),
    "auto": Problem(MIXED, mixed, 50),
    "cmaes": Problem(box(6, -2.0, 2.0), rosenbrock, 300),
    "de": Problem(box(6, -2.0, 2.0), rosenbrock, 300),
    "ga": Problem(box(6, -5.0, 5.0), rastrigin, 200),
    "pso": Problem(box(6, -5.0, 5.0), sphere, 200),
    "aco": Problem(MIXED, mixed, 120),
    "annealing": Problem(SUBSET, subset, 150),
    "nsga2": Problem(ZDT, zdt1, 120, (1.1, 6.0)),
    "parego": Problem(ZDT, zdt1, 40, (1.1, 6.0)),
    "ehvi": Problem(ZDT, zdt1, 40, (1.1, 6.0)),
}


def searched(name: str, problem: Problem, seed: int) -> float:
    """The least value found, or minus the hypervolume reached."""
    objectives = max(len(problem.reference), 1)
    optimizer = create(name, problem.space, seed=seed, budget=problem.trials, objectives=objectives)
    found, places = [], []
    for number in range(problem.trials):
        suggestion = optimizer.ask(number)
        if suggestion is None:
            raise RuntimeError(f"{name} waits though nothing is pending")
        value = problem.function(suggestion.params)
        found.append(value)
        places.append(suggestion.params)
        several = isinstance(value, tuple)
        told = {"values": value} if several else {"value": value}
        optimizer.tell([Result(number, suggestion.params, **told)])  # type: ignore[arg-type]
    if problem.gap:
        rows, somewhere = problem.space.encode_many(places), problem.space.sample_many(TEST, 2000)
        return float(np.sqrt(((somewhere[:, None] - rows) ** 2).sum(axis=2)).min(axis=1).max())
    if problem.reference:
        return -hypervolume(np.array(found), np.array(problem.reference))
    return float(np.min(found))


def interval(differences: np.ndarray) -> tuple[float, float, float]:
    """The mean and its 95 % bootstrap interval."""
    rng = np.random.default_rng(0)
    means = rng.choice(differences, size=(4000, len(differences))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(differences.mean()), float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description="Each optimizer against random search where it is at home.")
    parser.add_argument("--only", nargs="+", default=list(HOME), choices=list(HOME))
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    print(
        f"{'optimizer':<11}{'problem':<12}{'trials':>7}{'own':>10}{'random':>10}  difference [95 %]  ms/trial"
    )
    for name in given.only:
        problem = HOME[name]
        begun = time.process_time()
        own = np.array([searched(name, problem, seed) for seed in range(given.seeds)])
        spent = 1000.0 * (time.process_time() - begun) / given.seeds / problem.trials
        chance = np.array([searched("random", problem, seed) for seed in range(given.seeds)])
        mean, low, high = interval((own - chance) / max(float(chance.std()), 1e-12))
        print(
            f"{name:<11}{problem.function.__name__:<12}{problem.trials:>7}{np.median(own):>10.3g}"
            f"{np.median(chance):>10.3g}  {mean:.2f} [{low:.2f}, {high:.2f}]  {spent:.1f}"
            f"{'' if high < 0.0 else '  NOT BETTER'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
