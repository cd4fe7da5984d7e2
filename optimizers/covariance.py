"""The state of CMA-ES and how a generation changes it; called by the `cmaes` algorithm.

Numbers are normally distributed in the unit cube. Steps and ordered choices keep enough spread to reach the
next value (a margin, after Hamano 2022); each category has a probability of its own (after Hamano 2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from optimizers.space import Dimension

Floats = NDArray[np.float64]

_COLLAPSED = 1e-5
# A generation moves no step length by more than this factor, whatever luck it had.
_MOST_GROWTH = 1.5
_CATEGORY_RATE = 0.25


@dataclass(frozen=True)
class Constants:
    """The constants for d numbers and λ trials a generation (Hansen, arXiv 1604.00772, table 1)."""

    dimensions: int
    generation: int

    @cached_property
    def weights(self) -> Floats:
        """Of the better half, best first; adds up to 1."""
        half = self.generation // 2
        raw = np.log((self.generation + 1) / 2) - np.log(np.arange(1, half + 1))
        return np.asarray(raw / raw.sum())

    @property
    def effective(self) -> float:
        return float(1.0 / (self.weights**2).sum())

    @property
    def path_rate(self) -> float:
        share = self.effective / self.dimensions
        return (4 + share) / (self.dimensions + 4 + 2 * share)

    @property
    def length_rate(self) -> float:
        return (self.effective + 2) / (self.dimensions + self.effective + 5)

    @property
    def damping(self) -> float:
        excess = max(0.0, float(np.sqrt((self.effective - 1) / (self.dimensions + 1))) - 1)
        return 1 + 2 * excess + self.length_rate

    @property
    def one_rate(self) -> float:
        return 2 / ((self.dimensions + 1.3) ** 2 + self.effective)

    @property
    def many_rate(self) -> float:
        rate = 2 * (self.effective - 2 + 1 / self.effective) / ((self.dimensions + 2) ** 2 + self.effective)
        return min(1 - self.one_rate, rate)

    @property
    def expected_length(self) -> float:
        d = self.dimensions
        return float(np.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d)))


@dataclass(frozen=True)
class State:
    """Where the next generation is drawn."""

    mean: Floats
    """(D,), also for categories, where it means nothing."""
    step: float
    covariance: Floats
    """(D, D); rows of categories are those of the unit matrix."""
    step_path: Floats
    shape_path: Floats
    shares: tuple[Floats | None, ...]
    """For each dimension the probabilities of its categories, None for numbers."""
    generations: int = 0

    @classmethod
    def start(cls, dimensions: tuple[Dimension, ...], mean: Floats, step: float) -> State:
        size = len(dimensions)
        shares = tuple(_even_shares(dimension) for dimension in dimensions)
        return cls(mean, step, np.eye(size), np.zeros(size), np.zeros(size), shares)

    @cached_property
    def _axes(self) -> tuple[Floats, Floats]:
        lengths, axes = np.linalg.eigh(self.covariance)
        return np.sqrt(np.maximum(lengths, 1e-20)), axes

    @property
    def collapsed(self) -> bool:
        """Whether it is so narrow, or so stretched, that it will find nothing more."""
        lengths, _ = self._axes
        return bool(self.step * lengths.max() < _COLLAPSED or lengths.max() > 1e7 * lengths.min())

    def draw(self, rng: np.random.Generator) -> Floats:
        """A (D,) row, not snapped."""
        lengths, axes = self._axes
        row = self.mean + self.step * (axes @ (lengths * rng.standard_normal(len(self.mean))))
        folded = np.abs(row) % 2.0
        row = np.where(folded > 1.0, 2.0 - folded, folded)
        for column, shares in enumerate(self.shares):
            if shares is not None:
                row[column] = (rng.choice(len(shares), p=shares) + 0.5) / len(shares)
        return row

    def moved(
        self,
        rows: Floats,
        constants: Constants,
        dimensions: tuple[Dimension, ...],
        rng: np.random.Generator,
    ) -> State:
        """After a generation whose (m, D) rows are ranked best first; NaN where a dimension is inactive."""
        weights = constants.weights[: len(rows)] / constants.weights[: len(rows)].sum()
        best = rows[: len(weights)]
        lengths, axes = self._axes
        # An inactive dimension says nothing: a draw in its place leaves the distribution as it is.
        blank = np.sqrt(np.diag(self.covariance)) * rng.standard_normal(best.shape)
        numeric = np.array([shares is None for shares in self.shares])
        away = np.where(
            np.isnan(best) | ~numeric, np.where(numeric, blank, 0.0), (best - self.mean) / self.step
        )
        drift = weights @ np.where(np.isnan(best), 0.0, away)
        whitened = axes @ ((axes.T @ drift) / lengths)
        step_path = (1 - constants.length_rate) * self.step_path
        step_path = step_path + _path_gain(constants.length_rate, constants.effective) * whitened
        length = float(np.linalg.norm(step_path))
        fade = 1 - (1 - constants.length_rate) ** (2 * (self.generations + 1))
        calm = length / np.sqrt(fade) < (1.4 + 2 / (constants.dimensions + 1)) * constants.expected_length
        shape_path = (1 - constants.path_rate) * self.shape_path
        shape_path = shape_path + calm * _path_gain(constants.path_rate, constants.effective) * drift
        lost = (1 - calm) * constants.path_rate * (2 - constants.path_rate)
        covariance = (1 - constants.one_rate * (1 - lost) - constants.many_rate) * self.covariance
        covariance = covariance + constants.one_rate * np.outer(shape_path, shape_path)
        covariance = covariance + constants.many_rate * (away.T * weights) @ away
        covariance[~numeric, :] = covariance[:, ~numeric] = 0.0
        covariance[~numeric, ~numeric] = 1.0
        growth = (constants.length_rate / constants.damping) * (length / constants.expected_length - 1)
        step = self.step * float(np.clip(np.exp(growth), 1 / _MOST_GROWTH, _MOST_GROWTH))
        mean = np.where(numeric, self.mean + self.step * drift, self.mean)
        shares = tuple(_learned(own, best[:, at], weights) for at, own in enumerate(self.shares))
        covariance = _with_margin(mean, step, covariance, dimensions, constants.generation)
        return State(mean, step, covariance, step_path, shape_path, shares, self.generations + 1)


def _path_gain(rate: float, effective: float) -> float:
    return float(np.sqrt(rate * (2 - rate) * effective))


def _even_shares(dimension: Dimension) -> Floats | None:
    if dimension.kind != "categorical":
        return None
    count = int(dimension.cardinality or 1)
    return np.full(count, 1.0 / count)


def _learned(shares: Floats | None, column: Floats, weights: Floats) -> Floats | None:
    """Probabilities moved towards the categories of the better half, none of them to 0."""
    held = ~np.isnan(column)
    if shares is None or not held.any():
        return shares
    count = len(shares)
    codes = np.minimum((column[held] * count).astype(np.intp), count - 1)
    seen = np.bincount(codes, weights=weights[held] / weights[held].sum(), minlength=count)
    moved = np.maximum(shares + _CATEGORY_RATE * (seen - shares), 0.1 / count)
    return np.asarray(moved / moved.sum())


def _with_margin(
    mean: Floats, step: float, covariance: Floats, dimensions: tuple[Dimension, ...], generation: int
) -> Floats:
    """The covariance, stretched where draws would hardly ever leave the mean's own cell."""
    stretch = np.ones(len(mean))
    quantile = float(ndtri(1 - 1 / (generation * len(mean) + 1)))
    for column, dimension in enumerate(dimensions):
        if dimension.kind in ("continuous", "categorical") or not dimension.cardinality:
            continue
        place = np.clip(mean[column], 0.0, 1.0) * dimension.cardinality
        inner = [edge for edge in (np.floor(place), np.floor(place) + 1) if 0 < edge < dimension.cardinality]
        reach = min((abs(edge - place) for edge in inner), default=0.0) / dimension.cardinality
        spread = step * np.sqrt(covariance[column, column])
        stretch[column] = max(1.0, reach / max(spread * quantile, 1e-12))
    return np.asarray(covariance * np.outer(stretch, stretch))
