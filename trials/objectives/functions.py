"""Functions with known optima, to try optimizers on; looked up by the objective of kind "function".

All are minimised. Sources: Surjanovic & Bingham, Virtual Library of Simulation Experiments (branin,
hartmann6, rosenbrock, ackley, rastrigin, styblinski_tang); the others are the project's own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers import Float, Integer, Space
from trials.objectives.base import Context, Evaluation, Fidelity

Params = Mapping[str, Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Argument:
    """A setting of a function in the objective's JSON: a number from `low` to `high`, or one of `choices`."""

    name: str
    default: float | int | str
    low: float = 0.0
    high: float = math.inf
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function to minimise.

    `free` functions take any space; the others need exactly the parameters of their own. `optimum` gives
    the least value for the arguments, None where there is none to know. One of several objectives names them
    in `metrics`, and what it measures besides in `beside`; it returns an Evaluation.
    """

    name: str
    summary: str
    evaluate: Callable[[Params, Arguments, Context], float | Evaluation]
    space: Callable[[Arguments], Space]
    optimum: Callable[[Arguments], float | None] = lambda arguments: None
    arguments: tuple[Argument, ...] = ()
    fidelity: Fidelity | None = None
    free: bool = False
    metrics: tuple[str, ...] = ("value",)
    beside: tuple[str, ...] = ()


NOISE = Argument("noise", 0.0, 0.0, 1e9)
SECONDS = Argument("seconds", 0.0, 0.0, 86_400.0)
DIMS = Argument("dims", 2, 1, 100)
HARTMANN_WEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
HARTMANN_SCALES = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
HARTMANN_CENTRES = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def branin(x: np.ndarray) -> float:
    bowl = x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6
    return float(bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10)


def hartmann6(x: np.ndarray) -> float:
    distances = (HARTMANN_SCALES * (x - HARTMANN_CENTRES) ** 2).sum(axis=1)
    return -float(HARTMANN_WEIGHTS @ np.exp(-distances))


def rosenbrock(x: np.ndarray) -> float:
    return float((100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum())


def ackley(x: np.ndarray) -> float:
    distance = math.sqrt((x**2).mean())
    return -20 * math.exp(-0.2 * distance) - math.exp(np.cos(2 * math.pi * x).mean()) + 20 + math.e


def rastrigin(x: np.ndarray) -> float:
    return float((x**2 - 10 * np.cos(2 * math.pi * x) + 10).sum())


def styblinski_tang(x: np.ndarray) -> float:
    return float((x**4 - 16 * x**2 + 5 * x).sum() / 2)


def additive(x: np.ndarray) -> float:
    """g(x) + h(y) with g a thousand times as wide as h."""
    return float((x[0] - 1) ** 2 + 1e-3 * (x[1] + 2) ** 2)


def parabola(params: Params, arguments: Arguments, context: Context) -> float:
    """The sum of (v − 0.3)² over all numbers among `params`: cheap, and defined on any space."""
    time.sleep(arguments.get("seconds", 0.0))
    numbers = [value for value in params.values() if isinstance(value, int | float)]
    return float(sum((value - 0.3) ** 2 for value in numbers))


def on_vector(formula: Callable[[np.ndarray], float]) -> Callable[[Params, Arguments, Context], float]:
    """`formula` over the params in the order of their names' numbers, with the noise and the pause asked
    for.
    """

    def evaluate(params: Params, arguments: Arguments, context: Context) -> float:
        time.sleep(arguments["seconds"])
        ordered = sorted(params, key=lambda name: (len(name), name))
        noise = generator(context).normal(0, arguments["noise"])
        return float(formula(np.array([params[name] for name in ordered], dtype=float)) + noise)

    return evaluate


def generator(context: Context) -> np.random.Generator:
    """The random numbers of one trial."""
    return np.random.default_rng([abs(context.study_seed), context.number or 0])


def error_after(params: Params, epochs: float) -> float:
    """The error of the made-up network after so many epochs."""
    rate = math.log10(params["learning_rate"])
    floor = 0.05 + 0.05 * (rate + 2.5) ** 2 + 0.04 * math.log2(params["units"] / 128) ** 2 / 4
    floor += 0.3 * (params["dropout"] - 0.2) ** 2
    return floor + math.exp(-0.08 * 3 ** (rate + 3) * epochs)


def learning_curve(params: Params, arguments: Arguments, context: Context) -> Evaluation:
    """An error that falls with every epoch; high learning rates fall fast and end high, so that curves
    cross.
    """
    error, until = 1.0, max(1, math.floor(context.fidelity or arguments["fidelity"]["max"]))
    state = context.checkpoint.load() or {"epochs": 0}
    for epoch in range(min(until, state["epochs"] + 1), until + 1):
        time.sleep(arguments["seconds"])
        error = error_after(params, epoch)
        context.report(epoch, error)
    context.checkpoint.save({"epochs": until})
    error += float(generator(context).normal(0, arguments["noise"]))
    return Evaluation((error,), resumed_from=float(state["epochs"]))


def learning_curve_space(arguments: Arguments) -> Space:
    return Space(
        {
            "learning_rate": Float(1e-4, 1.0, log=True),
            "units": Integer(8, 512, log=True),
            "dropout": Float(0.0, 0.8),
        }
    )


def cube(low: float, high: float, dims: int | None = None) -> Callable[[Arguments], Space]:
    """A space of x1, x2, … from `low` to `high`: `dims` of them, or as many as the arguments say."""

    def space(arguments: Arguments) -> Space:
        return Space({f"x{i}": Float(low, high) for i in range(1, (dims or arguments["dims"]) + 1)})

    return space


def one_x(arguments: Arguments) -> Space:
    return Space({"x": Float(0.0, 1.0)})


def least(value: float) -> Callable[[Arguments], float]:
    return lambda arguments: value


KNOWN = (
    Function(
        name="branin",
        summary="Two parameters, three equally good valleys.",
        evaluate=on_vector(branin),
        space=lambda arguments: Space({"x1": Float(-5.0, 10.0), "x2": Float(0.0, 15.0)}),
        optimum=least(0.39788735772973816),
        arguments=(NOISE, SECONDS),
    ),
    Function(
        name="hartmann6",
        summary="Six parameters, six valleys, one of them the deepest.",
        evaluate=on_vector(hartmann6),
        space=cube(0.0, 1.0, dims=6),
        optimum=least(-3.3223680114155147),
        arguments=(NOISE, SECONDS),
    ),
    Function(
        name="rosenbrock",
        summary="A long bent valley: easy to find, slow to follow.",
        evaluate=on_vector(rosenbrock),
        space=cube(-5.0, 10.0),
        optimum=least(0.0),
        arguments=(Argument("dims", 2, 2, 100), NOISE, SECONDS),
    ),
    Function(
        name="ackley",
        summary="Nearly flat and bumpy far out, with a deep hole in the middle.",
        evaluate=on_vector(ackley),
        space=cube(-32.768, 32.768),
        optimum=least(0.0),
        arguments=(DIMS, NOISE, SECONDS),
    ),
    Function(
        name="rastrigin",
        summary="A bowl full of regular dents, each of which looks like the bottom.",
        evaluate=on_vector(rastrigin),
        space=cube(-5.12, 5.12),
        optimum=least(0.0),
        arguments=(DIMS, NOISE, SECONDS),
    ),
    Function(
        name="styblinski_tang",
        summary="Two valleys in each direction, one of them a little deeper.",
        evaluate=on_vector(styblinski_tang),
        space=cube(-5.0, 5.0),
        optimum=lambda arguments: -39.16616570377142 * arguments["dims"],
        arguments=(DIMS, NOISE, SECONDS),
    ),
    Function(
        name="additive",
        summary="One parameter matters, the other hardly: f(x, y) = g(x) + h(y) ≈ g(x).",
        evaluate=on_vector(additive),
        space=lambda arguments: Space({"x": Float(-5.0, 5.0), "y": Float(-5.0, 5.0)}),
        optimum=least(0.0),
        arguments=(NOISE, SECONDS),
    ),
    Function(
        name="learning_curve",
        summary="The error of a made-up network, epoch by epoch; whoever leads early does not always win.",
        evaluate=learning_curve,
        space=learning_curve_space,
        arguments=(NOISE, SECONDS),
        fidelity=Fidelity("epochs", 1, 27),
    ),
    Function(
        name="noop",
        summary="Returns at once: what remains is the cost of the machinery.",
        evaluate=parabola,
        space=one_x,
        optimum=least(0.0),
        free=True,
    ),
    Function(
        name="sleep",
        summary="Sleeps, then returns: a training that costs time and nothing else.",
        evaluate=parabola,
        space=one_x,
        optimum=least(0.0),
        arguments=(Argument("seconds", 1.0, 0.0, 86_400.0),),
        free=True,
    ),
)
