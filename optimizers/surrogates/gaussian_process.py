"""Gaussian-process regression, Matérn-5/2 with a lengthscale per dimension; called by `outcome`.

Hyperparameters are the mode of their posterior, found with analytic gradients. Features are scaled
so that kernels need one matrix product; see `features` for what distances mean. Each dimension may
be bent by a Kumaraswamy curve 1 − (1 − xᵃ)ᵇ first (input warping, Snoek 2014), for objectives that
change fast at one end of a range.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize

Array = NDArray[np.float64]

_SQRT5 = np.sqrt(5.0)
_JITTER = 1e-9
# Bounds of log lengthscale, log amplitude and log noise variance, for values of unit variance.
_BOUNDS = ((np.log(0.02), np.log(1e3)), (np.log(0.05), np.log(50.0)), (np.log(1e-7), np.log(2.0)))
# Prior of the lengthscale: LogNormal(√2 + ½ ln d, √3), Hvarfner 2024 (arXiv 2402.02229).
_LENGTHSCALE_MU, _LENGTHSCALE_SIGMA = np.sqrt(2.0), np.sqrt(3.0)
_NOISE_MU, _NOISE_SIGMA = -4.0, 1.0
_AMPLITUDE_MU, _AMPLITUDE_SIGMA = 0.0, 1.0
# Prior LogNormal(0, 0.5) and bounds of both shape parameters of the input warp.
_WARP_SIGMA, _WARP_BOUND = 0.5, 1.2
_EDGE = 1e-6


@dataclass(frozen=True)
class Hyperparameters:
    """What a fit learns; lengthscales are in units of a dimension's range."""

    lengthscales: tuple[float, ...]
    amplitude: float
    noise: float
    """Variance of the noise."""
    bends: tuple[float, ...] = ()
    """a of each dimension, then b of each; empty: nothing is bent."""

    def logs(self, bent: bool = False) -> Array:
        """The free parameters in log space, (D + 2,), or (3 D + 2,) with bends."""
        bends = (self.bends or (1.0,) * (2 * len(self.lengthscales))) if bent else ()
        return np.log([*self.lengthscales, self.amplitude, self.noise, *bends])

    @classmethod
    def of_logs(cls, logs: Array, dimensions: int | None = None) -> "Hyperparameters":
        """The inverse of `logs`; `dimensions` tells bends from lengthscales."""
        values = np.exp(logs).tolist()
        count = len(values) - 2 if dimensions is None else dimensions
        scales, rest = values[:count], values[count:]
        return cls(tuple(scales), rest[0], rest[1], tuple(rest[2:]))


def prior_mode(dimensions: int) -> Hyperparameters:
    """Where a fit starts that knows nothing."""
    mode = np.exp(_LENGTHSCALE_MU + 0.5 * np.log(dimensions) - _LENGTHSCALE_SIGMA**2)
    return Hyperparameters((float(mode),) * dimensions, 1.0, 1e-3)


def fit(
    features: Array,
    owner: NDArray[np.intp],
    values: Array,
    start: Hyperparameters,
    steps: int,
    bent: NDArray[np.bool_] | None = None,
) -> tuple[Hyperparameters, float]:
    """Hyperparameters that maximise the posterior of `values` (n,) at `features` (n, Q).

    `owner` (Q,) names the dimension of each column; `steps` bounds the iterations; `bent` (D,) says
    which dimensions may be bent, None: none. Also returns the loss reached, to compare several starts.
    """
    count = len(start.lengthscales)
    bounds = [_BOUNDS[0]] * count + [_BOUNDS[1], _BOUNDS[2]]
    if bent is not None:
        bounds += [(-_WARP_BOUND, _WARP_BOUND) if may else (0.0, 0.0) for may in (*bent, *bent)]
    lows, highs = np.array(bounds).T
    loss = _Loss(features, owner, values, count)
    found = minimize(
        loss,
        np.clip(start.logs(bent is not None), lows, highs),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": steps, "ftol": 1e-7, "gtol": 1e-4},
    )
    # Rounded, so that the last bits of linear algebra do not carry over into later fits.
    return Hyperparameters.of_logs(np.round(found.x, 5), count), float(found.fun)


