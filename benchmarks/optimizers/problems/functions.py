"""Functions with known least values, in 2 to 20 dimensions, their optima moved away from any middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimizers.problems.base import Params, Problem
from optimizers import Float, Space

Floats = NDArray[np.float64]
Function = Callable[[Floats], float]

_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])
_A3 = np.array([[3.0, 10, 30], [0.1, 10, 35], [3.0, 10, 30], [0.1, 10, 35]])
_P3 = 1e-4 * np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]])
_A6 = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_P6 = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def box(dimensions: int, low: float, high: float) -> Space:
    return Space({f"x{number}": Float(low, high) for number in range(dimensions)})


def numbers(params: Params) -> Floats:
    return np.array(list(params.values()), dtype=float)


def branin(x: Floats) -> float:
    """On [−5, 10] × [0, 15]; least value 0.397887 at three places."""
    curve = x[1] - 5.1 / (4 * np.pi**2) * x[0] ** 2 + 5 / np.pi * x[0] - 6
    return float(curve**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x[0]) + 10)


def hartmann3(x: Floats) -> float:
    """On the unit cube; least value −3.86278."""
    return -float(_ALPHA @ np.exp(-(_A3 * (x - _P3) ** 2).sum(axis=1)))


def hartmann6(x: Floats) -> float:
    """On the unit cube; least value −3.32237."""
    return -float(_ALPHA @ np.exp(-(_A6 * (x - _P6) ** 2).sum(axis=1)))


def ackley(x: Floats) -> float:
    waves = float(np.mean(np.cos(2 * np.pi * x)))
    return float(20.0 + np.e - 20.0 * np.exp(-0.2 * np.sqrt(np.mean(x**2))) - np.exp(waves))


def levy(x: Floats) -> float:
    """Least value 0 where every x is 1."""
    w = 1.0 + (x - 1.0) / 4.0
    middle = ((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2)).sum()
    last = (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)
    return float(np.sin(np.pi * w[0]) ** 2 + middle + last)


def rastrigin(x: Floats) -> float:
    return float(10.0 * len(x) + (x**2 - 10.0 * np.cos(2 * np.pi * x)).sum())


def rosenbrock(x: Floats) -> float:
    """Least value 0 where every x is 1."""
    return float((100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())


def styblinski_tang(x: Floats) -> float:
    """Least value −39.16617 for each dimension, where every x is −2.903534."""
    return float((x**4 - 16 * x**2 + 5 * x).sum() / 2.0)


def moved(function: Function, dimensions: int, spread: float) -> Function:
    """The function with its optimum elsewhere in each dimension, at most `spread` away, always the same."""
    shift = np.random.default_rng(dimensions).uniform(-spread, spread, dimensions)
    return lambda x: function(x - shift)


def exact(function: Function) -> Callable[[Params, int], float]:
    return lambda params, draw: function(numbers(params))


def _continuous(name: str, function: Function, space: Space, optimum: float) -> Problem:
    return Problem(name, "continuous", space, exact(function), optimum=optimum)


BRANIN_SPACE = Space({"x0": Float(-5.0, 10.0), "x1": Float(0.0, 15.0)})
BRANIN_LEAST, HARTMANN3_LEAST, HARTMANN6_LEAST = 0.397887357729739, -3.86277979, -3.32236801

CONTINUOUS = (
    _continuous("ackley_10", moved(ackley, 10, 6.0), box(10, -10.0, 10.0), 0.0),
    _continuous("branin_2", branin, BRANIN_SPACE, BRANIN_LEAST),
    _continuous("hartmann_3", hartmann3, box(3, 0.0, 1.0), HARTMANN3_LEAST),
    _continuous("hartmann_6", hartmann6, box(6, 0.0, 1.0), HARTMANN6_LEAST),
    _continuous("levy_20", moved(levy, 20, 4.0), box(20, -10.0, 10.0), 0.0),
    _continuous("rastrigin_4", moved(rastrigin, 4, 3.0), box(4, -5.12, 5.12), 0.0),
    _continuous("rosenbrock_5", rosenbrock, box(5, -2.0, 2.0), 0.0),
    _continuous("styblinski_tang_8", styblinski_tang, box(8, -5.0, 5.0), -39.16616570377142 * 8),
)
