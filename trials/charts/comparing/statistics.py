"""What repeated studies show: means with bootstrap intervals, and paired tests by seed. Pure.

Called by the comparison's page and API. Intervals are percentile bootstrap ones (Efron and Tibshirani, 1993);
tests are Wilcoxon's signed rank test, exact for few seeds, corrected over all pairs by Holm (1979).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.stats import wilcoxon

LEVEL = 0.95
RESAMPLES = 5_000
#: Fewer values say nothing about how much they vary.
FEWEST = 3
#: Fewer pairs cannot come below 5 % in a two-sided signed rank test: 2 / 2⁶ does, 2 / 2⁵ does not.
FEWEST_TO_TELL = 6


@dataclass(frozen=True)
class Spread:
    """Values of one optimizer over its studies; `low` to `high` is the mean's 95 % interval, None for few."""

    n: int
    mean: float
    median: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pair:
    """Two optimizers on the seeds that both have. `difference` is first minus second, on average.

    p: of Wilcoxon's test; `corrected` for the number of pairs that were looked at.
    """

    first: str
    second: str
    seeds: int
    wins: int
    losses: int
    difference: float
    low: float | None
    high: float | None
    p: float
    corrected: float

    @property
    def ties(self) -> int:
        return self.seeds - self.wins - self.losses

    def turned(self) -> "Pair":
        """The same, told from the other side."""
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return replace(
            self, first=self.second, second=self.first, wins=self.losses, losses=self.wins,
            difference=-self.difference, low=low, high=high,
        )  # fmt: skip


def spread(values: Sequence[float]) -> Spread:
    """Summarise at least one value."""
    low, high = _interval(tuple(values))
    return Spread(len(values), float(np.mean(values)), float(np.median(values)), low, high)


def pairs(by_seed: Mapping[str, Mapping[int, float]], maximize: bool) -> tuple[Pair, ...]:
    """Compare all optimizers that share two seeds or more, each by its value at each seed."""
    found = []
    for first, second in combinations(by_seed, 2):
        seeds = sorted(by_seed[first].keys() & by_seed[second].keys())
        if len(seeds) > 1:
            values = tuple((by_seed[first][seed], by_seed[second][seed]) for seed in seeds)
            found.append(_pair(first, second, values, maximize))
    corrected = holm([pair.p for pair in found])
    return tuple(replace(pair, corrected=p) for pair, p in zip(found, corrected, strict=True))


def holm(ps: Sequence[float]) -> list[float]:
    """Correct p values of several tests, so that one false alarm among all of them stays rare."""
    corrected, floor = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        floor = max(floor, min(1.0, ps[place] * (len(ps) - rank)))
        corrected[place] = floor
    return corrected


def least_p(seeds: int) -> float:
    """The smallest p that so many pairs can give: that of a clean sweep."""
    return min(1.0, 2.0 ** (1 - seeds))


@lru_cache(maxsize=1024)
def _pair(first: str, second: str, values: tuple[tuple[float, float], ...], maximize: bool) -> Pair:
    differences = tuple(one - other for one, other in values)
    sign = 1 if maximize else -1
    low, high = _interval(differences)
    p = _p(differences)
    return Pair(
        first=first,
        second=second,
        seeds=len(differences),
        wins=sum(sign * each > 0 for each in differences),
        losses=sum(sign * each < 0 for each in differences),
        difference=float(np.mean(differences)),
        low=low,
        high=high,
        p=p,
        corrected=p,
    )


def _p(differences: Sequence[float]) -> float:
    if not any(differences):
        return 1.0
    tied = len({abs(each) for each in differences}) < len(differences) or 0.0 in differences
    # Wilcoxon's table holds without ties alone; with few pairs all signs can be tried out instead.
    if tied and len(differences) <= 12:
        return _by_signs(np.asarray([each for each in differences if each]))
    return float(wilcoxon(differences, method="approx" if tied else "auto").pvalue)


def _by_signs(differences: np.ndarray) -> float:
    """The share of all ways to set the signs of (n,) differences whose rank sum is as far from the middle."""
    n = len(differences)
    ranks = _ranks(np.abs(differences))
    signs = (np.arange(2**n)[:, None] >> np.arange(n)) & 1  # (2ⁿ, n)
    away = np.abs(signs @ ranks - ranks.sum() / 2)
    return float(np.mean(away >= abs(ranks[differences > 0].sum() - ranks.sum() / 2) - 1e-9))


def _ranks(sizes: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing the mean of theirs: (n,)."""
    return np.array([np.mean(np.flatnonzero(np.sort(sizes) == size)) + 1 for size in sizes])


@lru_cache(maxsize=1024)
def _interval(values: tuple[float, ...]) -> tuple[float | None, float | None]:
    """The middle 95 % of the means of resamples; the same values always give the same."""
    if len(values) < FEWEST:
        return None, None
    drawn = np.random.default_rng(0).choice(np.asarray(values), (RESAMPLES, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
