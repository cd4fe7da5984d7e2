"""What searches that train in parts share: continue a line or start one; called by algorithms.

An algorithm derives from `FidelitySearch` and writes `step`, and `propose` unless it draws at random.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from optimizers.base import Suggestion
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.seen import Seen
from optimizers.space import Params

_REDRAWS = 20


@dataclass(frozen=True)
class Promotion:
    """Train the trial at a position of the lines up to the next rung.

    params: other ones than its own.  source: position of the trial whose checkpoint is loaded instead.
    """

    position: int
    info: dict[str, Any] = field(default_factory=dict)
    params: Params | None = None
    source: int | None = None


@dataclass(frozen=True)
class Start:
    """Begin a line with the training of a rung."""

    rung: int
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LadderOptions:
    """Options of every search over rungs."""

    eta: int = field(
        default=3,
        metadata={"help": "One in so many goes on, to so many times the training.", "min": 2, "max": 16},
    )


class FidelitySearch(ModelBased):
    """Trains many configurations a little and the better ones further, by asks like any other.

    Nothing is remembered: rungs, brackets and who was promoted follow from the trials and their parents.
    It waits only when every configuration of a finite space has begun and the next promotion depends on
    what is pending.
    """

    uses_fidelity = needs_fidelity = True
    Options: ClassVar[type[Any]] = LadderOptions

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self.ladder = self.make_ladder()

    def make_ladder(self) -> Ladder:
        """The rungs; raises OptionError without a fidelity, or with too little room."""
        return Ladder.of(self.name, self.min_fidelity, self.max_fidelity, self.options.eta)

    @abstractmethod
    def step(self, lines: Lines, used_up: bool, rng: np.random.Generator) -> Promotion | Start:
        """What comes next; `used_up`: every configuration of a finite space has begun."""

    @property
    def startup(self) -> int:
        """No trial is part of a design: the first rung is one."""
        return 0

    def start(self, situation: Situation, step: Start) -> Proposal:
        """A configuration to begin a line with."""
        return self.propose(situation)

    def propose(self, situation: Situation) -> Proposal:
        """A configuration to begin with, at whatever rung: drawn at random or from a prior, none twice."""
        return self.drawn(situation.seen, situation.rng)

    def drawn(self, seen: Seen, rng: np.random.Generator) -> Proposal:
        belief = self.belief if self.belief is not None and self.belief.draws(len(seen)) else None
        info = {"mode": "random"} | ({"from": "the prior"} if belief else {})
        for _ in range(_REDRAWS):
            params = self.space.decode(belief.sample(rng, 1)[0]) if belief else self.space.sample(rng)
            if params not in seen:
                return Proposal(self.space.encode(params), info)
        params = seen.draw_other(rng) or params
        return Proposal(self.space.encode(params), info)

    def _answer(self, number: int, pending: Sequence[Suggestion]) -> Suggestion | None:
        seen = self.seen(pending)
        lines = Lines.of(self.told, pending, self.ladder)
        used_up = len(seen) >= self.space.size
        step: Promotion | Start | None = self.step(lines, used_up, self.rng(number, stream=2))
        if isinstance(step, Start) and used_up:
            step = left_over(lines, self.ladder)
        if isinstance(step, Promotion):
            return self._continued(number, lines, step)
        if step is not None:
            return self._unrepeated(self._begun(number, pending, lines, seen, step), seen)
        if pending:
            return None
        raise self._exhausted()

    def _continued(self, number: int, lines: Lines, step: Promotion) -> Suggestion:
        rung = int(lines.rung[step.position]) + 1
        parent = int(lines.numbers[step.position])
        info = {"mode": "promote", "rung": rung, "parent": parent} | step.info
        return Suggestion(
            number,
            lines.params(step.position) if step.params is None else step.params,
            self.ladder.levels[rung],
            parent=parent,
            start_from=None if step.source is None else int(lines.numbers[step.source]),
            info=info,
        )

    def _begun(
        self, number: int, pending: Sequence[Suggestion], lines: Lines, seen: Seen, step: Start
    ) -> Suggestion:
        info = {"rung": step.rung} | step.info
        default = self._default(number, seen)
        if default is not None:
            return Suggestion(number, default, self.ladder.levels[step.rung], info={"mode": "default"} | info)
        proposal = self._proposed(number, pending, lines, seen, step)
        params = self.space.decode(proposal.row)
        return Suggestion(number, params, self.ladder.levels[step.rung], info=proposal.info | info)

    def _proposed(
        self, number: int, pending: Sequence[Suggestion], lines: Lines, seen: Seen, step: Start
    ) -> Proposal:
        begun = int(np.count_nonzero(lines.parent < 0)) - (self.space.default() is not None)
        if 0 <= begun < len(self._leaders):
            return self.initial(begun + (self.space.default() is not None))
        rng = self.rng(number)
        return self.start(Situation(number, self.told, self.pending_rows(pending), seen, rng), step)


def left_over(lines: Lines, ladder: Ladder) -> Promotion | None:
    """In a space that is used up: the best that can still go on, of the highest rung."""
    free = lines.good & ~lines.promoted & (lines.rung < len(ladder) - 1)
    order = [position for position in lines.ranked.tolist() if free[position]]
    if not order:
        return None
    best = max(order, key=lambda position: int(lines.rung[position]))
    because = "every configuration has begun, and this is the best of the highest rung that can go on"
    return Promotion(best, {"because": because})
