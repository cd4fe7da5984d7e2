"""The axis of a study's values: logarithmic or not, how far it reaches, where its ticks are. Pure.

Called by the figure steps of charts that draw values.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Minimised values that span more than this factor are shown on a logarithmic axis.
LOG_FACTOR = 3.0
#: A linear axis is cut when the worst value lies this many times as far from the best as most values do.
CUT_FACTOR = 6.0
_FEWEST_TO_CUT = 8
#: Keeps differences of values finite.
_HUGE = 1e300
#: Where marks of values beyond the edge sit, as a share of the axis.
_INSET = 0.05


@dataclass(frozen=True)
class Scale:
    """An axis range. `low` and `high` are in axis units: log10 of the value when `log`."""

    log: bool
    low: float
    high: float

    def place(self, value: float) -> float:
        """Return the value in axis units."""
        return math.log10(value) if self.log and value > 0 else max(-_HUGE, min(_HUGE, value))

    def inside(self, value: float) -> bool:
        return (value > 0 or not self.log) and self.low <= self.place(value) <= self.high

    def beyond(self, values: Sequence[float]) -> int:
        """Return how many of the values lie outside; a logarithmic axis holds them all."""
        return 0 if self.log else sum(not self.low <= value <= self.high for value in values)

    def above(self, value: float) -> bool:
        return self.place(value) > self.high

    def edge(self, value: float) -> float:
        """Return the value, or one just inside the edge of the axis when it lies beyond."""
        if self.inside(value):
            return value
        inset = _INSET * (self.high - self.low)
        edge = self.high - inset if self.above(value) else self.low + inset
        return 10**edge if self.log else edge

    def axis(self) -> dict[str, Any]:
        """Return the keys of a Plotly axis."""
        shared = {"range": [self.low, self.high]}
        if not self.log:
            return {**shared, "type": "linear", "nticks": 6, "exponentformat": "power"}
        ticks = log_ticks(self.low, self.high)
        if len(ticks) < 2:
            return {**shared, "type": "log", "nticks": 6}
        return {
            **shared,
            "type": "log",
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [_label(tick) for tick in ticks],
        }


def scale_of(values: Sequence[float], *, maximize: bool, foot: float = 0.06, head: float = 0.06) -> Scale:
    """Return the axis for at least one finite value.

    `foot` and `head` are the shares of the axis kept free below the lowest and above the highest value.
    Only minimised values get a logarithmic axis: it spreads those near zero, which a maximised metric
    has at its bad end. Far outliers on the bad side of a linear axis are left outside, so that they do
    not flatten the rest.
    """
    low, high = min(values), max(values)
    log = not maximize and low > 0 and high / low > LOG_FACTOR
    low, high = (math.log10(low), math.log10(high)) if log else _without_outliers(values, maximize)
    span = high - low
    if span == 0:
        span = 0.1 if log else abs(low) * 0.1 or 1.0
        low, high = low - span / 2, high + span / 2
    unit = span / (1 - foot - head)
    return Scale(log=log, low=low - foot * unit, high=high + head * unit)


def _without_outliers(values: Sequence[float], maximize: bool) -> tuple[float, float]:
    low, high = max(-_HUGE, min(values)), min(_HUGE, max(values))
    if len(values) < _FEWEST_TO_CUT:
        return low, high
    distances = sorted(high - value if maximize else value - low for value in values)
    usual = distances[round(0.8 * (len(values) - 1))]
    if usual == 0 or high - low <= CUT_FACTOR * usual:
        return low, high
    return (high - 1.5 * usual, high) if maximize else (low, low + 1.5 * usual)


def log_ticks(low: float, high: float) -> list[float]:
    """Round values between two powers of ten, about four to seven of them."""
    decades = high - low
    first, last = max(-307, math.floor(low)), min(307, math.floor(high))  # what a float can hold
    if decades > 4:
        step = math.ceil(decades / 6)
        return [10.0**k for k in range(first, last + 1) if k % step == 0 and k >= low]
    if decades > 2:
        digits: tuple[float, ...] = (1,)
    elif decades > 0.9:
        digits = (1, 2, 5)
    elif decades > 0.4:
        digits = (1, 1.5, 2, 3, 4, 6, 8)
    else:
        digits = (1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9)
    ticks = (digit * 10.0**k for k in range(first, last + 1) for digit in digits)
    return [float(f"{tick:.6g}") for tick in ticks if low <= math.log10(tick) <= high]


def _label(tick: float) -> str:
    power = math.floor(math.log10(tick) + 1e-9)
    if -4 <= power <= 4:
        return f"{tick:.10f}".rstrip("0").rstrip(".")
    digit = tick / 10.0**power
    sign = "−" if power < 0 else ""
    ten = f"10<sup>{sign}{abs(power)}</sup>"
    return ten if abs(digit - 1) < 1e-9 else f"{digit:g}×{ten}"
