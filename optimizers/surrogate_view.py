"""What a Gaussian process believes of an objective, as plain numbers for pictures. Called by the insights.

Everything is computed once, from the results of one moment: the prediction along each parameter, over pairs
of parameters, averaged over the others, the best candidates, and how far its predictions can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from optimizers.acquisition import log_expected_improvement
from optimizers.base import Result
from optimizers.candidates import mutate
from optimizers.columns import Columns
from optimizers.model_based import ranked
from optimizers.space import Params, Space
from optimizers.surrogate_search import completed
from optimizers.surrogates.outcome import Outcome, Posterior, subset

Floats = NDArray[np.float64]

FEWEST_RESULTS = 4
MAX_POINTS = 150
#: Half standard deviations from −2 to 2: the edges of the nested bands.
STEPS = tuple(step / 2 for step in range(-4, 5))
#: Half the width of an 80 % interval, in standard deviations.
EIGHTY = float(ndtri(0.9))
_CURVE, _MESH, _BACKGROUND = 25, 17, 48
_CLOSE = np.array([-0.02, -0.008, 0.0, 0.008, 0.02])
_RANDOM, _NEAR, _INCUMBENTS = 300, 200, 6


@dataclass(frozen=True)
class Curve:
    """The prediction along one parameter; the others as in `at`.

    units (m,): places on the scale of the space.  bands (9, m): values at −2 to 2 standard deviations by
    halves, in the objective's units.  improvement (m,): expected improvement, in the model's units.
    """

    name: str
    at: Params
    units: tuple[float, ...]
    bands: tuple[tuple[float, ...], ...]
    improvement: tuple[float, ...]


@dataclass(frozen=True)
class Surface:
    """The prediction over two parameters: (rows over y, columns over x), in the objective's units."""

    names: tuple[str, str]
    at: Params
    x: tuple[float, ...]
    y: tuple[float, ...]
    mean: tuple[tuple[float, ...], ...]
    deviation: tuple[tuple[float, ...], ...]
    improvement: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Dependence:
    """The average prediction along one parameter over configurations that have it, with its 80 % interval."""

    name: str
    units: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    share: float
    """Of the space, in which the parameter is active."""


@dataclass(frozen=True)
class Candidate:
    """A configuration that was weighed, with what was expected of it."""

    params: Params
    mean: float
    deviation: float
    chance: float
    """To be better than the best so far."""
    improvement: float
    """Expected, in the objective's units."""


