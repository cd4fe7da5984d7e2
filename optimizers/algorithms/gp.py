"""Bayesian optimization with a Gaussian process: asks where the model expects an improvement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimizers.acquisition import probability_of_improvement
from optimizers.candidates import best_rows, mutate
from optimizers.columns import Columns
from optimizers.earlier import Earlier
from optimizers.fidelity.in_parts import InParts
from optimizers.model_based import FEWEST_RESULTS, Proposal, Situation, ranked
from optimizers.side_models import SideModels
from optimizers.surrogate_search import completed, explained, thrift
from optimizers.surrogates.outcome import Outcome, Posterior
from optimizers.terms import Below, Improvement, Optimism, Sum, Term

Floats = NDArray[np.float64]

_INCUMBENTS = 5
# By how much an ask wants to improve on the best, in standard deviations of the warped values; drawn
# anew for each, because small steps alone never leave a plateau.
_AIMS = (0.0, 0.0, 0.01, 0.03, 0.1, 0.3)
_REACH = 1.8
# What the mixed portfolio draws from.
_PORTFOLIO = ("log_ei", "log_ei", "ucb", "thompson")
# How many of the best candidates are looked through for one that is new.
_LOOKED_AT = 200
_RANDOM_DRAWN, _NEAR_DRAWN = 150, 250

NAMES = {
    "ei": "expected improvement",
    "log_ei": "log expected improvement",
    "pi": "probability of improvement",
    "ucb": "confidence bound",
    "thompson": "Thompson sample",
}


@dataclass(frozen=True)
class Landscape:
    """What a model believes at m rows, and what an acquisition says of them.

    values (k, m): in the objective's units, for each number of standard deviations that was asked for.
    worth (m,): higher is better; a logarithm, but for the confidence bound.
    """

    values: Floats
    worth: Floats


class GP(InParts):
    """Gaussian process with a Matérn-5/2 kernel and learned noise, under one of several acquisitions.

    Objective values are warped (see `OutputWarp`), ranges bent where that explains the results better.
    Outcome constraints and failures have models of their own, whose probabilities multiply the worth; a
    pending trial is taken to come out as predicted. Hyperparameters are refitted whenever the number of
    results has grown by a tenth. At most `max_points` results enter a model, so that an ask stays as fast
    as ever.

    create("gp", space, seed=0, acquisition="log_ei", exploration=0.5)
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
        acquisition: Literal["portfolio", "log_ei", "ei", "pi", "ucb", "thompson"] = field(
            default="portfolio",
            metadata={"help": "What a configuration is worth; portfolio: one drawn for each trial."},
        )
        exploration: float = field(
            default=0.5,
            metadata={
                "help": "0 stays near the best, 1 looks for what is unknown.",
                "min": 0.0,
                "max": 1.0,
            },
        )
        input_warp: bool = field(
            default=True,
            metadata={"help": "Learn at which end of a range the objective changes faster."},
        )
        per_second: bool = field(
            default=False,
            metadata={"help": "Prefer configurations that train fast, while much of the budget is left."},
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._objective = Outcome(
            self.space,
            self.options.max_points,
            bent=self.options.input_warp,
            earlier=Earlier.of(self.space, self.earlier),
        )
        self._side = SideModels(self.space)

    def propose(self, situation: Situation) -> Proposal:
        told, rng = situation.told, situation.rng
        usable = told.ok
        values = completed(told.value[usable], told.pruned[usable])
        sides, lost = self._side.feasibility(told, situation.pending)
        posterior = self._objective.posterior(told.rows[usable], values, situation.pending, lost)
        best = best_believed(posterior, situation)
        kind = self.options.acquisition
        kind = _PORTFOLIO[int(rng.integers(len(_PORTFOLIO)))] if kind == "portfolio" else kind
        strength = 2.0 * self.options.exploration
        aim = float(rng.choice(_AIMS)) * strength
        terms: list[Term] = [*sides]
        if not told.feasible.any():
            kind = "chance to be feasible"
        elif kind == "thompson":
            sides += self._side.cheapness(told, situation.pending, thrift(self, told))
            sides += self.believed(told)
            return self._drawn(situation, posterior, best, sides)
        else:
            terms = [self._term(kind, posterior, best - aim, strength), *sides]
            terms += self._side.cheapness(told, situation.pending, thrift(self, told))
        worth = Sum([*terms, *self.believed(told)])
        incumbents = told.rows[ranked(told)[:_INCUMBENTS]]
        further = self.from_belief(told, rng)
        candidates, scores = best_rows(
            self.space, worth.score, worth.slopes, incumbents, rng, further=further
        )
        # The first one that is new; when none is, the best, which the base class then moves.
        place = int(np.argmin(situation.seen.mask(candidates[:_LOOKED_AT])))
        info = self._said(posterior, best, candidates[place], kind)
        return Proposal(candidates[place], info | {"acquisition": round(float(scores[place]), 6), "aim": aim})

    def landscape(self, rows: Floats, steps: Sequence[float], aim: float = 0.0) -> Landscape | None:
        """What the next ask believes at (m, D) rows, `steps` standard deviations from the mean; for pictures.

        aim: that of the suggestion, from its info. None while the model has too few results, and for
        acquisitions that are not the same at each ask ("portfolio" and "thompson").
        """
        told = self.told
        kind = self.options.acquisition
        if np.count_nonzero(told.ok) < FEWEST_RESULTS or kind in ("portfolio", "thompson"):
            return None
        none = np.empty((0, len(self.space)))
        values = completed(told.value[told.ok], told.pruned[told.ok])
        posterior = self._objective.posterior(told.rows[told.ok], values, none)
        best = best_believed(posterior, Situation(len(told), told, none, self.seen(()), self.rng(0)))
        term = self._term(kind, posterior, best - aim, 2.0 * self.options.exploration)
        mean, std = posterior.predict(rows)
        found = [posterior.own_units(mean + step * std, above=True) for step in steps]
        return Landscape(np.array(found), term.score(rows))

    def foreseen(self, told: Columns) -> Posterior | None:
        usable = told.ok
        if np.count_nonzero(usable) > self.options.max_points:
            return None
        values = completed(told.value[usable], told.pruned[usable])
        return self._objective.posterior(told.rows[usable], values, told.rows[:0])

    def _term(self, kind: str, posterior: Posterior, best: float, strength: float) -> Term:
        if kind == "ucb":
            return Optimism(posterior, _REACH * strength)
        return Below(posterior, best - 0.05 * strength) if kind == "pi" else Improvement(posterior, best)

    def _drawn(self, situation: Situation, posterior: Posterior, best: float, sides: list[Term]) -> Proposal:
        """The best place of one function drawn from the posterior."""
        told, rng = situation.told, situation.rng
        incumbents = told.rows[ranked(told)[:_INCUMBENTS]]
        near = mutate(self.space, incumbents[rng.integers(len(incumbents), size=_NEAR_DRAWN)], rng)
        rows = np.vstack([self.space.sample_many(rng, _RANDOM_DRAWN), near, self.from_belief(told, rng)])
        rows = rows[~situation.seen.mask(rows)] if not situation.seen.mask(rows).all() else rows
        scores = -posterior.draw(rows, rng)
        if sides:
            scores = scores + Sum(sides).score(rows)
        row = rows[int(np.argmax(scores))]
        info = self._said(posterior, best, row, "thompson")
        return Proposal(row, info | {"acquisition": round(float(scores.max()), 6)})

    def _said(self, posterior: Posterior, best: float, row: Floats, kind: str) -> dict[str, Any]:
        chance = float(probability_of_improvement(*posterior.predict(row[None]), best)[0])
        info = explained(posterior, posterior.warp, best, row)
        return info | {"chance_to_improve": round(chance, 6), "acquisition_name": NAMES.get(kind, kind)}


def best_believed(posterior: Posterior, situation: Situation) -> float:
    """The least believed value of feasible results and of pending trials, else all would gather there."""
    told = situation.told
    order = ranked(told)[:_LOOKED_AT]
    rows = told.rows[order[told.feasible[order]]]
    rows = np.vstack([rows if len(rows) else told.rows[order[:1]], situation.pending])
    return float(posterior.predict(rows)[0].min())
