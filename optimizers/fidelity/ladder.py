"""The rungs that trainings climb, each `eta` times as far as the one below; for multi-fidelity search."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import OptionError

Floats = NDArray[np.float64]

# Fidelities this close, relative to their size, are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class Ladder:
    """levels: fidelities in ascending order, the last one the full training.  eta: how far they are apart."""

    levels: tuple[float, ...]
    eta: int

    @classmethod
    def of(cls, name: str, low: float | None, high: float | None, eta: int) -> Ladder:
        """R η^−s for s from ⌊log_η(R/r)⌋ down to 0, whole numbers where r and R are.

        Raises OptionError without a fidelity, or when less than two rungs fit in.
        """
        low, high = checked_range(name, low, high)
        levels = [float(high)]
        while levels[-1] / eta >= low * (1.0 - _SAME):
            levels.append(levels[-1] / eta)
        if float(low).is_integer() and float(high).is_integer():
            levels = [float(max(round(level), low)) for level in levels]
        distinct = sorted(set(levels))
        if len(distinct) < 2:
            raise OptionError(
                f"{name} needs two rungs, and from {low:g} to {high:g} there is one: fidelity has to grow "
                f"by {eta} or more; lower its least value to {high / eta:g} or less, or choose a smaller eta",
                option="eta",
            )
        return cls(tuple(distinct), eta)

    def __len__(self) -> int:
        return len(self.levels)

    def rungs(self, fidelity: Floats) -> NDArray[np.intp]:
        """The lowest rung not below each fidelity; NaN, a full evaluation, is the last."""
        reached = np.where(np.isnan(fidelity), math.inf, fidelity) * (1.0 - _SAME)
        return np.minimum(np.searchsorted(self.levels, reached), len(self) - 1)


def checked_range(name: str, low: float | None, high: float | None) -> tuple[float, float]:
    """The fidelity's bounds; OptionError when the objective has none."""
    if low is None or high is None:
        raise OptionError(
            f"{name} needs an objective with a fidelity, as epochs or boosting rounds: give its least and "
            "greatest value (min_fidelity and max_fidelity), or choose another method"
        )
    return low, high
