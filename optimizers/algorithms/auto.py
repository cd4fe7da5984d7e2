"""Chooses between Gaussian process and TPE by the space, the budget and the results, and says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.algorithms.gp import GP
from optimizers.algorithms.tpe import TPE
from optimizers.base import Result
from optimizers.columns import Columns
from optimizers.fidelity.in_parts import InParts
from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.space import Space

#: With more results the Gaussian process sees only a part of them, and TPE sees all.
_MANY_RESULTS = 300
#: With more parameters its lengthscales cannot be told apart by the usual number of trials.
_MANY_PARAMETERS = 25
#: Below this share of distinct values the objective has plateaus, on which a smooth model gets stuck.
_DISTINCT = 0.8
#: Results needed before plateaus are believed.
_ENOUGH = 12
#: Every so many-th trial belongs to the other model: where the first is wrong, the second may be right.
#: Both figures are measured: on real models every second trial beats every fourth, and on plateaus the
#: Gaussian process deserves fewer.
_TURN, _TURN_ON_PLATEAUS = 2, 4


@dataclass(frozen=True)
class _Choice:
    """The model that leads, the one that takes every `turn`-th trial (if any), and the reason in words."""

    leader: str
    second: str | None
    turn: int
    because: str


class Auto(InParts):
    """The default: the default configuration first, a small even design, then the model that suits.

    A Gaussian process and TPE take turns while results are few; on plateaus TPE takes three of four
    trials, with many results or many parameters all of them. A small share is drawn at random.

    create("auto", space, seed=0, budget=100)
    """

    name = "auto"
    title = "Chosen automatically"
    summary = "Chooses by the space, the budget and the results so far, and says why. A good default."

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
        self._models: dict[str, ModelBased] = {
            model.name: model(space, seed=seed, budget=budget, history=history, **hints)
            for model in (GP, TPE)
        }

    def propose(self, situation: Situation) -> Proposal:
        choice = self._choose(situation.told)
        turn = (len(situation.told) + len(situation.pending)) % choice.turn == choice.turn - 1
        picked = choice.second if turn and choice.second is not None else choice.leader
        because = choice.because
        proposal = self._models[picked].propose(situation)
        return Proposal(proposal.row, {**proposal.info, "picked": picked, "because": because})

    def _choose(self, told: Columns) -> _Choice:
        """Which model leads, by what is known so far."""
        usable = told.value[told.ok]
        if len(self.space) > _MANY_PARAMETERS:
            return _Choice("tpe", None, 1, f"{len(self.space)} parameters are many for a Gaussian process")
        if len(usable) > _MANY_RESULTS:
            return _Choice("tpe", None, 1, f"{len(usable)} results are many for a Gaussian process")
        distinct = len(np.unique(usable)) / len(usable)
        if len(usable) >= _ENOUGH and distinct < _DISTINCT:
            because = (
                f"only {distinct:.0%} of the results differ, and on plateaus a smooth model gets stuck: "
                "tpe takes three of four trials, gp the fourth"
            )
            return _Choice("tpe", "gp", _TURN_ON_PLATEAUS, because)
        because = "results are few: gp makes the most of them, tpe is harder to mislead, so they take turns"
        return _Choice("gp", "tpe", _TURN, because)
