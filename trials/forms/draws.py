"""Pictures of what a row draws: a scale's ticks, bars of steps, a distribution's shape; called by the drafts.

Pure: from a parameter to the paths of an SVG of a given size, which the row's template draws. Over it lie the
belief (`prior`) and a mark at the default.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Distribution, Numeric

from .numbers import typed

#: In a row, and in the details below it.
SMALL, LARGE = (72, 22), (400, 84)
#: More steps than this, for every 3 units of width, are a scale and no bars.
UNITS_PER_BAR = 3
#: Distributions that are even, or a bell, only on a logarithmic axis.
LOGARITHMIC = ("lognorm", "loguniform", "reciprocal")
MOST_LABELS = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Label:
    """A number under the axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Picture:
    """`kind` is scale, bars or shape; `path` is an SVG path's data, `minor` that of a scale's small ticks.

    `prior` is the belief's curve, "" without one; `default` the position of the default, None without one.
    """

    width: int
    height: int
    kind: str
    path: str
    minor: str = ""
    prior: str = ""
    default: float | None = None
    labels: tuple[Label, ...] = ()


def picture(parameter: object, size: tuple[int, int] = SMALL) -> Picture | None:
    """How draws of a numeric parameter spread between its ends; None for choices."""
    return _Drawing(parameter, *size).picture() if isinstance(parameter, Numeric) else None