@dataclass(frozen=True)
class _Loss:
    """Negative log posterior of the hyperparameters' logs, with its gradient."""

    features: Array
    owner: NDArray[np.intp]
    values: Array
    count: int

    def __call__(self, logs: Array) -> tuple[float, Array]:
        count = self.count
        inverse_squares = np.exp(-2.0 * logs[:count])
        amplitude, noise = np.exp(logs[count : count + 2])
        bends = np.exp(logs[count + 2 :])
        scales = np.sqrt(inverse_squares)[self.owner]
        scaled = _bent(self.features, bends, self.owner) * scales
        squared = _squared_distances(scaled, scaled)
        correlation, slope = _matern(squared)
        covariance = amplitude * correlation
        covariance.flat[:: len(covariance) + 1] += noise + _JITTER
        try:
            factor = cholesky(covariance, lower=True, overwrite_a=False, check_finite=False)
        except LinAlgError:
            return 1e10, np.zeros_like(logs)
        inverse = _inverse(factor)
        residual, weights = _centred(inverse, self.values)
        fit_term = 0.5 * residual @ weights + np.log(np.diag(factor)).sum()
        # Derivative of the likelihood by the covariance matrix.
        outer = 0.5 * (inverse - np.outer(weights, weights))
        by_distance = outer * (amplitude * slope)
        # Σ_ij G_ij (x_i - x_j)² for each column at once.
        row_sums = by_distance.sum(axis=1)
        moments = 2.0 * (row_sums @ scaled**2 - np.einsum("ij,ij->j", scaled, by_distance @ scaled))
        by_scale = -2.0 * np.bincount(self.owner, weights=moments, minlength=self.count)
        by_amplitude = amplitude * np.vdot(outer, correlation)
        by_noise = noise * np.trace(outer)
        by_bend = np.zeros(len(bends))
        if len(bends):
            # Twice, as each point is on both sides of its distances.
            by_place = 4.0 * (row_sums[:, None] * scaled - by_distance @ scaled) * scales
            slopes = _bend_slopes(self.features, bends, self.owner)
            sums = [np.einsum("ij,ij->j", by_place, slope) for slope in slopes]
            by_bend = bends * np.concatenate(
                [np.bincount(self.owner, weights=each, minlength=count) for each in sums]
            )
        gradient = np.concatenate([by_scale, [by_amplitude, by_noise], by_bend])
        prior, prior_gradient = _prior(logs, self.count)
        return float(fit_term + prior), gradient + prior_gradient


def _prior(logs: Array, count: int) -> tuple[float, Array]:
    """Negative log density of the log-normal priors, up to a constant."""
    centre, spread = np.zeros(len(logs)), np.full(len(logs), _WARP_SIGMA)
    centre[:count], spread[:count] = _LENGTHSCALE_MU + 0.5 * np.log(count), _LENGTHSCALE_SIGMA
    centre[count : count + 2] = _AMPLITUDE_MU, _NOISE_MU
    spread[count : count + 2] = _AMPLITUDE_SIGMA, _NOISE_SIGMA
    z = (logs - centre) / spread
    # The density is one of the parameter itself, hence the second term; that of a bend has its mode at 1.
    own = np.arange(len(logs)) < count + 2
    return float(0.5 * z @ z + logs[own].sum()), z / spread + own


@dataclass(frozen=True)
class GaussianProcess:
    """The posterior of a function, given its values at some points."""

    hyperparameters: Hyperparameters
    owner: NDArray[np.intp]
    scaled: Array
    factor: Array
    inverse: Array
    weights: Array
    mean: float

    @classmethod
    def condition(
        cls, features: Array, owner: NDArray[np.intp], values: Array, hyperparameters: Hyperparameters
    ) -> "GaussianProcess":
        """The posterior at given hyperparameters; `features` (n, Q), `values` (n,)."""
        scaled = _placed(features, hyperparameters, owner)
        covariance = hyperparameters.amplitude * _matern(_squared_distances(scaled, scaled))[0]
        covariance.flat[:: len(covariance) + 1] += hyperparameters.noise + _JITTER
        factor = cholesky(covariance, lower=True, check_finite=False)
        inverse = _inverse(factor)
        residual, weights = _centred(inverse, values)
        mean = float(values[0] - residual[0])
        return cls(hyperparameters, owner, scaled, factor, inverse, weights, mean)

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (m,) of the function, without noise, at (m, Q) features."""
        cross = self._cross(_placed(features, self.hyperparameters, self.owner))[0]
        half = solve_triangular(self.factor, cross.T, lower=True, check_finite=False)
        variance = self.hyperparameters.amplitude - np.einsum("ij,ij->j", half, half)
        return self.mean + cross @ self.weights, np.sqrt(np.maximum(variance, 1e-12))

    def average(self, features: Array) -> tuple[float, float]:
        """Mean and standard deviation of the function's average over (m, Q) features."""
        placed = _placed(features, self.hyperparameters, self.owner)
        cross = self._cross(placed)[0].mean(axis=0)
        joint = float(_matern(_squared_distances(placed, placed))[0].mean())
        half = solve_triangular(self.factor, cross, lower=True, check_finite=False)
        variance = self.hyperparameters.amplitude * joint - float(half @ half)
        return self.mean + float(cross @ self.weights), float(np.sqrt(max(variance, 1e-12)))

    def left_out(self) -> tuple[Array, Array]:
        """What is predicted of each (n,) value from all the others: its error and standard deviation.

        Closed form for given hyperparameters; Rasmussen and Williams (2006), equations 5.10 to 5.12.
        """
        diagonal = np.diag(self.inverse)
        return self.weights / diagonal, np.sqrt(1.0 / diagonal)

    def draw(self, features: Array, normal: Array) -> Array:
        """A function drawn from the posterior, (m,) values at (m, Q) features, from (m,) normal numbers.

        With (m, k) normal numbers k functions, (m, k).
        """
        placed = _placed(features, self.hyperparameters, self.owner)
        cross = self._cross(placed)[0]
        half = solve_triangular(self.factor, cross.T, lower=True, check_finite=False)
        joint = self.hyperparameters.amplitude * _matern(_squared_distances(placed, placed))[0]
        joint -= half.T @ half
        joint.flat[:: len(joint) + 1] += 1e-6 * self.hyperparameters.amplitude
        try:
            factor = cholesky(joint, lower=True, check_finite=False)
        except LinAlgError:
            factor = np.diag(np.sqrt(np.maximum(np.diag(joint), 1e-12)))
        mean = self.mean + cross @ self.weights
        return np.asarray((mean if normal.ndim == 1 else mean[:, None]) + factor @ normal)

    def predict_with_slopes(self, point: Array) -> tuple[float, float, Array, Array]:
        """Mean, standard deviation and their gradients (Q,) at one point (Q,)."""
        scales = _scales(self.hyperparameters, self.owner)
        bends = np.asarray(self.hyperparameters.bends)
        at = _bent(point[None], bends, self.owner)[0] * scales
        scales = scales * _place_slopes(point, bends, self.owner)
        cross, slope = self._cross(at[None])
        solved = self.inverse @ cross[0]
        variance = max(float(self.hyperparameters.amplitude - cross[0] @ solved), 1e-12)
        # d k / d x = slope · 2 (x - x_i), in scaled units.
        away = 2.0 * slope[0][:, None] * (at - self.scaled) * scales
        std = float(np.sqrt(variance))
        mean = float(self.mean + cross[0] @ self.weights)
        return mean, std, self.weights @ away, -(solved @ away) / std

    def _cross(self, scaled: Array) -> tuple[Array, Array]:
        correlation, slope = _matern(_squared_distances(scaled, self.scaled))
        return self.hyperparameters.amplitude * correlation, self.hyperparameters.amplitude * slope


