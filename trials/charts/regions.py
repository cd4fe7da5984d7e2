"""Where the best results lie along a parameter, in words and as a share of its range. Called by charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trials.wording import THIN, setting, short

from .base import StudyFacts
from .chosen import Dot
from .lanes import Laned

#: With fewer results the best tenth is no region.
FEWEST = 20


@dataclass(frozen=True)
class Region:
    """The span of some trials along one parameter; `share` is its part of the range, in units."""

    words: str
    share: float
    inactive: int
    count: int


def best_tenth(facts: StudyFacts, dots: Sequence[Dot]) -> list[Dot]:
    """The best tenth of the complete trials that keep the limits, at least five, best first."""
    ranked = sorted(
        (dot for dot in dots if dot.feasible), key=lambda dot: (facts.sign * (dot.value or 0.0), dot.number)
    )
    return ranked[: max(5, len(ranked) // 10)]


def called(best: Sequence[Dot]) -> str:
    """What `best_tenth` is to be called: of few trials it is more than a tenth."""
    return "best tenth" if len(best) > 5 else f"{len(best)} best"


def region_of(axis: Laned, dots: Sequence[Dot]) -> Region:
    """Where the trials lie that have the parameter; the outermost tenth on each side is left out."""
    units = axis.axis.places([(dot.number, 0.0, dot.params) for dot in dots])
    pairs = [
        (unit, dot.params[axis.axis.name]) for unit, dot in zip(units, dots, strict=True) if unit is not None
    ]
    inactive = len(dots) - len(pairs)
    if not pairs:
        return Region("", 1.0, inactive, 0)
    if axis.axis.choices:
        used = [value for _, value in pairs]
        common = max(used, key=used.count)
        share = 1.0 - used.count(common) / len(used)
        return Region(setting(common), share, inactive, len(pairs))
    ordered = sorted(pairs, key=lambda pair: pair[0])
    cut = len(ordered) // 10
    kept = ordered[cut : len(ordered) - cut]
    low, high = _rough(kept[0][1]), _rough(kept[-1][1])
    words = low if low == high else f"{low} to {high}"
    return Region(words, kept[-1][0] - kept[0][0], inactive, len(pairs))


def _rough(value: Any) -> str:
    return short(float(f"{value:.3g}")) if isinstance(value, float) else setting(value)


def per_cent(share: float) -> str:
    """Whole per cent."""
    return f"under 1{THIN}%" if 0 < share < 0.005 else f"{round(100 * share)}{THIN}%"