class _Drawing:
    """One parameter on an axis of `width` units, drawn `height` units high."""

    def __init__(self, parameter: Numeric, width: int, height: int) -> None:
        self.parameter, self.width, self.height = parameter, width, height
        self.low, self.high = parameter.bounds
        named = parameter.distribution is not None and parameter.distribution.name in LOGARITHMIC
        self.log = parameter.log or (named and self.low > 0)

    def picture(self) -> Picture:
        kind, path, minor = self._main()
        default = self.parameter.default
        return Picture(
            self.width, self.height, kind, path, minor,
            prior=self._curve(self._prior_masses()),
            default=None if default is None else round(float(self.at(np.array([default]))[0]), 1),
            labels=self._labels(),
        )  # fmt: skip

    def at(self, codes: Floats) -> Floats:
        """Positions from 0 to the width, on the axis on which people picture the parameter."""
        low, high = self.low, self.high
        if self.log:
            codes, low, high = np.log(codes), math.log(low), math.log(high)
        return self.width * (codes - low) / ((high - low) or 1.0)

    def _edges(self, count: int) -> Floats:
        """Codes at even distances on the axis."""
        share = np.linspace(0.0, 1.0, count)
        if self.log:
            return np.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        return self.low + share * (self.high - self.low)

    def _main(self) -> tuple[str, str, str]:
        parameter = self.parameter
        levels = parameter.grid_levels if parameter.points is not None else parameter.levels
        if levels is not None and levels.count <= self.width // UNITS_PER_BAR:
            return self._bars(np.array([levels.code(index) for index in range(levels.count)]))
        if parameter.distribution is not None:
            return "shape", self._area(self._masses()), ""
        return self._logarithmic() if self.log else self._linear()

    # --- what is drawn ----------------------------------------------------------------------------------
    def _bars(self, codes: Floats) -> tuple[str, str, str]:
        """A bar for each value, as high as it is likely."""
        width = min(4.0, max(1.0, 0.5 * self.width / len(codes)))
        at = width / 2 + self.at(codes) * (self.width - width) / self.width
        heights = np.full(len(codes), 0.8)
        if self.parameter.distribution is not None and len(codes) > 1:
            mass = np.gradient(self.parameter.to_unit(codes))
            heights = 0.08 + 0.9 * mass / mass.max()
        bars = [self._bar(x, width, height) for x, height in zip(at, heights, strict=True)]
        return "bars", "".join(bars), ""

    def _bar(self, middle: float, width: float, height: float) -> str:
        tall = height * self.height
        return f"M{middle - width / 2:.1f} {self.height}v{-tall:.1f}h{width:.1f}v{tall:.1f}z"

    def _masses(self) -> Floats:
        """The share of the draws in each of the bins of the axis."""
        codes = self._edges(49)
        whole = self.parameter.levels is not None
        masses = np.gradient(self.parameter.to_unit(np.rint(codes) if whole else codes))
        return np.convolve(np.pad(masses, 1, mode="edge"), np.ones(3) / 3, mode="valid")

    def _prior_masses(self) -> Floats | None:
        """The share of the belief in each of the bins, None without a belief or with none of it here."""
        prior: Distribution | None = self.parameter.prior
        if prior is None or self.high <= self.low:
            return None
        shares = np.nan_to_num(prior.cdf(self._edges(min(90, self.width) + 2)))
        masses = np.diff(shares)
        return masses if masses.max() > 0 else None

    def _area(self, masses: Floats) -> str:
        line = "".join(f"L{x:.1f} {y:.1f}" for x, y in self._points(masses))
        return f"M0 {self.height}{line}L{self.width} {self.height}z"

    def _curve(self, masses: Floats | None) -> str:
        if masses is None:
            return ""
        return "".join(f"{'L' if n else 'M'}{x:.1f} {y:.1f}" for n, (x, y) in enumerate(self._points(masses)))

    def _points(self, masses: Floats) -> list[tuple[float, float]]:
        """A line whose highest point is near the top."""
        at = np.linspace(0.0, self.width, len(masses))
        tops = self.height * (1 - 0.92 * masses / masses.max())
        return list(zip(at.tolist(), tops.tolist(), strict=True))

    def _linear(self) -> tuple[str, str, str]:
        """A ruler with even ticks."""
        fine, coarse = (16, 4) if self.width <= SMALL[0] else (41, 5)
        major, minor = np.linspace(0, self.width, coarse)[1:-1], np.linspace(0, self.width, fine)
        return "scale", self._ticks(major, 0.65), self._ticks(minor, 0.3)

    def _logarithmic(self) -> tuple[str, str, str]:
        """Ticks as on logarithmic paper."""
        decades, digits = self._decades()
        between = [digit * decade for decade in decades for digit in digits]
        major, minor = (
            self.at(np.array([x for x in xs if self.low <= x <= self.high])) for xs in (decades, between)
        )
        return "scale", self._ticks(major, 0.65), self._ticks(minor, 0.3)

    def _decades(self) -> tuple[list[float], range | tuple[int, ...]]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        decades = [10.0**power for power in range(first, last + 1, math.ceil((last - first) / 8) or 1)]
        fine = 4 if self.width <= SMALL[0] else 8
        digits = range(2, 10) if last - first <= fine else (2, 5) if last - first <= 2 * fine else ()
        return decades, digits

    def _ticks(self, at: Floats, height: float) -> str:
        tall = height * self.height
        return "".join(f"M{x:.1f} {self.height}v{-tall:.1f}" for x in np.clip(at, 0.5, self.width - 0.5))

    # --- the axis' numbers --------------------------------------------------------------------------------
    def _labels(self) -> tuple[Label, ...]:
        """The ends and a few round numbers between them that keep clear of the ends."""
        if self.width <= SMALL[0]:
            return ()
        room = 0.14 * self.width
        between = [
            Label(round(x, 1), typed(code))
            for code, x in ((code, float(self.at(np.array([code]))[0])) for code in self._round_numbers())
            if room < x < self.width - room
        ]
        every = math.ceil(len(between) / MOST_LABELS) or 1
        return (Label(0.0, _short(self.low)), *between[::every], Label(self.width, _short(self.high)))

    def _round_numbers(self) -> list[float]:
        if self.log:
            decades, _ = self._decades()
            return decades if len(decades) > 2 else [digit * decades[0] for digit in (2, 5, 10, 20, 50)]
        step = 10 ** math.floor(math.log10((self.high - self.low) or 1.0))
        step = next(
            size for size in (step / 5, step / 2, step, step * 2) if (self.high - self.low) / size <= 6
        )
        first = math.ceil(self.low / step)
        return [
            float(f"{number * step:.10g}") for number in range(first, first + 8) if number * step < self.high
        ]


def _short(value: float) -> str:
    return typed(float(f"{value:.4g}") if abs(value) < 1e15 else value)
