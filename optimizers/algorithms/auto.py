"""Chooses between the other methods by the space, the budget and the results so far, and says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.algorithms.ehvi import EHVI
from optimizers.algorithms.nsga2 import NSGA2
from optimizers.algorithms.parego import ParEGO
from optimizers.base import Result
from optimizers.branches import Branches
from optimizers.columns import Columns
from optimizers.fidelity.in_parts import InParts
from optimizers.foresight import Density, Foresight, SmoothModel
from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.space import Space
from optimizers.surrogates.outcome import Posterior

Floats = NDArray[np.float64]

#: With more results the Gaussian process sees only a part of them, and TPE sees all.
_MANY_RESULTS = 300
#: With more parameters its lengthscales cannot be told apart by the usual number of trials.
_MANY_PARAMETERS = 25
#: Below this share of distinct values the objective has plateaus, on which a smooth model gets stuck.
_DISTINCT = 0.8
#: Results needed before plateaus and noise are believed.
_ENOUGH = 12
#: The share of trials of the Gaussian process, how far foresight moves it, and its bounds: neither model is
#: ever left out, as where one is wrong the other may be right.
_SHARE, _SHARE_ON_PLATEAUS, _MOVED = 0.5, 0.25, 0.5
_LEAST_SHARE, _MOST_SHARE = 0.2, 0.7
#: With this share of noise the results are smoothed before TPE sees them; on plateaus what does not fit a
#: smooth model is no noise.
_NOISY = 0.1
#: The search is stuck when so many results have gained less than this share of (median − best).
_PATIENCE, _WORTHWHILE = 10, 0.02
#: Then, where there are conditions, every so many-th trial visits a branch.
_ELSEWHERE = 6
#: Several objectives: models while results are few, then mostly evolution.
_MANY_FOR_FRONTS = {2: 200, 3: 120, 4: 80}
_FRONT_CYCLE, _LATE_FRONT_CYCLE = ("ehvi", "parego", "ehvi", "nsga2"), ("nsga2", "nsga2", "nsga2", "parego")


@dataclass(frozen=True)
class _Choice:
    """Who is asked, and the reason in words."""

    picked: str
    because: str


class Auto(InParts):
    """The default: the default configuration first, a small even design, then whoever suits.

    A Gaussian process and TPE share the trials by how well each has foretold results it had not seen (see
    `Foresight`). Once nothing is gained any more, some trials visit a branch of conditions that was seldom
    tried. Noise is smoothed away before TPE sees it. With several objectives EHVI, ParEGO and NSGA-II take
    turns. A small share is drawn at random.

    create("auto", space, seed=0, budget=100)
    """

    name = "auto"
    title = "Chosen automatically"
    summary = "Chooses by the space, the budget and the results so far, and says why. A good default."
    most_objectives = 4

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={
                "help": "Trials spread evenly before a model is used; empty: by the space and the budget.",
                "min": 1,
            },
        )
        explore: float = field(
            default=0.05,
            metadata={"help": "Share of trials drawn at random all along.", "min": 0.0, "max": 1.0},
        )

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        budget: float | None = None,
        history: Iterable[Result] = (),
        **hints: Any,
    ) -> None:
        history = tuple(history)
        super().__init__(space, seed=seed, budget=budget, history=history, **hints)
        hints.pop("options", None)
        hints |= {"seed": seed, "budget": budget, "history": history}
        self._models: dict[str, ModelBased] = {}
        if self.objectives > 1:
            self._models = {method.name: method(space, **hints) for method in (EHVI, ParEGO, NSGA2)}
            return
        smooth, density = SmoothModel(space, **hints), Density(space, **hints)
        self._smooth = smooth
        self._models = {"gp": smooth, "tpe": density}
        self._foresight = Foresight.of({"gp": smooth.foretell, "tpe": density.foretell})
        self._branches = Branches(space)

    def propose(self, situation: Situation) -> Proposal:
        turn = len(situation.told) + len(situation.pending)
        if self.objectives > 1:
            choice = self._choose_for_fronts(turn)
        else:
            choice = self._elsewhere(situation, turn) or self._choose(situation, turn)
        proposal = self._asked(choice.picked, situation)
        said = {"picked": choice.picked, "because": choice.because}
        return Proposal(proposal.row, proposal.info | said)

    def foreseen(self, told: Columns) -> Posterior | None:
        return self._smooth.foreseen(told) if len(self.space) <= _MANY_PARAMETERS else None

    def _asked(self, picked: str, situation: Situation) -> Proposal:
        if picked == "branch":
            return self._branches.visit(situation, self._models["tpe"])
        if picked == "tpe":
            situation = replace(situation, told=self._without_noise(situation.told))
        return self._models[picked].propose(situation)

    def _choose(self, situation: Situation, turn: int) -> _Choice:
        """Which model, by the space and by what is known so far."""
        usable = situation.told.value[situation.told.ok]
        if len(self.space) > _MANY_PARAMETERS:
            return _Choice("tpe", f"{len(self.space)} parameters are many for a Gaussian process")
        if len(usable) > _MANY_RESULTS:
            return _Choice("tpe", f"{len(usable)} results are many for a Gaussian process")
        foreseen = self._foresight.shares(situation)
        plateaus = has_plateaus(usable)
        share = (_SHARE_ON_PLATEAUS if plateaus else _SHARE) + _MOVED * (foreseen["gp"] - foreseen["tpe"])
        share = float(np.clip(share, _LEAST_SHARE, _MOST_SHARE))
        because = (
            f"of pairs of new results gp put {foreseen['gp']:.0%} in the right order and tpe "
            f"{foreseen['tpe']:.0%}, so gp takes {share:.0%} of the trials and tpe the others"
        )
        if plateaus:
            because += "; many results are the same, and gp gets stuck on plateaus"
        gp = int((turn + 1) * share) > int(turn * share)
        return _Choice("gp" if gp else "tpe", because)

    def _elsewhere(self, situation: Situation, turn: int) -> _Choice | None:
        """A trial away from where the models look, when they no longer gain anything."""
        gained = since_gain(situation.told)
        if not self._branches or gained <= _PATIENCE or turn % _ELSEWHERE:
            return None
        because = (
            f"the last {gained} results gained next to nothing, so a branch that was seldom tried is visited"
        )
        return _Choice("branch", because)

    def _without_noise(self, told: Columns) -> Columns:
        """The results as the Gaussian process believes them to be, where it finds much noise."""
        complete = told.ok & ~told.pruned
        few = np.count_nonzero(complete) <= _MANY_RESULTS and len(self.space) <= _MANY_PARAMETERS
        if not few or not complete.all() or len(told) < _ENOUGH or has_plateaus(told.value):
            return told
        smoothed, noise = self._smooth.smoothed(told)
        return told if noise < _NOISY else replace(told, values=smoothed[:, None])

    def _choose_for_fronts(self, turn: int) -> _Choice:
        """Who takes the turn with several objectives."""
        if turn >= _MANY_FOR_FRONTS[self.objectives]:
            because = f"{turn} results are many for models of {self.objectives} objectives"
            return _Choice(_LATE_FRONT_CYCLE[turn % 4], f"{because}: nsga2 takes three of four trials")
        because = f"{self.objectives} objectives and few results: ehvi takes every second trial"
        return _Choice(_FRONT_CYCLE[turn % 4], f"{because}, parego and nsga2 the others")


def has_plateaus(values: Floats) -> bool:
    """Whether many of (n,) values are the same."""
    return len(values) >= _ENOUGH and len(np.unique(values)) < _DISTINCT * len(values)


def since_gain(told: Columns) -> int:
    """How many results with a value have come since the best was nearly as good as it is now."""
    values = told.value[told.ok]
    best = np.minimum.accumulate(values)
    nearly = best[-1] + _WORTHWHILE * (np.median(values) - best[-1])
    return int(len(values) - 1 - np.argmax(best <= nearly))
