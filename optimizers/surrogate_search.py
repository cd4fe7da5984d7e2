"""What searches under any surrogate share: improvement on the best, feasibility, cost; called by algorithms.

An algorithm derives from `SurrogateSearch` and writes `fitted`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizers.acquisition import log_expected_improvement
from optimizers.candidates import Effort, best_rows
from optimizers.columns import Columns
from optimizers.earlier import Earlier
from optimizers.model_based import ModelBased, Proposal, Situation, ranked
from optimizers.side_models import SideModels
from optimizers.surrogates.outcome import subset
from optimizers.surrogates.output_warp import OutputWarp
from optimizers.terms import Sum

Floats = NDArray[np.float64]

_INCUMBENTS = 8
_LOOKED_AT = 200


class Surrogate(Protocol):
    """A regression that knows how sure it is."""

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation (m,) at (m, D) rows."""
        ...


@dataclass(frozen=True)
class Shifted:
    """A surrogate of what earlier studies leave over, and their share."""

    surrogate: Surrogate
    earlier: Earlier
    share: float

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        mean, std = self.surrogate.predict(rows)
        return mean + self.share * self.earlier.mean(rows), std


@dataclass(frozen=True)
class Data:
    """What a surrogate learns from: (n, D) rows with (n,) warped images, chosen among all rows and values."""

    rows: Floats
    images: Floats
    all_rows: Floats
    all_values: Floats
    """In the objective's own units, by ascending number."""


@dataclass(frozen=True)
class SurrogateOptions:
    """Options of every search under a surrogate."""

    startup: int | None = field(
        default=None,
        metadata={
            "help": "Trials spread evenly before the model is used; empty: by the space and the budget.",
            "min": 1,
        },
    )
    explore: float = field(
        default=0.1,
        metadata={"help": "Share of trials drawn at random all along.", "min": 0.0, "max": 1.0},
    )
    max_points: int = field(
        default=400, metadata={"help": "Most results that enter the model.", "min": 20, "max": 5000}
    )
    per_second: bool = field(
        default=False,
        metadata={"help": "Prefer configurations that train fast, while much of the budget is left."},
    )


class SurrogateSearch(ModelBased):
    """Log expected improvement under a surrogate, searched at random and near the best."""

    Options = SurrogateOptions
    effort = Effort(random=500, mutants=400, rounds=3, round_size=150)

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._side = SideModels(self.space)
        self._earlier = Earlier.of(self.space, self.earlier)

    @abstractmethod
    def fitted(self, data: Data, pending: Floats, rng: np.random.Generator) -> Surrogate:
        """The surrogate of the data; (m, D) pending rows are to come out as predicted."""

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        usable = told.ok
        values = completed(told.value[usable], told.pruned[usable])
        kept = subset(values, self.options.max_points)
        rows = told.rows[usable][kept]
        warp = OutputWarp.fit(values[kept])
        images = warp.forward(values[kept])
        earlier = self._earlier
        share = 0.0 if earlier is None else earlier.share(rows, images)
        left = images if earlier is None else images - share * earlier.mean(rows)
        sides, lost = self._side.feasibility(told, situation.pending)
        left = np.append(left, np.full(len(lost), left.max()))
        data = Data(np.vstack([rows, lost]), left, told.rows[usable], values)
        surrogate = self.fitted(data, situation.pending, rng)
        if earlier is not None:
            surrogate = Shifted(surrogate, earlier, share)
        feasible = told.feasible[usable][kept]
        best = float(images[feasible].min()) if feasible.any() else float(images.min())
        others = Sum(
            [
                *sides,
                *self._side.cheapness(told, situation.pending, thrift(self, told)),
                *self.believed(told),
            ]
        )

        def score(candidates: Floats) -> Floats:
            mean, std = surrogate.predict(candidates)
            own = log_expected_improvement(mean, std, best) if feasible.any() else np.zeros(len(mean))
            return own + others.score(candidates) if others.terms else own

        incumbents = told.rows[ranked(told)[:_INCUMBENTS]]
        further = self.from_belief(told, rng)
        candidates, scores = best_rows(self.space, score, None, incumbents, rng, self.effort, further)
        place = int(np.argmin(situation.seen.mask(candidates[:_LOOKED_AT])))
        info = explained(surrogate, warp, best, candidates[place])
        return Proposal(candidates[place], info | {"acquisition": round(float(scores[place]), 6)})


def explained(surrogate: Surrogate, warp: OutputWarp, best: float, row: Floats) -> dict[str, Any]:
    """What the surrogate says of a (D,) row, for people, in the objective's own units."""
    mean, std = surrogate.predict(row[None])
    low, middle, high = warp.inverse(np.array([mean[0] - std[0], mean[0], mean[0] + std[0]])).tolist()
    return {
        "mode": "exploit" if mean[0] < best + 0.5 * std[0] else "explore",
        "predicted_mean": middle,
        "predicted_std": 0.5 * high - 0.5 * low,
        "acquisition_name": "log expected improvement",
    }


def thrift(search: ModelBased, told: Columns) -> float:
    """How much time counts under `per_second`: fully at first, not at all at the end of the budget."""
    if not search.options.per_second:
        return 0.0
    return 1.0 if search.budget is None else max(0.0, 1.0 - len(told) / search.budget)


def completed(value: Floats, pruned: NDArray[np.bool_]) -> Floats:
    """(n,) values for a regression: pruned ones get at least the median.

    Their last report belongs to less training, and is no promise.
    """
    full = value[~pruned]
    return np.where(pruned, np.maximum(value, np.median(full)), value) if len(full) else value
