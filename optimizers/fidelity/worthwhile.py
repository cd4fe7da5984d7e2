"""Which unfinished line is worth the rest of its training, if any; called by searches that train in parts.

Looking at a line early costs nothing, as it goes on from where it stopped. Then what is to be had for the
rest of its training, the expected improvement on the best full one, is weighed against what a new
configuration promises for all of a training. While too little has been trained fully the most promising goes
on in any case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.acquisition import log_expected_improvement
from optimizers.columns import Columns
from optimizers.fidelity.expected import Outlook, last_values
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import Promotion
from optimizers.surrogates.outcome import Posterior

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

# At most so many full trainings' worth are spent for each one that was made or is the next.
_SPENT = 1.5
# Without a model a new configuration is worth what so many latest ones were, on the mean.
_LATEST = 10

# Farther than this, in units of the good half's spread, is all the same.
_FAR = 1e6


@dataclass(frozen=True)
class Unfinished:
    """Lines that can go on: positions (k,) of their last trials, left (k,) of a full training.

    values, spread (k,): what they are expected to come to, by their own training alone.  best: position of
    the best full training, None before there is one.
    """

    positions: Positions
    left: Floats
    values: Floats
    spread: Floats
    outlook: Outlook
    best: int | None

    @classmethod
    def of(cls, lines: Lines, ladder: Ladder) -> Unfinished:
        outlook, last = Outlook.of(lines, ladder), len(ladder) - 1
        free = lines.good & ~lines.promoted & ~lines.pending & (lines.rung < last)
        positions = np.flatnonzero(free & (lines.violation <= 0.0))
        if not len(positions):
            positions = np.flatnonzero(free)
        rung = lines.rung[positions]
        full = [place for place in lines.ranked.tolist() if lines.good[place] and lines.rung[place] == last]
        known = bool(full) and lines.violation[full[0]] <= 0.0
        return cls(
            positions,
            1.0 - np.array(ladder.levels)[rung] / ladder.levels[-1],
            outlook.expected(rung, lines.value[positions]),
            np.array(outlook.spread)[rung],
            outlook,
            full[0] if known else None,
        )


@dataclass(frozen=True)
class Forecast:
    """Logarithms of expected improvements: gains (k,) of unfinished lines, fresh of a new configuration."""

    gains: Floats
    fresh: float


def by_training(lines: Lines, unfinished: Unfinished) -> Forecast:
    """The forecast without a model: new configurations are worth what the latest ones were."""
    assert unfinished.best is not None
    best = float(lines.value[unfinished.best])
    roots = np.flatnonzero((lines.parent < 0) & lines.good)[-_LATEST:]
    ends = last_values(lines)[roots]
    values = unfinished.outlook.expected(lines.rung[ends], lines.value[ends])
    usual = _positive(np.full(len(values), unfinished.outlook.spread[0]), values, best)
    spread = _positive(unfinished.spread, unfinished.values, best)
    gains = log_expected_improvement(unfinished.values, spread, best)
    latest = log_expected_improvement(values, usual, best)
    return Forecast(gains, float(np.logaddexp.reduce(latest) - np.log(len(latest))))


def _positive(spread: Floats, values: Floats, best: float) -> Floats:
    """Spreads by which distances from the best can be divided, however large the values are."""
    return np.maximum(spread, 1e-9 * np.maximum(np.abs(values), abs(best)) + 1e-300)


def by_model(
    lines: Lines, unfinished: Unfinished, told: Columns, posterior: Posterior, rows: Floats
) -> Forecast:
    """What a model of `told`, one row for each line, makes of lines and of (m, D) rows nobody has tried.

    What all other lines say of a line's configuration meets what its own training says.
    """
    assert unfinished.best is not None
    unit = posterior.warp.good_unit
    origin = float(lines.value[unfinished.best])
    best = float(posterior.warp.forward(np.array([origin]))[0])
    place = np.searchsorted(told.numbers[told.ok], lines.numbers[lines.root[unfinished.positions]])
    error, deviation = posterior.model.left_out()
    images = posterior.warp.forward(told.value[told.ok])
    others, doubt = (images - error)[place], deviation[place] ** 2
    with np.errstate(over="ignore"):
        own = best + np.clip((unfinished.values - origin) / unit, -_FAR, _FAR)
        noise = np.minimum(unfinished.spread / unit, _FAR) ** 2 + 1e-12
    mean = (others * noise + own * doubt) / (noise + doubt)
    gains = log_expected_improvement(mean, np.sqrt(noise * doubt / (noise + doubt)), best)
    return Forecast(gains, float(log_expected_improvement(*posterior.predict(rows), best).max()))


def worth_going_on(
    lines: Lines, ladder: Ladder, unfinished: Unfinished, forecast: Forecast | None
) -> Promotion | None:
    """The line that promises most for what is left of its training, if that is worth it or it is time."""
    if not len(unfinished.positions):
        return None
    if forecast is not None:
        rates = forecast.gains - np.log(unfinished.left)
        place = int(np.argmax(rates))
        if rates[place] >= forecast.fresh:
            because = "what is left of its training promises more than all of a new one"
            return Promotion(int(unfinished.positions[place]), {"because": because})
    spent, full = spent_on(lines, ladder)
    if spent <= _SPENT * (full + 1):
        return None
    place = int(np.argmin(unfinished.values) if forecast is None else np.argmax(forecast.gains))
    because = f"it is the most promising, and of {spent:.1f} full trainings' worth {full} were full ones"
    return Promotion(int(unfinished.positions[place]), {"because": because})


def spent_on(lines: Lines, ladder: Ladder) -> tuple[float, int]:
    """What all trials cost, those that wait or run too, in full trainings; and how many lines end fully."""
    levels = np.array(ladder.levels) / ladder.levels[-1]
    begun = np.where(lines.parent >= 0, levels[lines.rung[lines.parent]], 0.0)
    cost = float((levels[lines.rung] - begun).sum())
    return cost, int(np.count_nonzero((lines.good | lines.pending) & (lines.rung == len(ladder) - 1)))
