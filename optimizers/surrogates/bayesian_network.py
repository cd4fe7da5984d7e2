"""An ensemble of small networks with Bayesian last layers, on NumPy; called by the `bnn` algorithm.

Each network is trained on the results (all networks at once, by Adam); then its last layer is replaced by a
Bayesian linear regression on the last hidden units (DNGO, Snoek 2015), with precisions found by evidence.
Mean and variance are those of the mixture: inside the members and between them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_RATE = 0.02
_DECAY = 1e-4
_EVIDENCE_ROUNDS = 8


@dataclass(frozen=True)
class Networks:
    """Hidden layers of M networks: weights (M, in, out) and biases (M, 1, out) of each layer."""

    layers: tuple[tuple[Array, Array], ...]

    @classmethod
    def trained(
        cls, features: Array, values: Array, *, members: int, units: int, steps: int, rng: np.random.Generator
    ) -> Networks:
        """M networks with two hidden layers, fitted to (n,) standardised values at (n, Q) features."""
        sizes = (features.shape[1], units, units, 1)
        parameters = []
        for inside, outside in itertools.pairwise(sizes):
            scale = (2.0 if inside == sizes[0] else 1.0) / np.sqrt(inside)
            parameters.append(scale * rng.standard_normal((members, inside, outside)))
            parameters.append(0.5 * rng.standard_normal((members, 1, outside)))
        # Members see the results with different weights (a Bayesian bootstrap), so that they disagree.
        weights = rng.exponential(size=(members, len(values), 1))
        weights = weights / weights.sum(axis=1, keepdims=True)
        first = [np.zeros_like(each) for each in parameters]
        second = [np.zeros_like(each) for each in parameters]
        for step in range(1, steps + 1):
            rate = _RATE * (1.0 - step / (steps + 1)) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for place, slope in enumerate(_slopes(parameters, features, values, weights)):
                slope += _DECAY * parameters[place]
                first[place] = 0.9 * first[place] + 0.1 * slope
                second[place] = 0.999 * second[place] + 0.001 * slope * slope
                parameters[place] = parameters[place] - rate * first[place] / (np.sqrt(second[place]) + 1e-8)
        rounded = [np.round(each, 6) for each in parameters[:-2]]
        return cls(((rounded[0], rounded[1]), (rounded[2], rounded[3])))

    def hidden(self, features: Array) -> Array:
        """(M, n, H + 1) last hidden units of (n, Q) features, and a constant."""
        signal = np.broadcast_to(features, (len(self.layers[0][0]), *features.shape))
        for weights, biases in self.layers:
            signal = np.tanh(signal @ weights + biases)
        return np.concatenate([signal, np.ones((*signal.shape[:2], 1))], axis=2)


def _slopes(parameters: list[Array], features: Array, values: Array, weights: Array) -> list[Array]:
    """Gradients of the weighted squared error by all parameters."""
    w1, b1, w2, b2, w3, b3 = parameters
    one = np.tanh(features @ w1 + b1)
    two = np.tanh(one @ w2 + b2)
    error = weights * (two @ w3 + b3 - values[:, None])
    by_two = (error @ w3.transpose(0, 2, 1)) * (1 - two * two)
    by_one = (by_two @ w2.transpose(0, 2, 1)) * (1 - one * one)
    sums = [each.sum(axis=1, keepdims=True) for each in (by_one, by_two, error)]
    return [
        features.T @ by_one,
        sums[0],
        one.transpose(0, 2, 1) @ by_two,
        sums[1],
        two.transpose(0, 2, 1) @ error,
        sums[2],
    ]


@dataclass(frozen=True)
class BayesianNetworks:
    """Networks with their last layers as normal distributions."""

    networks: Networks
    means: Array
    """(M, H + 1)"""
    covariances: Array
    """(M, H + 1, H + 1)"""

    @classmethod
    def condition(cls, networks: Networks, features: Array, values: Array) -> BayesianNetworks:
        """Last layers that explain (n,) values at (n, Q) features."""
        hidden = networks.hidden(features)
        squares, crosses = hidden.transpose(0, 2, 1) @ hidden, hidden.transpose(0, 2, 1) @ values
        posteriors = [
            _linear(square, cross, each, values)
            for square, cross, each in zip(squares, crosses, hidden, strict=True)
        ]
        return cls(
            networks, np.array([mean for mean, _ in posteriors]), np.array([cov for _, cov in posteriors])
        )

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (m,), without noise, at (m, Q) features."""
        hidden = self.networks.hidden(features)
        means = np.einsum("mnh,mh->mn", hidden, self.means)
        inside = np.einsum("mnh,mnh->mn", hidden @ self.covariances, hidden)
        variance = means.var(axis=0) + inside.mean(axis=0)
        return means.mean(axis=0), np.sqrt(np.maximum(variance, 1e-10))


def _linear(square: Array, cross: Array, hidden: Array, values: Array) -> tuple[Array, Array]:
    """Posterior mean and covariance of the weights; precisions by the evidence (MacKay 1992)."""
    lengths, axes = np.linalg.eigh(square)
    lengths = np.maximum(lengths, 0.0)
    turned = axes.T @ cross
    prior, noise = 1.0, 100.0
    for _ in range(_EVIDENCE_ROUNDS):
        mean = axes @ (noise * turned / (prior + noise * lengths))
        used = float((noise * lengths / (prior + noise * lengths)).sum())
        missed = float(np.sum((values - hidden @ mean) ** 2))
        prior = float(np.clip(used / max(float(mean @ mean), 1e-9), 1e-3, 1e3))
        noise = float(np.clip((len(values) - used) / max(missed, 1e-9), 1.0, 1e4))
    scaled = axes / np.sqrt(prior + noise * lengths)
    return axes @ (noise * turned / (prior + noise * lengths)), scaled @ scaled.T