@dataclass(frozen=True)
class LeftOut:
    """Each result predicted from all the others: numbers, predicted, 80 % interval, actual."""

    numbers: tuple[int, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    actual: tuple[float, ...]
    r2: float
    """Share of the variation of the (warped) results that is predicted."""
    rank: float
    """Rank correlation of predicted and actual."""
    covered: float
    """Share of results inside of their 80 % interval."""


@dataclass(frozen=True)
class Summary:
    """What is stored of every moment, after `known` results. The objective is minimised."""

    known: int
    best: float
    curves: tuple[Curve, ...]
    candidates: tuple[Candidate, ...]
    left_out: LeftOut


class Viewer:
    """A Gaussian process like that of `gp`, kept between moments: its fits are found again.

    Raises nothing for results that do not fit the space: they are left out.
    """

    def __init__(self, space: Space, seed: int = 0) -> None:
        self.space, self.seed = space, seed
        self._outcome = Outcome(space, MAX_POINTS, bent=True, growth=1.3)

    def after(self, results: Sequence[Result]) -> SurrogateView | None:
        """What is believed after these results; None below four with a value."""
        fitting = [result for result in results if self.space.adapt(result.params) is not None]
        told = Columns.of(self.space, fitting, 1)
        if np.count_nonzero(told.ok) < FEWEST_RESULTS:
            return None
        rows = told.rows[told.ok]
        values = completed(told.value[told.ok], told.pruned[told.ok])
        posterior = self._outcome.posterior(rows, values, np.empty((0, len(self.space))))
        return SurrogateView(self.space, told, rows, values, posterior, self.seed)


@dataclass(frozen=True)
class SurrogateView:
    """The posterior after some results; each method computes one picture from it."""

    space: Space
    told: Columns
    rows: Floats
    values: Floats
    posterior: Posterior
    seed: int

    @property
    def incumbent(self) -> float:
        """The least believed value of the results, in the model's units."""
        return float(self.posterior.predict(self.rows)[0].min())

    def summary(self, names: Sequence[str], point: Mapping[str, Any] | None = None) -> Summary:
        """The curves of some parameters through `point` (else through the best), candidates and trust."""
        anchor = self.anchor(point)
        curves = [curve for name in names if (curve := self.curve(name, anchor)) is not None]
        best = float(self.values.min())
        return Summary(len(self.values), best, tuple(curves), self.candidates(), self.left_out())

    def anchor(self, point: Mapping[str, Any] | None) -> Floats:
        """The (D,) row of a configuration, or of the best result when there is none that fits."""
        adapted = None if point is None else self.space.adapt(point)
        return self.told.rows[ranked(self.told)[0]] if adapted is None else self.space.encode(adapted)

    def curve(self, name: str, anchor: Floats) -> Curve | None:
        """None where no result has the parameter."""
        column = self.space.names.index(name)
        row = self._with(column, anchor)
        if row is None:
            return None
        units = self._places(column, _CURVE, float(row[column]))
        rows = np.tile(row, (len(units), 1))
        rows[:, column] = units
        mean, std = self.posterior.predict(self.space.snap_many(rows, repair=False))
        bands = [_floats(self.posterior.own_units(mean + step * std)) for step in STEPS]
        gain = np.exp(log_expected_improvement(mean, std, self.incumbent))
        return Curve(name, self._params(row), _floats(units), tuple(bands), _floats(gain))

    def surface(self, names: tuple[str, str], anchor: Floats) -> Surface | None:
        """None where no result has both parameters."""
        across, up = (self.space.names.index(name) for name in names)
        row = self._with(across, anchor, up)
        if row is None:
            return None
        x, y = self._places(across, _MESH), self._places(up, _MESH)
        rows = np.tile(row, (len(y), len(x), 1))
        rows[:, :, across] = x[None, :]
        rows[:, :, up] = y[:, None]
        snapped = self.space.snap_many(rows.reshape(-1, len(row)), repair=False)
        mean, std = self.posterior.predict(snapped)
        gone = np.isnan(snapped[:, across]) | np.isnan(snapped[:, up])
        low, middle, high = (self.posterior.own_units(mean + step * std) for step in (-1.0, 0.0, 1.0))
        gain = np.exp(log_expected_improvement(mean, std, self.incumbent))
        shape = (len(y), len(x))
        meshes = [np.where(gone, np.nan, each).reshape(shape) for each in (middle, (high - low) / 2, gain)]
        mean_of, deviation, improvement = (tuple(_floats(line) for line in mesh) for mesh in meshes)
        return Surface(names, self._params(row), _floats(x), _floats(y), mean_of, deviation, improvement)

    def dependence(self, name: str) -> Dependence | None:
        """The average over configurations drawn from the space in which the parameter is active."""
        column = self.space.names.index(name)
        drawn = self.space.sample_many(np.random.default_rng(self.seed), 8 * _BACKGROUND)
        active = drawn[~np.isnan(drawn[:, column])]
        if not len(active):
            return None
        units = self._places(column, _CURVE)
        found = []
        for unit in units:
            rows = active[:_BACKGROUND].copy()
            rows[:, column] = unit
            features = self.posterior.features(self.space.snap_many(rows, repair=False))
            found.append(self.posterior.model.average(features))
        mean, std = np.array(found).T
        own = [_floats(self.posterior.own_units(mean + step * std)) for step in (0.0, -EIGHTY, EIGHTY)]
        return Dependence(name, _floats(units), own[0], own[1], own[2], len(active) / len(drawn))

    def candidates(self) -> tuple[Candidate, ...]:
        """The most promising candidate of each choice of the first category, or the most promising ones."""
        rng = np.random.default_rng([self.seed, len(self.values)])
        best = self.told.rows[ranked(self.told)[:_INCUMBENTS]]
        near = mutate(self.space, best[rng.integers(len(best), size=_NEAR)], rng)
        rows = np.vstack([self.space.sample_many(rng, _RANDOM), near])
        mean, std = self.posterior.predict(rows)
        gain = log_expected_improvement(mean, std, self.incumbent)
        order = np.argsort(-gain, kind="stable")
        column = self._first_category()
        chosen = _apart(rows, order) if column is None else self._of_each_choice(rows[order], order, column)
        return tuple(self._candidate(rows[at], float(mean[at]), float(std[at])) for at in chosen)

    def _of_each_choice(self, rows: Floats, order: NDArray[np.intp], column: int) -> list[int]:
        """The first in the order that has each choice."""
        choices = int(self.space.dimensions[column].cardinality or 1)
        codes = np.floor(rows[:, column] * choices)
        firsts = [int(np.argmax(codes == code)) for code in range(choices) if (codes == code).any()]
        return [int(order[at]) for at in sorted(firsts)]

    def _first_category(self) -> int | None:
        """The first unconditional category of up to six choices: what divides the space into families."""
        for column, (name, dimension) in enumerate(zip(self.space.names, self.space.dimensions, strict=True)):
            few = dimension.kind == "categorical" and 2 <= (dimension.cardinality or 0) <= 6
            if few and not self.space.parameters[name].when:
                return column
        return None

    def _candidate(self, row: Floats, mean: float, std: float) -> Candidate:
        best = self.incumbent
        own = self.posterior.own_units(np.array([mean - std, mean, mean + std, best]))
        # The mean of what lies below the best, from quantiles: the way back to own units is not linear.
        drawn = self.posterior.own_units(mean + std * ndtri((np.arange(64) + 0.5) / 64))
        improvement = float(np.maximum(own[3] - drawn, 0.0).mean())
        chance = float(ndtr((best - mean) / std))
        return Candidate(
            self.space.decode(row), float(own[1]), float(own[2] - own[0]) / 2, chance, improvement
        )

    def left_out(self) -> LeftOut:
        """How well each result is predicted from the others."""
        kept = subset(self.values, MAX_POINTS)
        images = self.posterior.warp.forward(self.values[kept])
        error, std = self.posterior.model.left_out()
        mean = images - error
        spread = float(np.sum((images - images.mean()) ** 2))
        r2 = 1.0 - float(np.sum(error**2)) / spread if spread > 0 else 0.0
        varied = np.ptp(mean) > 0 and np.ptp(images) > 0
        rank = float(np.corrcoef(rankdata(mean), rankdata(images))[0, 1]) if varied else 0.0
        middle, low, high = (self.posterior.own_units(mean + step * std) for step in (0.0, -EIGHTY, EIGHTY))
        numbers = self.told.numbers[self.told.ok][kept]
        return LeftOut(
            numbers=tuple(int(number) for number in numbers),
            mean=_floats(middle),
            low=_floats(low),
            high=_floats(high),
            actual=_floats(self.values[kept]),
            r2=r2,
            rank=rank,
            covered=float(np.mean(np.abs(error) <= EIGHTY * std)),
        )

    def _places(self, column: int, count: int, near: float | None = None) -> Floats:
        """Units along a parameter: its choices or steps where they are few, else evenly, closer at `near`."""
        cardinality = self.space.dimensions[column].cardinality
        if cardinality is not None and cardinality <= count:
            return np.asarray((np.arange(cardinality) + 0.5) / cardinality)
        even = np.linspace(0.0, 1.0, count)
        if near is None:
            return even
        return np.unique(np.clip(np.append(even, near + _CLOSE), 0.0, 1.0))

    def _with(self, column: int, anchor: Floats, other: int | None = None) -> Floats | None:
        """The anchor where it has the parameter(s), else the best result that has; None without one."""
        wanted = [column] if other is None else [column, other]
        if not np.isnan(anchor[wanted]).any():
            return anchor
        for place in ranked(self.told):
            row = self.told.rows[place]
            if not np.isnan(row[wanted]).any():
                return np.asarray(row)
        return None

    def _params(self, row: Floats) -> Params:
        return self.space.decode(row)


def _apart(rows: Floats, order: NDArray[np.intp], count: int = 3) -> list[int]:
    """The first few in the order that differ clearly from each other."""
    chosen: list[int] = []
    for at in order.tolist():
        gaps = [np.nanmax(np.abs(np.nan_to_num(rows[at] - rows[other], nan=1.0))) for other in chosen]
        if all(gap > 0.2 for gap in gaps):
            chosen.append(at)
        if len(chosen) == count:
            break
    return chosen


def _floats(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
