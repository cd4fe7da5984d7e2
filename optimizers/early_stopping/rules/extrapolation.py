"""Extrapolation: stops a trial whose learning curve, continued to its end, will hardly beat the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, stdtr

from optimizers.early_stopping.base import Curve, Floats, Reason, Rule, Warmup, whose

_MOST_POINTS = 60
_POWERS = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_RATES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
#: Prior of level and drop in units of the curve's range: wide. Noise: a hundredth of it, worth two points.
_PRIOR_SPREAD, _NOISE, _NOISE_POINTS = 3.0, 0.01, 2.0
#: Families are only roughly right: so much of the predicted further change is uncertain on top.
_DISCREPANCY = 0.25


class Extrapolation(Rule):
    """Averages over curve families (after Domhan 2015): y = c + a·g(step), g a power or an exponential.

    For each shape of g, c and a have a normal-inverse-gamma prior, so that evidence and prediction are exact:
    the end of the curve is a mixture of Student's t, and the chance to beat the best needs no sampling.
    """

    name = "extrapolation"
    title = "Extrapolated learning curve"
    summary = "Stops a trial whose learning curve, continued to its end, will hardly beat the best."
    fits = ("steps",)

    @dataclass(frozen=True)
    class Options(Warmup):
        p: float = field(
            default=0.05,
            metadata={"help": "Stop below this probability to beat the best.", "min": 1e-6, "max": 0.5},
        )
        least_reports: int = field(
            default=4, metadata={"help": "How many reports a curve needs.", "min": 3, "max": 1000}
        )

    def _judge(self, own: Curve, finished: Sequence[Curve], total: float) -> Reason | None:
        best = self.best(finished)
        target, level = float(best.least[-1]), float(own.least[-1])
        if len(own) < self.options.least_reports or not total or level <= target:
            return None
        end = extrapolate(own.steps, own.values, total)
        chance = end.below(target)
        if chance >= self.options.p:
            return None
        return Reason(
            f"At {self.after(own)} of {total:g} its curve pointed to {{end}} (± {end.std:.2g}), and "
            f"beats {{best}} of {whose(best)} with a probability of {100 * chance:.2g} % only",
            {"end": end.mean, "best": target},
        )


class End(NamedTuple):
    """Where a curve will end: a mixture of Student's t."""

    weights: Floats
    means: Floats
    spreads: Floats
    freedom: float

    @property
    def mean(self) -> float:
        return float(self.weights @ self.means)

    @property
    def std(self) -> float:
        """Between shapes and within them."""
        inner = self.spreads**2 * self.freedom / (self.freedom - 2)
        return float(np.sqrt(self.weights @ (inner + (self.means - self.mean) ** 2)))

    def below(self, value: float) -> float:
        """The probability of an end below `value`."""
        return float(self.weights @ stdtr(self.freedom, (value - self.means) / self.spreads))


def extrapolate(steps: Floats, values: Floats, total: float) -> End:
    """The value at step `total`, from (n,) values at (n,) ascending steps, n ≥ 3."""
    kept = np.unique(np.linspace(0, len(steps) - 1, _MOST_POINTS).round().astype(int))
    times, seen = steps[kept], values[kept]
    last, size = float(seen[-1]), float(np.ptp(seen)) or max(abs(float(seen[-1])), 1.0)
    scaled = (seen - last) / size
    first = max(float(times[0]), total * 1e-6)
    ends = np.append(times, total)  # every shape at the steps seen, and at the end
    shapes = [(np.maximum(ends, first) / first) ** -power for power in _POWERS]
    shapes += [np.exp(-rate * ends / total) for rate in _RATES]
    fits = [_fit(shape[:-1], scaled, float(shape[-1])) for shape in shapes]
    evidence, means, scales = (np.array(column) for column in zip(*fits, strict=True))
    weights = np.exp(evidence - logsumexp(evidence))
    spreads = np.sqrt(scales**2 + (_DISCREPANCY * means) ** 2)
    return End(weights, last + size * means, size * spreads, _NOISE_POINTS + len(seen))


def _fit(shape: Floats, values: Floats, at_end: float) -> tuple[float, float, float]:
    """Log evidence, and location and scale of the prediction at the end, for y = c + a·shape."""
    n = len(values)
    design = np.column_stack([np.ones(n), shape])
    precision = np.eye(2) * (_NOISE / _PRIOR_SPREAD) ** 2
    updated = precision + design.T @ design
    coefficients = np.linalg.solve(updated, design.T @ values)
    shape_0, scale_0 = _NOISE_POINTS / 2, _NOISE_POINTS / 2 * _NOISE**2
    rest = values - design @ coefficients
    scale_n = scale_0 + 0.5 * float(rest @ rest + coefficients @ precision @ coefficients)
    shape_n = shape_0 + n / 2
    evidence = -0.5 * np.linalg.slogdet(updated)[1] - shape_n * np.log(scale_n)
    row = np.array([1.0, at_end])
    variance = scale_n / shape_n * (1.0 + float(row @ np.linalg.solve(updated, row)))
    return float(evidence), float(row @ coefficients), float(np.sqrt(variance))
