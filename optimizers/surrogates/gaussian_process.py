"""Gaussian-process regression, Matérn-5/2 with a lengthscale per dimension; called by the `gp` algorithm.

Hyperparameters are the mode of their posterior, found with analytic gradients. Features are scaled
so that kernels need one matrix product; see `features` for what distances mean.
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


@dataclass(frozen=True)
class Hyperparameters:
    """What a fit learns; lengthscales are in units of a dimension's range."""

    lengthscales: tuple[float, ...]
    amplitude: float
    noise: float
    """Variance of the noise."""

    def logs(self) -> Array:
        """The free parameters in log space, (D + 2,)."""
        return np.log([*self.lengthscales, self.amplitude, self.noise])

    @classmethod
    def of_logs(cls, logs: Array) -> "Hyperparameters":
        """The inverse of `logs`."""
        values = np.exp(logs)
        return cls(tuple(values[:-2].tolist()), float(values[-2]), float(values[-1]))


def prior_mode(dimensions: int) -> Hyperparameters:
    """Where a fit starts that knows nothing."""
    mode = np.exp(_LENGTHSCALE_MU + 0.5 * np.log(dimensions) - _LENGTHSCALE_SIGMA**2)
    return Hyperparameters((float(mode),) * dimensions, 1.0, 1e-3)


def fit(
    features: Array, owner: NDArray[np.intp], values: Array, start: Hyperparameters, steps: int
) -> tuple[Hyperparameters, float]:
    """Hyperparameters that maximise the posterior of `values` (n,) at `features` (n, Q).

    `owner` (Q,) names the dimension of each column; `steps` bounds the iterations. Also returns the
    loss reached, to compare several starts.
    """
    count = len(start.lengthscales)
    bounds = [_BOUNDS[0]] * count + [_BOUNDS[1], _BOUNDS[2]]
    lows, highs = np.array(bounds).T
    loss = _Loss(features, owner, values, count)
    found = minimize(
        loss,
        np.clip(start.logs(), lows, highs),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": steps, "ftol": 1e-7, "gtol": 1e-4},
    )
    # Rounded, so that the last bits of linear algebra do not carry over into later fits.
    return Hyperparameters.of_logs(np.round(found.x, 5)), float(found.fun)


@dataclass(frozen=True)
class _Loss:
    """Negative log posterior of the hyperparameters' logs, with its gradient."""

    features: Array
    owner: NDArray[np.intp]
    values: Array
    count: int

    def __call__(self, logs: Array) -> tuple[float, Array]:
        inverse_squares = np.exp(-2.0 * logs[:-2])
        amplitude, noise = np.exp(logs[-2:])
        scaled = self.features * np.sqrt(inverse_squares)[self.owner]
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
        gradient = np.concatenate([by_scale, [by_amplitude, by_noise]])
        prior, prior_gradient = _prior(logs, self.count)
        return float(fit_term + prior), gradient + prior_gradient


def _prior(logs: Array, count: int) -> tuple[float, Array]:
    """Negative log density of the log-normal priors, up to a constant."""
    centre = np.full(len(logs), _LENGTHSCALE_MU + 0.5 * np.log(count))
    spread = np.full(len(logs), _LENGTHSCALE_SIGMA)
    centre[-2:] = _AMPLITUDE_MU, _NOISE_MU
    spread[-2:] = _AMPLITUDE_SIGMA, _NOISE_SIGMA
    z = (logs - centre) / spread
    # The density is one of the parameter itself, hence the second term.
    return float(0.5 * z @ z + logs.sum()), z / spread + 1.0


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
        scaled = features * _scales(hyperparameters, owner)
        covariance = hyperparameters.amplitude * _matern(_squared_distances(scaled, scaled))[0]
        covariance.flat[:: len(covariance) + 1] += hyperparameters.noise + _JITTER
        factor = cholesky(covariance, lower=True, check_finite=False)
        inverse = _inverse(factor)
        residual, weights = _centred(inverse, values)
        mean = float(values[0] - residual[0])
        return cls(hyperparameters, owner, scaled, factor, inverse, weights, mean)

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (m,) of the function, without noise, at (m, Q) features."""
        cross = self._cross(features * _scales(self.hyperparameters, self.owner))[0]
        half = solve_triangular(self.factor, cross.T, lower=True, check_finite=False)
        variance = self.hyperparameters.amplitude - np.einsum("ij,ij->j", half, half)
        return self.mean + cross @ self.weights, np.sqrt(np.maximum(variance, 1e-12))

    def predict_with_slopes(self, point: Array) -> tuple[float, float, Array, Array]:
        """Mean, standard deviation and their gradients (Q,) at one point (Q,)."""
        scales = _scales(self.hyperparameters, self.owner)
        at = point * scales
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