def _scales(hyperparameters: Hyperparameters, owner: NDArray[np.intp]) -> Array:
    return 1.0 / np.asarray(hyperparameters.lengthscales)[owner]


def _placed(features: Array, hyperparameters: Hyperparameters, owner: NDArray[np.intp]) -> Array:
    """Features bent and in units of their lengthscales."""
    bent = _bent(features, np.asarray(hyperparameters.bends), owner)
    return bent * _scales(hyperparameters, owner)


def _bent(features: Array, bends: Array, owner: NDArray[np.intp]) -> Array:
    if not len(bends):
        return features
    a, b = bends.reshape(2, -1)[:, owner]
    return np.asarray(1.0 - (1.0 - np.clip(features, _EDGE, 1.0 - _EDGE) ** a) ** b)


def _bend_slopes(features: Array, bends: Array, owner: NDArray[np.intp]) -> tuple[Array, Array]:
    """Derivatives of bent features by a and by b, both (n, Q)."""
    a, b = bends.reshape(2, -1)[:, owner]
    inside = np.clip(features, _EDGE, 1.0 - _EDGE)
    power = inside**a
    rest = 1.0 - power
    return b * rest ** (b - 1.0) * power * np.log(inside), -(rest**b) * np.log(rest)


def _place_slopes(point: Array, bends: Array, owner: NDArray[np.intp]) -> Array:
    """Derivatives of bent features by the features, (Q,)."""
    if not len(bends):
        return np.ones(len(point))
    a, b = bends.reshape(2, -1)[:, owner]
    inside = np.clip(point, _EDGE, 1.0 - _EDGE)
    return np.asarray(a * b * inside ** (a - 1.0) * (1.0 - inside**a) ** (b - 1.0))


def _squared_distances(left: Array, right: Array) -> Array:
    squared = -2.0 * (left @ right.T)
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += np.einsum("ij,ij->i", right, right)[None, :]
    return np.maximum(squared, 0.0, out=squared)


def _matern(squared: Array) -> tuple[Array, Array]:
    """Correlation at a squared distance, and its derivative by that squared distance."""
    distance = _SQRT5 * np.sqrt(squared)
    decay = np.exp(-distance)
    slope = (1.0 + distance) * decay
    return slope + (5.0 / 3.0) * squared * decay, (-5.0 / 6.0) * slope


def _inverse(factor: Array) -> Array:
    lower, _ = dpotri(factor, lower=1)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


def _centred(inverse: Array, values: Array) -> tuple[Array, Array]:
    """Values less their generalised-least-squares mean, and the inverse applied to them."""
    ones = inverse.sum(axis=1)
    residual = values - (ones @ values) / max(ones.sum(), 1e-12)
    return residual, inverse @ residual
