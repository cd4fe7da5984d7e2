"""What lines of training are expected to come to when trained fully; called by searches that train in parts.

Short trainings are worth what the lines that went on have shown: from one rung to the end a straight line is
fitted through the lines seen at both. It leans on the slope 1 until they say otherwise, and flattens where a
rung tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from optimizers.columns import Columns
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

# How many pairs the first guess of the slope is worth.
_WORTH = 4.0
# The first guess of how far ends lie from the line, as a share of the usual spread, and its worth in pairs.
_UNSURE, _DOUBT = 0.5, 2.0
# Larger values have squares that are no numbers.
_LARGEST = 1e100
# Maps are fitted when the results have grown by so much, so that what models remember stays true meanwhile.
_FIRST, _GROWTH = 6, 1.4


@dataclass(frozen=True)
class Outlook:
    """slope, shift (S,): a value at a rung becomes shift + slope · value, give or take spread (S,).

    pairs (S,): lines they rest on.
    """

    slope: tuple[float, ...]
    shift: tuple[float, ...]
    spread: tuple[float, ...]
    pairs: tuple[int, ...]

    @classmethod
    def of(cls, lines: Lines, ladder: Ladder) -> Outlook:
        """From the lines known at more than one rung."""
        rungs = len(ladder)
        slope, shift, spread, pairs = [1.0] * rungs, [0.0] * rungs, [0.0] * rungs, [0] * rungs
        best_known = last_values(lines)
        value = np.clip(lines.value, -_LARGEST, _LARGEST)
        for rung in range(rungs - 2, -1, -1):
            here = np.flatnonzero(lines.good & (lines.rung == rung))
            further = here[lines.rung[best_known[lines.root[here]]] > rung]
            if not len(further):
                slope[rung], shift[rung] = slope[rung + 1], shift[rung + 1]
                spread[rung] = max(spread[rung + 1], _UNSURE * _usual(value[here]))
                continue
            ends = best_known[lines.root[further]]
            reached = lines.rung[ends]
            goal = np.array(shift)[reached] + np.array(slope)[reached] * value[ends]
            usual = _usual(value[here])
            slope[rung], shift[rung], spread[rung] = _line(value[further], goal, usual)
            pairs[rung] = len(further)
        return cls(tuple(slope), tuple(shift), tuple(spread), tuple(pairs))

    def expected(self, rung: Positions, value: Floats) -> Floats:
        """(n,) values of full trainings."""
        return np.array(self.shift)[rung] + np.array(self.slope)[rung] * value


def _usual(values: Floats) -> float:
    """How far (n,) values at a rung usually are apart: from the first quarter to the third."""
    low, high = np.percentile(values, [25, 75]) if len(values) else (0.0, 0.0)
    return float(high - low)


def _line(start: Floats, goal: Floats, usual: float) -> tuple[float, float, float]:
    """Slope and shift through (k,) pairs, and how far ends lie from it; `usual` is the spread of starts."""
    centre, end = float(np.median(start)), float(np.median(goal))
    near = np.abs(start - centre) <= 3.0 * max(usual, 1e-300)
    along, across = (start - centre)[near], (goal - end)[near]
    weight = _WORTH * usual**2
    total = float(along @ along) + weight
    slope = (float(along @ across) + weight) / total if total > 0.0 else 1.0
    slope = float(np.clip(slope, 0.05, 3.0))
    missed = across - slope * along
    guess = _DOUBT * (_UNSURE * usual) ** 2
    spread = float(np.sqrt((guess + float(missed @ missed)) / (_DOUBT + len(missed))))
    return slope, end - slope * centre, spread


def last_values(lines: Lines) -> Positions:
    """(n,) for each first trial of a line the position of its furthest good trial, else its own."""
    found = np.arange(len(lines))
    order = np.argsort(lines.rung, kind="stable")
    order = order[lines.good[order]]
    found[lines.root[order]] = order
    return found


def agreement(lines: Lines, ladder: Ladder, rung: int) -> tuple[float, int]:
    """How alike full trainings rank at a rung and at their end (Kendall's τ), and how many there are."""
    here = np.flatnonzero(lines.good & (lines.rung == rung))
    ends = last_values(lines)[lines.root[here]]
    full = lines.rung[ends] == len(ladder) - 1
    if np.count_nonzero(full) < 3:
        return 1.0, 0
    found = kendalltau(lines.value[here][full], lines.value[ends][full]).statistic
    return (1.0 if np.isnan(found) else float(found)), int(np.count_nonzero(full))


def prefix(count: int) -> int:
    """The last length of a fixed series that results have grown to."""
    length = _FIRST
    while int(length * _GROWTH) <= count:
        length = int(length * _GROWTH)
    return min(length, count)


def as_if_full(told: Columns, lines: Lines, outlook: Outlook) -> Columns:
    """One row for each line, numbered by its first trial, with the value that it is expected to come to.

    None is expected to beat the best full training: what a short one promises beyond that has to be seen.
    A line that failed further on counts as failed, one that was stopped as stopped.
    """
    position_of = {int(number): place for place, number in enumerate(told.numbers.tolist())}
    last = last_values(lines)
    starts = [place for place in np.flatnonzero(lines.parent < 0).tolist() if not lines.pending[place]]
    rows = np.array([position_of[int(lines.numbers[place])] for place in starts], dtype=np.intp)
    ends = last[np.array(starts, dtype=np.intp)] if starts else np.empty(0, dtype=np.intp)
    found = told.take(rows)
    stopped = ~lines.good[ends] & found.pruned & found.ok
    seen = np.where(stopped, found.value, lines.value[ends])
    full = lines.good & (lines.rung == len(outlook.slope) - 1)
    best = float(lines.value[full].min()) if full.any() else -np.inf
    value = outlook.expected(lines.rung[ends], seen)
    value = np.where(full[ends], value, np.maximum(value, best))
    value = np.where(np.isin(starts, _failed_later(lines)), np.nan, value)
    return replace(found, values=value[:, None], fidelity=np.full(len(found), np.nan), pruned=stopped)


def _failed_later(lines: Lines) -> Positions:
    """Positions of the first trials of lines that failed further on."""
    told = np.flatnonzero(~lines.pending)
    failed = told[(lines.parent[told] >= 0) & ~lines.told.ok]
    return np.asarray(lines.root[failed])
