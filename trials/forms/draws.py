"""Tiny pictures of what a row draws: a scale's ticks, bars of steps, a distribution's shape; called by Draft.

Pure: from a parameter to the path of an SVG whose box is WIDTH × HEIGHT; the row's template draws it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Numeric

WIDTH, HEIGHT = 72, 22
#: More steps than this are a scale, not bars.
MOST_BARS = 24
#: Distributions that are even, or a bell, only on a logarithmic axis.
LOGARITHMIC = ("lognorm", "loguniform", "reciprocal")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """`kind` is scale, bars or shape; `path` is an SVG path's data, `minor` that of a scale's small ticks."""

    kind: str
    path: str
    minor: str = ""


def picture(parameter: object) -> Picture | None:
    """How draws of a numeric parameter spread between its ends; None for choices."""
    if not isinstance(parameter, Numeric):
        return None
    levels = parameter.grid_levels if parameter.points is not None else parameter.levels
    if levels is not None and levels.count <= MOST_BARS:
        return _bars(parameter, np.array([levels.code(index) for index in range(levels.count)]))
    if parameter.distribution is not None:
        return _shape(parameter)
    return _scale(parameter)


def _axis(parameter: Numeric, codes: Floats) -> Floats:
    """Positions from 0 to WIDTH on the axis on which people picture the parameter."""
    low, high = parameter.bounds
    distribution = parameter.distribution
    if parameter.log or (distribution is not None and distribution.name in LOGARITHMIC and low > 0):
        codes, low, high = np.log(codes), math.log(low), math.log(high)
    return WIDTH * (codes - low) / ((high - low) or 1.0)


def _bars(parameter: Numeric, codes: Floats) -> Picture:
    """A bar for each value, as high as it is likely."""
    width = min(4.0, max(1.0, 0.5 * WIDTH / len(codes)))
    at = width / 2 + _axis(parameter, codes) * (WIDTH - width) / WIDTH
    heights = np.full(len(codes), 0.8)
    if parameter.distribution is not None and len(codes) > 1:
        mass = np.gradient(parameter.to_unit(codes))
        heights = 0.08 + 0.9 * mass / mass.max()
    return Picture("bars", "".join(_bar(x, width, height) for x, height in zip(at, heights, strict=True)))


def _bar(middle: float, width: float, height: float) -> str:
    return f"M{middle - width / 2:.1f} {HEIGHT}v{-height * HEIGHT:.1f}h{width:.1f}v{height * HEIGHT:.1f}z"


def _shape(parameter: Numeric) -> Picture:
    """The density, its highest point at the top."""
    low, high = parameter.bounds
    at = np.linspace(0.0, WIDTH, 49)
    codes = low + (high - low) * at / WIDTH
    if parameter.distribution is not None and parameter.distribution.name in LOGARITHMIC and low > 0:
        codes = np.exp(math.log(low) + (math.log(high) - math.log(low)) * at / WIDTH)
    density = np.gradient(parameter.to_unit(np.rint(codes) if parameter.levels is not None else codes))
    density = np.convolve(np.pad(density, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    tops = HEIGHT * (1 - 0.92 * density / density.max())
    line = "".join(f"L{x:.1f} {y:.1f}" for x, y in zip(at, tops, strict=True))
    return Picture("shape", f"M0 {HEIGHT}{line}L{WIDTH} {HEIGHT}z")


def _scale(parameter: Numeric) -> Picture:
    """A ruler: even ticks on a linear scale, those of logarithmic paper on a logarithmic one."""
    low, high = parameter.bounds
    if not parameter.log:
        major, minor = np.linspace(0, WIDTH, 4)[1:-1], np.linspace(0, WIDTH, 16)
        return Picture("scale", _ticks(major, 0.65), _ticks(minor, 0.3))
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = math.ceil((last - first) / 8)
    decades = [10.0**power for power in range(first, last + 1, every)]
    digits = range(2, 10) if last - first <= 4 else (2, 5) if last - first <= 8 else ()
    between = [digit * decade for decade in decades for digit in digits]
    ticks = [_axis(parameter, np.array([x for x in xs if low <= x <= high])) for xs in (decades, between)]
    return Picture("scale", _ticks(ticks[0], 0.65), _ticks(ticks[1], 0.3))


def _ticks(at: Floats, height: float) -> str:
    return "".join(f"M{x:.1f} {HEIGHT}v{-height * HEIGHT:.1f}" for x in np.clip(at, 0.5, WIDTH - 0.5))
