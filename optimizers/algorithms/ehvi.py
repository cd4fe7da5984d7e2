"""Expected hypervolume improvement: asks where the front of compromises is expected to grow most."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from optimizers.pareto import crowding, front, open_boxes, reference_point
from optimizers.several_objectives import Beliefs, SeveralObjectives

Floats = NDArray[np.float64]

# Points of the front that count: boxes grow with a power of them.
_MOST_POINTS = {1: 1, 2: 60, 3: 24, 4: 10}
_LEAST = 1e-300


class EHVI(SeveralObjectives):
    """Exact expected hypervolume improvement (Emmerich 2006; Yang 2019) under a Gaussian process each.

    What is not dominated up to the reference point is cut into boxes; in each the improvement is a product of
    one-dimensional expectations. Pending trials count as if they had come out as predicted.

    create("ehvi", space, seed=0, objectives=2)
    """

    name = "ehvi"
    title = "Expected hypervolume"
    summary = "Grows the front where the models expect most: two to four costly objectives, few trials."

    def log_gain(self, beliefs: Beliefs, rng: np.random.Generator) -> Callable[[Floats], Floats]:
        points = beliefs.points
        best = points[front(points)]
        most = _MOST_POINTS[self.objectives]
        if len(best) > most:
            best = best[np.argsort(-crowding(best), kind="stable")[:most]]
        low, high = open_boxes(best, reference_point(points))

        def log_gain(rows: Floats) -> Floats:
            means, stds = beliefs.predict(rows)
            gain = np.ones((len(rows), len(low)))
            for column in range(self.objectives):
                gain *= _expected_overlap(means[:, column], stds[:, column], low[:, column], high[:, column])
            total = gain.sum(axis=1)
            # Where the gain underflows, what is closest to the front is still the better one.
            away = (means[:, None, :] - 5.0 * stds[:, None, :] - best).max(axis=2).min(axis=1)
            hopeless = np.log(_LEAST) - np.maximum(away, 0.0)
            return np.asarray(np.where(total > _LEAST, np.log(total + _LEAST), hopeless))

        return log_gain


def _expected_overlap(mean: Floats, std: Floats, low: Floats, high: Floats) -> Floats:
    """(m, k): the expected part of [low, high] above a normal value Y: E max(0, high − max(Y, low))."""
    mean, std = mean[:, None], std[:, None]
    return _expected_shortfall(mean, std, high) - _expected_shortfall(mean, std, low)


def _expected_shortfall(mean: Floats, std: Floats, limit: Floats) -> Floats:
    """E max(0, limit − Y), 0 where the limit is −∞."""
    finite = np.where(np.isinf(limit), 0.0, limit)
    z = (finite - mean) / std
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return np.where(np.isinf(limit), 0.0, (finite - mean) * ndtr(z) + std * density)
