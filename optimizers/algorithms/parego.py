"""ParEGO: one random compromise between the objectives for each trial, improved by Gaussian processes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from optimizers.several_objectives import Beliefs, SeveralObjectives

Floats = NDArray[np.float64]

_DRAWS = 32
_RHO = 0.05
_LEAST = 1e-12


class ParEGO(SeveralObjectives):
    """ParEGO (Knowles 2006): expected improvement of a Chebyshev sum with weights drawn for each ask.

    There is a Gaussian process for each objective rather than one for the sum, so that their fits serve all
    weights; the improvement is a mean over quasi-random draws from them (as in qNParEGO, Daulton 2020).

    create("parego", space, seed=0, objectives=2)
    """

    name = "parego"
    title = "ParEGO"
    summary = "Improves a random compromise at a time with Gaussian processes: two to four costly objectives."

    def log_gain(self, beliefs: Beliefs, rng: np.random.Generator) -> Callable[[Floats], Floats]:
        weights = rng.dirichlet(np.ones(self.objectives))
        low = beliefs.images.min(axis=0)
        spread = np.maximum(np.ptp(beliefs.points, axis=0), 1e-9)
        uniform = qmc.Sobol(self.objectives, scramble=True, rng=rng).random(_DRAWS)
        normal = ndtri(np.clip(uniform, 1e-6, 1.0 - 1e-6))

        def chebyshev(values: Floats) -> Floats:
            scaled = weights * (values - low) / spread
            return np.asarray(scaled.max(axis=-1) + _RHO * scaled.sum(axis=-1))

        best = float(chebyshev(beliefs.points).min())

        def log_gain(rows: Floats) -> Floats:
            means, stds = beliefs.predict(rows)
            drawn = chebyshev(means[:, None, :] + stds[:, None, :] * normal)
            gain = np.maximum(best - drawn, 0.0).mean(axis=1)
            # Where no draw improves, the nearest to it is still the better one.
            return np.asarray(
                np.where(gain > _LEAST, np.log(gain + _LEAST), np.log(_LEAST) - drawn.min(axis=1))
            )

        return log_gain
