"""Training in parts for searches under a model; auto, gp and forest derive from it.

Where the fidelity hints are given, a new configuration begins with a third of its training and goes on when
it may well come to be the best, by what lines that went on have shown. The model proposes by what lines are
expected to come to. A rung that does not tell how full trainings rank is left out, so that in the worst case
everything is trained fully; so it is without hints, or where they leave less than two rungs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from optimizers.base import Suggestion
from optimizers.candidates import mutate
from optimizers.columns import Columns
from optimizers.errors import OptionError
from optimizers.fidelity.expected import Outlook, agreement, as_if_full, prefix
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import Promotion, left_over
from optimizers.fidelity.worthwhile import Forecast, Unfinished, by_model, by_training, worth_going_on
from optimizers.model_based import ModelBased, Situation, nearest, ranked
from optimizers.seen import Seen
from optimizers.surrogates.outcome import Posterior

_ETA = 3
# A line begins with a third of a full training: less tells too little of real learning curves.
_FIRST_PART = 1 / 3
# A rung is left out once so many lines that were trained fully say that it ranks no better than chance: they
# are chosen ones, among which even a good rung ranks little better.
_FEWEST, _TRUSTED = 5, 0.0
# So many lines teach a model something.
_FEWEST_LINES = 4
# Where new configurations are looked for that promise most: anywhere, and near each of the best.
_ANYWHERE, _LEADERS, _NEAR = 100, 3, 30
# The random numbers of that; 0 to 2 are taken.
_STREAM = 3


class InParts(ModelBased):
    """A model's search that trains in parts where it can."""

    uses_fidelity: ClassVar[bool] = True

    @property
    def trains_in_parts(self) -> bool:
        return self._ladder is not None

    @cached_property
    def _ladder(self) -> Ladder | None:
        """The rungs; None: everything is trained fully."""
        if self.min_fidelity is None or self.max_fidelity is None or self.objectives > 1:
            return None
        low = max(self.min_fidelity, _FIRST_PART * self.max_fidelity)
        try:
            return Ladder.of(self.name, low, self.max_fidelity, _ETA)
        except OptionError:
            return None

    def _answer(self, number: int, pending: Sequence[Suggestion]) -> Suggestion | None:
        ladder = self._ladder
        if ladder is None:
            return super()._answer(number, pending)
        lines = Lines.of(self.told, pending, ladder)
        seen = self.seen(pending)
        used_up = len(seen) >= self.space.size
        promotion = self._worth_going_on(number, lines, ladder)
        if promotion is None and used_up:
            promotion = left_over(lines, ladder)
        if promotion is not None:
            return self._further(number, lines, ladder, promotion)
        if not used_up:
            return self._unrepeated(self._begun(number, pending, seen, lines, ladder), seen)
        if pending:
            return None
        raise self._exhausted()

    def foreseen(self, told: Columns) -> Posterior | None:
        """What a Gaussian process believes after results that have a value; None: there is none."""
        return None

    def _worth_going_on(self, number: int, lines: Lines, ladder: Ladder) -> Promotion | None:
        unfinished = Unfinished.of(lines, ladder)
        known = len(unfinished.positions) and unfinished.best is not None
        forecast = self._forecast(number, lines, unfinished, ladder) if known else None
        return worth_going_on(lines, ladder, unfinished, forecast)

    def _forecast(self, number: int, lines: Lines, unfinished: Unfinished, ladder: Ladder) -> Forecast:
        told = self._expected(ladder)
        posterior = self.foreseen(told) if np.count_nonzero(told.ok) >= _FEWEST_LINES else None
        if posterior is None:
            return by_training(lines, unfinished)
        rng = self.rng(number, _STREAM)
        near = mutate(self.space, told.rows[np.repeat(ranked(told)[:_LEADERS], _NEAR)], rng)
        rows = np.vstack([self.space.sample_many(rng, _ANYWHERE), near])
        return by_model(lines, unfinished, told, posterior, rows)

    def _further(self, number: int, lines: Lines, ladder: Ladder, step: Promotion) -> Suggestion:
        rung = int(lines.rung[step.position]) + 1
        parent = int(lines.numbers[step.position])
        info = {"mode": "promote", "rung": rung, "parent": parent} | step.info
        return Suggestion(number, lines.params(step.position), ladder.levels[rung], parent, info=info)

    def _begun(
        self, number: int, pending: Sequence[Suggestion], seen: Seen, lines: Lines, ladder: Ladder
    ) -> Suggestion:
        rung, why = _first_rung(lines, ladder)
        said = {"rung": rung, "because_fidelity": why}
        default = self._default(number, seen)
        if default is not None:
            return Suggestion(number, default, ladder.levels[rung], info={"mode": "default"} | said)
        told = self._expected(ladder)
        rows = self.pending_rows([each for each in pending if each.parent is None])
        begun = int(np.count_nonzero(lines.parent < 0))
        proposal = self.proposed(begun, Situation(number, told, rows, seen, self.rng(number)))
        info = proposal.info | nearest(self.space, proposal.row, told) | said
        return Suggestion(number, self.space.decode(proposal.row), ladder.levels[rung], info=info)

    def _expected(self, ladder: Ladder) -> Columns:
        """What lines are expected to come to, by what a fixed part of the results has shown."""
        known = self.told.take(np.arange(prefix(len(self.told))))
        outlook = Outlook.of(Lines.of(known, (), ladder), ladder)
        return as_if_full(self.told, Lines.of(self.told, (), ladder), outlook)


def _first_rung(lines: Lines, ladder: Ladder) -> tuple[int, str]:
    """Where a line begins: at the lowest rung that ranks as the end does, else at the end."""
    last = len(ladder) - 1
    found = [agreement(lines, ladder, rung) for rung in range(last)]
    told = [rung for rung, (tau, pairs) in enumerate(found) if pairs < _FEWEST or tau >= _TRUSTED]
    if not told:
        return last, "short trainings do not tell how full ones rank, so it is trained fully"
    tau, pairs = found[told[0]]
    if not pairs:
        return told[0], "a short training shows whether it goes on"
    return told[0], f"{pairs} full trainings rank as they did at this rung (τ = {tau:.2f})"
