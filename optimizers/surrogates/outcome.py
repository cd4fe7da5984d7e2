"""One number that trials have (objective, constraint, time) as a Gaussian process; called by algorithms.

An `Outcome` keeps its hyperparameter fits between asks (see `fit_chain`); a `Posterior` is what one ask
believes, in the units of the model, with the way back to the number's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizers.space import Dimension
from optimizers.surrogates import gaussian_process
from optimizers.surrogates.features import FeatureMap
from optimizers.surrogates.fit_chain import FitChain
from optimizers.surrogates.gaussian_process import GaussianProcess, Hyperparameters
from optimizers.surrogates.output_warp import OutputWarp

if TYPE_CHECKING:
    from optimizers.earlier import Earlier

Floats = NDArray[np.float64]

_FIT_STEPS = 30
# With more points than this a second fit, from the prior, takes longer than it is worth.
_CHEAP = 80
# Fewer points than this say nothing about how a dimension is bent.
_BENDABLE = 12


class Table(Protocol):
    """The columns of rows: a space, or a space and more."""

    @property
    def dimensions(self) -> tuple[Dimension, ...]: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Posterior:
    """What is believed of the number everywhere."""

    features: FeatureMap
    model: GaussianProcess
    warp: OutputWarp
    earlier: Earlier | None = None
    share: float = 0.0
    """How much of what earlier studies predict is part of the mean."""

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation (m,) at (m, D) rows."""
        mean, std = self.model.predict(self.features(rows))
        return mean + self._before(rows), std

    def predict_with_slopes(self, row: Floats) -> tuple[float, float, Floats, Floats]:
        """Mean, deviation and their gradients (D,), 0 for all but continuous dimensions, at a (D,) row."""
        mean, std, mean_slope, std_slope = self.model.predict_with_slopes(self.features(row[None])[0])
        slopes, std_slopes = (self._by_dimension(each, len(row)) for each in (mean_slope, std_slope))
        if self.earlier is None:
            return mean, std, slopes, std_slopes
        before, _, before_slopes, _ = self.earlier.posterior.predict_with_slopes(row)
        return mean + self.share * before, std, slopes + self.share * before_slopes, std_slopes

    def draw(self, rows: Floats, rng: np.random.Generator) -> Floats:
        """(m,) values of one function drawn from the posterior."""
        return self.model.draw(self.features(rows), rng.standard_normal(len(rows))) + self._before(rows)

    def _before(self, rows: Floats) -> Floats:
        return np.zeros(len(rows)) if self.earlier is None else self.share * self.earlier.mean(rows)

    def own_units(self, images: Floats, *, above: bool = False) -> Floats:
        """Values as they were told, of model values; none lies above the worst unless asked for."""
        return self.warp.inverse(images, above=above)

    def _by_dimension(self, slopes: Floats, size: int) -> Floats:
        gradient = np.zeros(size)
        free = self.features.free
        gradient[self.features.owner[free]] = slopes[free]
        return gradient


class Outcome:
    """A Gaussian process whose hyperparameters are refitted when the results have grown by `growth`.

    max_points: most results that enter it.  bent: whether to learn how ranges are bent (input warping).
    warped: whether values are warped (see `OutputWarp`); if not they are only scaled, and 0 stays 0.
    earlier: what earlier studies predict, of which only the rest has to be explained.
    """

    def __init__(
        self,
        space: Table,
        max_points: int,
        *,
        bent: bool = False,
        warped: bool = True,
        growth: float = 1.1,
        earlier: Earlier | None = None,
    ) -> None:
        self._features = FeatureMap.of(space.dimensions)
        self._size = len(space)
        self._max_points = max_points
        self._bent = np.array([dim.kind != "categorical" for dim in space.dimensions]) if bent else None
        self._warped = warped
        self._earlier = earlier
        self._chain = FitChain(growth)

    def posterior(
        self, rows: Floats, values: Floats, pending: Floats, lost: Floats | None = None
    ) -> Posterior:
        """After (n, D) rows with (n,) finite values by number, n ≥ 1.

        (m, D) pending rows are taken to come out as predicted, (k, D) lost ones as the worst of all.
        """
        hyperparameters = self._hyperparameters(rows, values)
        kept = subset(values, self._max_points)
        warp = self._warp(values[kept])
        features, owner = self._features(rows[kept]), self._features.owner
        images, share = self._left_over(rows[kept], warp.forward(values[kept]))
        if lost is not None and len(lost):
            images = np.append(images, np.full(len(lost), images.max()))
            features = np.vstack([features, self._features(lost)])
        model = GaussianProcess.condition(features, owner, images, hyperparameters)
        if len(pending):
            waiting = self._features(pending)
            images = np.append(images, model.predict(waiting)[0])
            features = np.vstack([features, waiting])
            model = GaussianProcess.condition(features, owner, images, hyperparameters)
        return Posterior(self._features, model, warp, self._earlier, share)

    def _left_over(self, rows: Floats, images: Floats) -> tuple[Floats, float]:
        """What earlier studies do not explain, and how much of them is believed."""
        if self._earlier is None:
            return images, 0.0
        share = self._earlier.share(rows, images)
        return images - share * self._earlier.mean(rows), share

    def _warp(self, values: Floats) -> OutputWarp:
        return OutputWarp.fit(values) if self._warped else OutputWarp.scaling(values)

    def _hyperparameters(self, rows: Floats, values: Floats) -> Hyperparameters:
        prior = gaussian_process.prior_mode(self._size)

        def fit(length: int, start: Hyperparameters | None) -> Hyperparameters:
            kept = subset(values[:length], self._max_points)
            images, _ = self._left_over(rows[kept], self._warp(values[kept]).forward(values[kept]))
            return self._fit(self._features(rows[kept]), images, start)

        return self._chain.latest((rows, values), fit) or prior

    def _fit(self, features: Floats, images: Floats, start: Hyperparameters | None) -> Hyperparameters:
        """The better of the fits from the previous optimum and, while that is cheap, from the prior."""
        prior = gaussian_process.prior_mode(self._size)
        starts = [prior] if start is None else [start, prior] if len(images) <= _CHEAP else [start]
        bent = self._bent if len(images) >= _BENDABLE else None
        fits = [
            gaussian_process.fit(features, self._features.owner, images, begin, _FIT_STEPS, bent)
            for begin in starts
        ]
        return min(fits, key=lambda found: found[1])[0]


def subset(values: Floats, most: int) -> NDArray[np.intp]:
    """Ascending positions of at most `most` of (n,) values: half best, a quarter newest, the rest evenly."""
    if len(values) <= most:
        return np.arange(len(values))
    best = np.argsort(values, kind="stable")[: most // 2]
    newest = np.setdiff1d(np.arange(len(values)), best)[-(most // 4) :]
    rest = np.setdiff1d(np.arange(len(values)), np.concatenate([best, newest]))
    spread = rest[np.linspace(0, len(rest) - 1, most - len(best) - len(newest)).astype(np.intp)]
    return np.unique(np.concatenate([best, newest, spread]))
