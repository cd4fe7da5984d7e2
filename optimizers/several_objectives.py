"""What methods with a Gaussian process for each of several objectives share; called by algorithms."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.candidates import Effort, best_rows
from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.pareto import ranked_by_fronts
from optimizers.side_models import SideModels
from optimizers.surrogate_search import completed, thrift
from optimizers.surrogates.outcome import Outcome, Posterior
from optimizers.terms import Sum
from optimizers.variation import first_new, offspring

Floats = NDArray[np.float64]

_INCUMBENTS = 12
_LOOKED_AT = 200
# Below this share of distinct values an objective comes in steps; so many results are needed to say so.
_DISTINCT, _ENOUGH = 0.8, 12
_EFFORT = Effort(random=400, mutants=400, rounds=3, round_size=120)
_PARENTS, _CROSSOVER, _CHILDREN = 30, 0.9, 8


@dataclass(frozen=True)
class SeveralOptions:
    """Options of every method with a model for each objective."""

    startup: int | None = field(
        default=None,
        metadata={
            "help": "Trials spread evenly before the models are used; empty: by the space and the budget.",
            "min": 1,
        },
    )
    explore: float = field(
        default=0.03,
        metadata={"help": "Share of trials drawn at random all along.", "min": 0.0, "max": 1.0},
    )
    max_points: int = field(
        default=200, metadata={"help": "Most results that enter a model.", "min": 20, "max": 2000}
    )
    per_second: bool = field(
        default=False,
        metadata={"help": "Prefer configurations that train fast, while much of the budget is left."},
    )


@dataclass(frozen=True)
class Beliefs:
    """A posterior for each objective; told and pending results in the models' own units."""

    posteriors: tuple[Posterior, ...]
    images: Floats
    """(n, M) of the results that have values."""
    reached: Floats
    """(n, M): the images, half a step better where an objective comes in steps (see `next_step`)."""
    believed: Floats
    """(k, M) means where trials are pending."""
    feasible: NDArray[np.bool_]
    """(n,)"""

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        """(m, M) means and standard deviations at (m, D) rows."""
        parts = [posterior.predict(rows) for posterior in self.posteriors]
        return np.stack([mean for mean, _ in parts], axis=1), np.stack([std for _, std in parts], axis=1)

    @property
    def points(self) -> Floats:
        """What counts as reached: feasible results and what pending ones promise."""
        return np.vstack([self.reached[self.feasible], self.believed])


class SeveralObjectives(ModelBased):
    """Scores candidates by a method's own idea of a gain, times feasibility, per second if asked for."""

    most_objectives = 4
    Options = SeveralOptions

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._outcomes = [Outcome(self.space, self.options.max_points) for _ in range(self.objectives)]
        self._side = SideModels(self.space)

    @abstractmethod
    def log_gain(self, beliefs: Beliefs, rng: np.random.Generator) -> Any:
        """A function of (m, D) rows that gives (m,) logarithms of what they are expected to gain."""

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        turn = len(told) + len(situation.pending)
        if turn % 2 and any(in_steps(column) for column in told.values[told.ok].T):
            return self._bred(situation)
        sides, lost = self._side.feasibility(told, situation.pending)
        beliefs = self._believed(situation, lost)
        gain = self.log_gain(beliefs, rng) if beliefs.feasible.any() else None
        others = Sum(
            [
                *sides,
                *self._side.cheapness(told, situation.pending, thrift(self, told)),
                *self.believed(told),
            ]
        )

        def score(rows: Floats) -> Floats:
            own = np.zeros(len(rows)) if gain is None else gain(rows)
            return np.asarray(own + others.score(rows) if others.terms else own)

        incumbents = told.rows[ranked_by_fronts(told, _INCUMBENTS)[:_INCUMBENTS]]
        further = self.from_belief(told, rng)
        candidates, scores = best_rows(self.space, score, None, incumbents, rng, _EFFORT, further)
        place = int(np.argmin(situation.seen.mask(candidates[:_LOOKED_AT])))
        means, stds = beliefs.predict(candidates[place : place + 1])
        said = [
            posterior.own_units(np.array([mean - std, mean, mean + std])).tolist()
            for posterior, mean, std in zip(beliefs.posteriors, means[0], stds[0], strict=True)
        ]
        info = {
            "mode": "model",
            "predicted_means": [middle for _, middle, _ in said],
            "predicted_stds": [0.5 * high - 0.5 * low for low, _, high in said],
            "acquisition": round(float(scores[place]), 6),
        }
        return Proposal(candidates[place], info)

    def _bred(self, situation: Situation) -> Proposal:
        """A child of the front: where values come in steps smooth models alone lead nowhere new."""
        told = situation.told
        parents = told.rows[ranked_by_fronts(told, _PARENTS)[:_PARENTS]]
        children = offspring(self.space, parents, 2, _CROSSOVER, situation.rng, _CHILDREN)
        info = {"mode": "evolve", "because": "an objective comes in steps, so every other trial is bred"}
        return Proposal(first_new(children, situation.seen), info)

    def _believed(self, situation: Situation, lost: Floats) -> Beliefs:
        told, pending = situation.told, situation.pending
        usable = told.ok
        rows, posteriors, images = told.rows[usable], [], []
        for outcome, column in zip(self._outcomes, told.values[usable].T, strict=True):
            values = completed(column, told.pruned[usable])
            posterior = outcome.posterior(rows, values, pending, lost)
            posteriors.append(posterior)
            images.append(posterior.warp.forward(values))
        believed = [posterior.predict(pending)[0] for posterior in posteriors] if len(pending) else []
        blank = np.empty((0, self.objectives))
        return Beliefs(
            tuple(posteriors),
            np.stack(images, axis=1),
            np.stack([next_step(image) for image in images], axis=1),
            np.stack(believed, axis=1) if believed else blank,
            told.feasible[usable],
        )


def in_steps(values: Floats) -> bool:
    """Whether (n,) values are of a few kinds only: whole numbers, error rates."""
    distinct = len(np.unique(values))
    return len(values) >= _ENOUGH and 2 <= distinct < _DISTINCT * len(values)


def next_step(images: Floats) -> Floats:
    """(n,) values, each halfway to the next better one where many are equal: whole numbers, error rates.

    A smooth model expects small gains beside every result; where values come in steps there are none, and a
    front would be refined for ever at the same few values.
    """
    if not in_steps(images):
        return images
    distinct = np.unique(images)
    gaps = np.diff(distinct)
    return np.asarray(images - 0.5 * np.append(gaps[0], gaps)[np.searchsorted(distinct, images)])
