"""Where a person believes good values to be (a parameter's `prior`); called by optimizers.

A belief steers the search and never bounds it: it counts fully at first and fades with the number of results
(πBO, Hvarfner 2022, arXiv 2204.11051). Densities are relative to even sampling of the space, so 0 in the
logarithm means "no opinion"; a small even share keeps every place possible, however many parameters say no.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Space

Floats = NDArray[np.float64]

_EVEN_SHARE = 0.02
_LEAST_DENSITY = 1e-6
# After this many results a belief counts once; with a budget, after a tenth of it.
_WORTH, _WORTH_SHARE = 10.0, 0.1
# Spreads "drawn from the belief or not" evenly over the numbers.
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Marginal:
    """The belief about one column: cells of the unit interval with their densities."""

    edges: Floats
    """(k + 1,) from 0 to 1."""
    log_density: Floats
    """(k,)"""
    reached: Floats
    """(k + 1,) probability below each edge."""
    smooth: bool
    """Whether densities are interpolated between cells; not so for values with steps."""

    @classmethod
    def of(cls, edges: Floats, shares: Floats, *, smooth: bool) -> Marginal:
        widths = np.diff(edges)
        density = np.maximum(shares / shares.sum() / widths, _LEAST_DENSITY)
        return cls(edges, np.log(density), np.append(0.0, np.cumsum(density * widths)), smooth)

    def at(self, units: Floats) -> Floats:
        if self.smooth:
            return np.interp(units, self._centres, self.log_density)
        return np.asarray(self.log_density[self._cell(units)])

    def slope(self, unit: float) -> float:
        """The derivative of the interpolated logarithm."""
        place = int(np.searchsorted(self._centres, unit))
        if not self.smooth or not 0 < place < len(self._centres):
            return 0.0
        rise = self.log_density[place] - self.log_density[place - 1]
        return float(rise / (self._centres[place] - self._centres[place - 1]))

    def quantiles(self, units: Floats) -> Floats:
        """Even units turned into such of this density."""
        return np.interp(units, self.reached / self.reached[-1], self.edges)

    @property
    def _centres(self) -> Floats:
        return np.asarray((self.edges[1:] + self.edges[:-1]) / 2.0)

    def _cell(self, units: Floats) -> NDArray[np.intp]:
        found = np.searchsorted(self.edges, units, side="right") - 1
        return np.asarray(np.clip(found, 0, len(self.log_density) - 1))


@dataclass(frozen=True)
class Belief:
    """What is believed of all parameters that have a prior, each by itself."""

    space: Space
    marginals: tuple[tuple[int, Marginal], ...]
    """By column."""
    worth: float
    """After how many results it counts once."""

    @classmethod
    def of(cls, space: Space, budget: float | None) -> Belief | None:
        """The belief that a space's priors express; None when there is none."""
        found = []
        for column, parameter in enumerate(space.parameters.values()):
            cells = parameter.prior_cells()
            if cells is not None:
                smooth = parameter.cardinality is None
                found.append((column, Marginal.of(*cells, smooth=smooth)))
        worth = _WORTH if budget is None else max(_WORTH_SHARE * budget, 1.0)
        return cls(space, tuple(found), worth) if found else None

    def weight(self, results: int) -> float:
        """The exponent of the density after so many results."""
        return self.worth / max(results, 1)

    def log_density(self, rows: Floats) -> Floats:
        """(m,) logarithms at (m, D) rows; inactive parameters say nothing."""
        return np.asarray(np.logaddexp(np.log1p(-_EVEN_SHARE) + self._product(rows), np.log(_EVEN_SHARE)))

    def _product(self, rows: Floats) -> Floats:
        """(m,) sums of the logarithms of all parameters, without the even share."""
        total = np.zeros(len(rows))
        for column, marginal in self.marginals:
            units = rows[:, column]
            active = ~np.isnan(units)
            total[active] += marginal.at(units[active])
        return total

    def slopes(self, row: Floats) -> Floats:
        """(D,) gradient of `log_density` at a (D,) row."""
        gradient = np.zeros(len(row))
        for column, marginal in self.marginals:
            if not np.isnan(row[column]):
                gradient[column] = marginal.slope(float(row[column]))
        told = np.log1p(-_EVEN_SHARE) + self._product(row[None])[0]
        return np.asarray(gradient * np.exp(told - np.logaddexp(told, np.log(_EVEN_SHARE))))

    def shaped(self, rows: Floats) -> Floats:
        """(m, D) complete rows spread evenly, turned into rows of the space spread as believed."""
        shaped = rows.copy()
        for column, marginal in self.marginals:
            shaped[:, column] = marginal.quantiles(rows[:, column])
        return self.space.snap_many(shaped)

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """(count, D) rows drawn from the belief."""
        return self.shaped(rng.random((count, len(self.space))))

    def draws(self, number: int) -> bool:
        """Whether a trial that knows no results is drawn from the belief: the first ones, then fewer."""
        share = self.worth / (self.worth + number)
        return (number * _GOLDEN) % 1.0 < share


@dataclass(frozen=True)
class Believed:
    """A term of the acquisition: the belief, with the weight that it has now."""

    belief: Belief
    weight: float

    def score(self, rows: Floats) -> Floats:
        return self.weight * self.belief.log_density(rows)

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        score = float(self.belief.log_density(row[None])[0])
        return self.weight * score, self.weight * self.belief.slopes(row)
