"""Sobol sequence: fills the space more evenly than chance, whatever the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers.base import Optimizer, Suggestion
from optimizers.design import SobolRows


class Sobol(Optimizer):
    """Scrambled Sobol points (Owen 1998); the trial's number is the position in the sequence.

    Points that break a constraint are left out; in a finite space no configuration comes twice.

    create("sobol", space, seed=0).ask(1).params
    """

    name = "sobol"
    title = "Sobol sequence"
    summary = "Spreads trials evenly, with fewer gaps than random search: for maps and for first looks."
    learns = False

    @dataclass(frozen=True)
    class Options:
        skip: int = field(
            default=0,
            metadata={"help": "Points of the sequence to leave out at its start.", "min": 0, "max": 10**6},
        )

    def __init__(self, *arguments: Any, **hints: Any) -> None:
        super().__init__(*arguments, **hints)
        self._design = SobolRows(self.space, self.seed)

    def _suggest(self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator) -> Suggestion:
        row = self._design.row(number + self.options.skip)
        return Suggestion(number, self.space.decode(row), info={"mode": "sobol"})
