"""Bayesian neural networks as the surrogate: learned features under Bayesian last layers."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.surrogate_search import Data, Surrogate, SurrogateOptions, SurrogateSearch
from optimizers.surrogates.bayesian_network import BayesianNetworks, Networks
from optimizers.surrogates.features import FeatureMap
from optimizers.surrogates.fit_chain import ladder
from optimizers.surrogates.outcome import subset
from optimizers.surrogates.output_warp import OutputWarp

Floats = NDArray[np.float64]

_STREAM = 1_000_039
_KEPT = 16
_GROWTH = 1.2


@dataclass(frozen=True)
class Believed:
    """The networks of rows rather than of features."""

    features: FeatureMap
    model: BayesianNetworks

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        return self.model.predict(_placed(self.features, rows))


class BNN(SurrogateSearch):
    """Small networks with Bayesian last layers (DNGO, Snoek 2015) under log expected improvement.

    The networks are trained anew whenever the results have grown by a fifth, on a prefix of them; the last
    layers take in every result at once, and pending trials as predicted.

    create("bnn", space, seed=0, members=4)
    """

    name = "bnn"
    title = "Bayesian neural network"
    summary = (
        "Learns the objective with small networks that know how sure they are: many results, many numbers."
    )

    @dataclass(frozen=True)
    class Options(SurrogateOptions):
        members: int = field(default=4, metadata={"help": "Networks of the ensemble.", "min": 1, "max": 50})
        units: int = field(
            default=24, metadata={"help": "Units in each of the two hidden layers.", "min": 4, "max": 256}
        )
        steps: int = field(
            default=150, metadata={"help": "Steps of training for each network.", "min": 10, "max": 5000}
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._features = FeatureMap.of(self.space.dimensions)
        self._networks: OrderedDict[bytes, Networks] = OrderedDict()

    def fitted(self, data: Data, pending: Floats, rng: np.random.Generator) -> Surrogate:
        features, values = _placed(self._features, data.rows), data.images
        networks = self._trained(data.all_rows, data.all_values)
        model = BayesianNetworks.condition(networks, features, values)
        if len(pending):
            waiting = _placed(self._features, pending)
            believed = np.append(values, model.predict(waiting)[0])
            model = BayesianNetworks.condition(networks, np.vstack([features, waiting]), believed)
        return Believed(self._features, model)

    def _trained(self, rows: Floats, values: Floats) -> Networks:
        """Networks trained on a prefix of the results; remembered by what the prefix holds."""
        count = max([2, *ladder(len(values), _GROWTH)])
        kept = subset(values[:count], self.options.max_points)
        inputs = _placed(self._features, rows[kept])
        targets = OutputWarp.fit(values[kept]).forward(values[kept])
        key = hashlib.blake2b(inputs.tobytes() + targets.tobytes(), digest_size=16).digest()
        found = self._networks.get(key)
        if found is None:
            found = Networks.trained(
                inputs,
                targets,
                members=self.options.members,
                units=self.options.units,
                steps=self.options.steps,
                rng=self.rng(count, stream=_STREAM),
            )
            self._networks[key] = found
            while len(self._networks) > _KEPT:
                self._networks.popitem(last=False)
        return found


def _placed(features: FeatureMap, rows: Floats) -> Floats:
    """Features around 0, as networks like them, and whether each dimension is active."""
    activity = np.where(np.isnan(rows), -1.0, 0.0)
    varying = activity[:, np.array([dimension.cardinality != 1 for dimension in features.dimensions])]
    return np.hstack([2.0 * features(rows) - 1.0, varying])
