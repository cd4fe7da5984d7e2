"""Bayesian optimization with a Gaussian process: asks where the model expects an improvement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.acquisition import (
    log_expected_improvement,
    log_expected_improvement_slopes,
    probability_of_improvement,
)
from optimizers.candidates import best_rows
from optimizers.columns import Columns
from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.surrogates import gaussian_process
from optimizers.surrogates.features import FeatureMap
from optimizers.surrogates.fit_chain import FitChain
from optimizers.surrogates.gaussian_process import GaussianProcess, Hyperparameters
from optimizers.surrogates.output_warp import OutputWarp

Floats = NDArray[np.float64]

_INCUMBENTS = 5
# By how much an ask wants to improve on the best, in standard deviations of the warped values; drawn
# anew for each, because small steps alone never leave a plateau.
_AIMS = (0.0, 0.0, 0.01, 0.03, 0.1, 0.3)
_FIT_STEPS = 30
# With more points than this a second fit, from the prior, takes longer than it is worth.
_CHEAP = 80
# How many of the best candidates are looked through for one that is new.
_LOOKED_AT = 200


class GP(ModelBased):
    """Gaussian process with a Matérn-5/2 kernel, noise learned, and the logarithm of expected improvement.

    Objective values are warped (see `OutputWarp`); failed trials count as the worst value seen; a
    pending trial is taken to come out as predicted. Hyperparameters are refitted whenever the number of
    results has grown by a tenth. At most `max_points` results enter the model, so that an ask stays
    as fast as ever.

    create("gp", space, seed=0, max_points=200)
    """

    name = "gp"
    title = "Gaussian process"
    summary = (
        "Models the objective as a smooth function: best with costly trials and mostly numeric parameters."
    )

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={
                "help": "Trials spread evenly before the model is used; empty: by the space and the budget.",
                "min": 1,
            },
        )
        explore: float = field(
            default=0.03,
            metadata={"help": "Share of trials drawn at random all along.", "min": 0.0, "max": 1.0},
        )
        max_points: int = field(
            default=300, metadata={"help": "Most results that enter the model.", "min": 20, "max": 2000}
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._features = FeatureMap.of(self.space.dimensions)
        self._chain = FitChain()

    def propose(self, situation: Situation) -> Proposal:
        told = situation.told
        values = completed(told.value, told.pruned)
        hyperparameters = self._hyperparameters(told)
        kept = subset(values, self.options.max_points)
        rows, warp = told.rows[kept], OutputWarp.fit(values[kept])
        images = warp.forward(values[kept])
        model = self._model(rows, images, situation.pending, hyperparameters)
        # What pending trials promise counts too, else all of them would gather at one place.
        believed = np.vstack([rows, situation.pending])
        best = float(model.predict(self._features(believed))[0].min())
        aim = float(situation.rng.choice(_AIMS))
        incumbents = rows[np.argsort(images, kind="stable")[:_INCUMBENTS]]
        acquisition = _Acquisition(self._features, model, best - aim)
        candidates, scores = best_rows(
            self.space, acquisition.score, acquisition.slopes, incumbents, situation.rng
        )
        # The first one that is new; when none is, the best, which the base class then moves.
        place = int(np.argmin(situation.seen.mask(candidates[:_LOOKED_AT])))
        info = self._explained(model, warp, best, candidates[place])
        info |= {"acquisition": round(float(scores[place]), 6), "aim": aim}
        return Proposal(candidates[place], info)

    def _hyperparameters(self, told: Columns) -> Hyperparameters:
        prior = gaussian_process.prior_mode(len(self.space))

        def fit(length: int, start: Hyperparameters | None) -> Hyperparameters:
            if np.isnan(told.value[:length]).all():
                return prior
            values = completed(told.value[:length], told.pruned[:length])
            kept = subset(values, self.options.max_points)
            images = OutputWarp.fit(values[kept]).forward(values[kept])
            return self._fit(self._features(told.rows[kept]), images, start)

        return self._chain.latest((told.rows, told.value, told.pruned), fit) or prior

    def _fit(self, features: Floats, images: Floats, start: Hyperparameters | None) -> Hyperparameters:
        """The better of the fits from the previous optimum and, while that is cheap, from the prior."""
        prior = gaussian_process.prior_mode(len(self.space))
        starts = [prior] if start is None else [start, prior] if len(images) <= _CHEAP else [start]
        fits = [
            gaussian_process.fit(features, self._features.owner, images, begin, _FIT_STEPS)
            for begin in starts
        ]
        return min(fits, key=lambda found: found[1])[0]

    def _model(
        self, rows: Floats, images: Floats, pending: Floats, hyperparameters: Hyperparameters
    ) -> GaussianProcess:
        """The posterior, with every pending row taken to come out as predicted (kriging believer)."""
        features, owner = self._features(rows), self._features.owner
        model = GaussianProcess.condition(features, owner, images, hyperparameters)
        if not len(pending):
            return model
        waiting = self._features(pending)
        believed = np.append(images, model.predict(waiting)[0])
        return GaussianProcess.condition(np.vstack([features, waiting]), owner, believed, hyperparameters)

    def _explained(
        self, model: GaussianProcess, warp: OutputWarp, best: float, row: Floats
    ) -> dict[str, Any]:
        mean, std = model.predict(self._features(row[None]))
        low, middle, high = warp.inverse(np.array([mean[0] - std[0], mean[0], mean[0] + std[0]])).tolist()
        chance = float(probability_of_improvement(mean, std, best)[0])
        return {
            "mode": "exploit" if mean[0] < best + 0.5 * std[0] else "explore",
            "predicted_mean": middle,
            "predicted_std": 0.5 * high - 0.5 * low,
            "chance_to_improve": round(chance, 6),
            "acquisition_name": "log expected improvement",
        }


@dataclass(frozen=True)
class _Acquisition:
    """Log expected improvement of rows."""

    features: FeatureMap
    model: GaussianProcess
    best: float

    def score(self, rows: Floats) -> Floats:
        return log_expected_improvement(*self.model.predict(self.features(rows)), self.best)

    def slopes(self, row: Floats) -> tuple[float, Floats]:
        """The score of one (D,) row and its gradient, which is 0 for all but continuous dimensions."""
        mean, std, mean_slope, std_slope = self.model.predict_with_slopes(self.features(row[None])[0])
        by_mean, by_std = log_expected_improvement_slopes(np.array(mean), np.array(std), self.best)
        gradient = np.zeros(len(row))
        free = self.features.free
        gradient[self.features.owner[free]] = (by_mean * mean_slope + by_std * std_slope)[free]
        return float(log_expected_improvement(np.array(mean), np.array(std), self.best)), gradient


def completed(value: Floats, pruned: NDArray[np.bool_]) -> Floats:
    """(n,) values for a regression; at least one of (n,) must not be NaN.

    Failed results (NaN) get the worst value seen. Pruned ones get at least the median: their last report
    belongs to less training, and is no promise.
    """
    full = value[~np.isnan(value) & ~pruned]
    values = np.where(np.isnan(value), np.nanmax(value), value)
    return np.where(pruned, np.maximum(values, np.median(full)), values) if len(full) else values


def subset(values: Floats, most: int) -> NDArray[np.intp]:
    """Ascending positions of at most `most` of (n,) values: half best, a quarter newest, the rest evenly."""
    if len(values) <= most:
        return np.arange(len(values))
    best = np.argsort(values, kind="stable")[: most // 2]
    newest = np.setdiff1d(np.arange(len(values)), best)[-(most // 4) :]
    rest = np.setdiff1d(np.arange(len(values)), np.concatenate([best, newest]))
    spread = rest[np.linspace(0, len(rest) - 1, most - len(best) - len(newest)).astype(np.intp)]
    return np.unique(np.concatenate([best, newest, spread]))
