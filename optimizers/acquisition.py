"""What a candidate is worth, given the mean and deviation a model predicts; called by algorithms."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr, ndtr

Array = NDArray[np.float64]

_LOG_SQRT_2PI = 0.5 * np.log(2.0 * np.pi)
_SQRT_HALF_PI = np.sqrt(0.5 * np.pi)
# Below the first bound the closed form of h cancels; beyond the second so does its erfcx form.
_TAIL = -5.0
_FAR_TAIL = -1e4


def log_expected_improvement(mean: Array, std: Array, best: float) -> Array:
    """The logarithm of how far below `best` a minimised value is expected to fall.

    `mean` and `std` have one shape, which the result shares; `std` must be positive. Accurate where
    the expected improvement itself underflows (Ament 2023, arXiv 2310.20708, equation 9).
    """
    return np.asarray(np.log(std) + _log_h((best - mean) / std))


def log_expected_improvement_slopes(mean: Array, std: Array, best: float) -> tuple[Array, Array]:
    """The derivatives of `log_expected_improvement` by the mean and by the standard deviation."""
    z = (best - mean) / std
    log_scale = np.log(std) + _log_h(z)
    return -np.exp(log_ndtr(z) - log_scale), np.exp(-0.5 * z * z - _LOG_SQRT_2PI - log_scale)


def probability_of_improvement(mean: Array, std: Array, best: float) -> Array:
    """The chance that a value falls below `best`."""
    return np.asarray(ndtr((best - mean) / std))


def _log_h(z: Array) -> Array:
    """log(φ(z) + z Φ(z)), in three ranges of z so that no digits are lost."""
    z = np.asarray(z, dtype=float)
    near = np.maximum(z, _TAIL)
    tail = np.clip(z, _FAR_TAIL, _TAIL)
    body = np.log(np.exp(-0.5 * near * near - _LOG_SQRT_2PI) + near * ndtr(near))
    slope = np.log1p(_SQRT_HALF_PI * tail * erfcx(-tail / np.sqrt(2.0)))
    # h(z) approaches φ(z) / z² far out.
    beyond = -2.0 * np.log(np.maximum(-z, 1.0))
    rest = np.where(z > _FAR_TAIL, slope, beyond)
    return np.asarray(np.where(z > _TAIL, body, -0.5 * z * z - _LOG_SQRT_2PI + rest))
