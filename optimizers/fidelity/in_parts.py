"""Training in parts for searches under a model; auto, gp and forest derive from it.

Where the fidelity hints are given, a new configuration begins with a short training, and the best third of
each rung goes on, as in ASHA. That pays while little is known: the more full trainings there are, the more
often a new configuration is trained fully at once. The model proposes by what lines are expected to come to.
A rung that does not tell how full trainings rank is left out, so that in the worst case everything is trained
fully; so it is without hints, or where they leave less than two rungs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from optimizers.base import Suggestion
from optimizers.columns import Columns
from optimizers.errors import OptionError
from optimizers.fidelity.expected import Outlook, agreement, as_if_full, prefix
from optimizers.fidelity.halving import highest_promotion
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import Promotion, left_over
from optimizers.model_based import ModelBased, Situation, nearest
from optimizers.seen import Seen

_ETA = 3
# A line begins with a ninth of a full training or more: less tells too little of real learning curves.
_FIRST_PART = 1 / 9
# A rung is left out once so many lines that were trained fully say that it ranks worse than this.
_FEWEST, _TRUSTED = 5, 0.3
# With so many full trainings every second new configuration is trained fully at once.
_HALF = 4
# The random numbers of that choice; 0 to 2 are taken.
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
        promotion = highest_promotion(lines, len(ladder), _ETA)
        if promotion is None and used_up:
            promotion = left_over(lines, ladder)
        if promotion is not None:
            return self._further(number, lines, ladder, promotion)
        if not used_up:
            return self._unrepeated(self._begun(number, pending, seen, lines, ladder), seen)
        if pending:
            return None
        raise self._exhausted()

    def _first_rung(self, number: int, lines: Lines, ladder: Ladder) -> tuple[int, str]:
        """Where a line begins: at the lowest rung that ranks as the end does, or, by chance, at the end."""
        last = len(ladder) - 1
        found = [agreement(lines, ladder, rung) for rung in range(last)]
        told = [rung for rung, (tau, pairs) in enumerate(found) if pairs < _FEWEST or tau >= _TRUSTED]
        if not told:
            return last, "short trainings do not tell how full ones rank, so it is trained fully"
        full = int(np.count_nonzero(lines.good & (lines.rung == last)))
        share = full / (full + _HALF)
        if self.rng(number, _STREAM).random() < share:
            return last, f"{full} full trainings tell the model enough to train {share:.0%} of new ones fully"
        tau, pairs = found[told[0]]
        if not pairs:
            return told[0], "a short training shows which go on"
        return told[0], f"{pairs} full trainings rank as they did at this rung (τ = {tau:.2f})"

    def _further(self, number: int, lines: Lines, ladder: Ladder, step: Promotion) -> Suggestion:
        rung = int(lines.rung[step.position]) + 1
        parent = int(lines.numbers[step.position])
        info = {"mode": "promote", "rung": rung, "parent": parent} | step.info
        return Suggestion(number, lines.params(step.position), ladder.levels[rung], parent, info=info)

    def _begun(
        self, number: int, pending: Sequence[Suggestion], seen: Seen, lines: Lines, ladder: Ladder
    ) -> Suggestion:
        rung, why = self._first_rung(number, lines, ladder)
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
