"""A density over configurations, made of one product kernel per observed row; called by the `tpe` algorithm.

Every kernel spans all dimensions, so what goes together stays together. Dimensions that only exist
under a condition are treated in the order of their conditions: first the density of the parents,
then the density of a group of children given the route that led to it, taken over the kernels in
which that group exists. The logarithm of a kernel is linear in a few features of the candidate
(x², x, 1, one-hot categories), so all kernels and candidates meet in one matrix product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from optimizers.space import Dimension

Array = NDArray[np.float64]
Snap = Callable[[Array], Array]

_LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)


@dataclass(frozen=True)
class ParzenEstimator:
    """A mixture of product kernels; the last kernel is the prior, uniform over everything."""

    dimensions: tuple[Dimension, ...]
    groups: tuple[NDArray[np.intp], ...]
    """Indices of dimensions that share a condition, parents before children."""
    centres: Array
    """(n, D) unit rows, NaN where a dimension is inactive."""
    widths: Array
    """(n, D) standard deviation of a numeric kernel, or the share a category gives to all of them."""
    log_weights: Array
    """(n + 1,)"""
    terms: tuple[Array, ...]
    """For each group the (F, n + 1) coefficients of its log kernels on the candidate's features."""

    @classmethod
    def build(
        cls,
        dimensions: Sequence[Dimension],
        groups: Sequence[NDArray[np.intp]],
        rows: Array,
        weights: Array,
        widths: Array,
        prior_weight: float = 1.0,
    ) -> "ParzenEstimator":
        """A kernel for each of the (n, D) `rows` with (n,) `weights` and (n, D) `widths`, and the prior."""
        dims = tuple(dimensions)
        mixture = np.append(weights, prior_weight)
        terms = tuple(
            np.vstack([_coefficients(rows[:, index], widths[:, index], dims[index]) for index in group])
            for group in groups
        )
        return cls(dims, tuple(groups), rows, widths, np.log(mixture / mixture.sum()), terms)

    def log_density(self, candidates: Array) -> Array:
        """Log density (m,) of (m, D) rows, each over the dimensions that it has."""
        total = np.zeros(len(candidates))
        route = np.broadcast_to(self.log_weights, (len(candidates), len(self.log_weights)))
        for group, terms in zip(self.groups, self.terms, strict=True):
            kernels = self._features(candidates, group) @ terms
            here = self._has(group)
            joint = route + kernels
            gained = _log_sum_exp(joint[:, here]) - _log_sum_exp(route[:, here])
            total += np.where(np.isnan(candidates[:, group[0]]), 0.0, gained)
            route = joint
        return total

    def sample(self, rng: np.random.Generator, count: int, snap: Snap) -> Array:
        """(count, D) rows drawn from the density; `snap` fits rows to steps and blanks what is inactive."""
        drawn = np.full((count, len(self.dimensions)), np.nan)
        route = np.broadcast_to(self.log_weights, (count, len(self.log_weights)))
        for group, terms in zip(self.groups, self.terms, strict=True):
            here = np.flatnonzero(self._has(group))
            # Gumbel's trick draws one kernel for each row in proportion to its weight on this route.
            noisy = route[:, here] + rng.gumbel(size=(count, len(here)))
            chosen = here[np.argmax(noisy, axis=1)]
            for index in group:
                drawn[:, index] = self._draw(rng, chosen, int(index))
            drawn = _without_inactive(drawn, snap)
            route = route + self._features(drawn, group) @ terms
        return drawn

    def _has(self, group: NDArray[np.intp]) -> NDArray[np.bool_]:
        return np.append(~np.isnan(self.centres[:, group[0]]), True)

    def _features(self, candidates: Array, group: NDArray[np.intp]) -> Array:
        return np.hstack([_features(candidates[:, index], self.dimensions[index]) for index in group])

    def _draw(self, rng: np.random.Generator, chosen: NDArray[np.intp], index: int) -> Array:
        """One coordinate from each chosen kernel; the last kernel is uniform."""
        uniform = rng.random(len(chosen))
        prior = chosen == len(self.centres)
        # Any row serves where the prior was chosen: what it gives is thrown away.
        row = np.where(prior, 0, chosen)
        if len(self.centres) == 0:
            return uniform
        centre, width = self.centres[row, index], self.widths[row, index]
        if self.dimensions[index].kind == "categorical":
            own = np.where(rng.random(len(chosen)) < width, uniform, centre)
        else:
            low, high = ndtr(-centre / width), ndtr((1.0 - centre) / width)
            own = np.clip(centre + width * ndtri(low + uniform * (high - low)), 0.0, 1.0)
        return np.where(prior, uniform, own)


def _features(values: Array, dimension: Dimension) -> Array:
    """What log kernels are linear in; all zero where the dimension is inactive."""
    active = ~np.isnan(values)
    filled = np.where(active, values, 0.0)
    if dimension.kind != "categorical":
        return np.stack([filled * filled, filled, active.astype(float)], axis=1)
    choices = int(dimension.cardinality or 1)
    codes = np.where(active, np.minimum(np.floor(filled * choices), choices - 1), -1)
    return np.asarray(codes[:, None] == np.arange(choices), dtype=float)


def _coefficients(centres: Array, widths: Array, dimension: Dimension) -> Array:
    """(F, n + 1) coefficients of log kernels; kernels without the dimension, and the prior, are uniform."""
    active = ~np.isnan(centres)
    centres = np.where(active, centres, 0.5)
    if dimension.kind != "categorical":
        inside = ndtr((1.0 - centres) / widths) - ndtr(-centres / widths)
        level = -0.5 * (centres / widths) ** 2 - np.log(widths * inside) - _LOG_SQRT_2PI
        terms = np.stack([-0.5 / widths**2, centres / widths**2, level])
    else:
        choices = int(dimension.cardinality or 1)
        own = np.arange(choices)[:, None] == np.minimum(np.floor(centres * choices), choices - 1)
        # Densities relative to the uniform one, as for numbers.
        terms = np.log(widths + (1.0 - widths) * choices * own)
    return np.hstack([np.where(active, terms, 0.0), np.zeros((len(terms), 1))])


def _without_inactive(rows: Array, snap: Snap) -> Array:
    # Dimensions further down are not drawn yet: snapping fills them, so only its blanks are taken over.
    snapped = snap(rows)
    return np.where(np.isnan(rows), np.nan, snapped)


def _log_sum_exp(values: Array) -> Array:
    top = values.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=1)) + top[:, 0])
