"""Columns: what an optimizer was told, as arrays by trial number. Kept by Optimizer, read by algorithms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import OptionError

if TYPE_CHECKING:
    from optimizers.base import Result
    from optimizers.space import Space

Floats = NDArray[np.float64]

_BY_RESULT = ("numbers", "rows", "values", "fidelity", "pruned", "parents", "sources", "seconds")


@dataclass(frozen=True, eq=False)
class Columns:
    """n results by ascending number; arrays are read-only.

    numbers (n,): trial numbers.  rows (n, D): encoded configurations, NaN where inactive.
    values (n, objectives): to be minimised; a failed (or non-finite) result is NaN throughout.
    fidelity (n,): NaN for a full evaluation.  pruned (n,): stopped early.  seconds (n,): NaN when unknown.
    parents (n,), sources (n,): trials whose line is continued and whose checkpoint was loaded, -1 for none.
    constraints (n, K): satisfied when ≤ 0, NaN when unknown; K is the most that any result has.
    params: the n configurations as dicts, not to be changed.
    """

    numbers: NDArray[np.int64]
    rows: Floats
    values: Floats
    fidelity: Floats
    pruned: NDArray[np.bool_]
    parents: NDArray[np.int64]
    sources: NDArray[np.int64]
    seconds: Floats
    constraints: Floats
    params: tuple[Mapping[str, Any], ...]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def value(self) -> Floats:
        """(n,): the first objective."""
        return self.values[:, 0]

    @cached_property
    def ok(self) -> NDArray[np.bool_]:
        """(n,): whether the result has a value."""
        return np.asarray(~np.isnan(self.values).any(axis=1))

    @cached_property
    def violation(self) -> Floats:
        """(n,): by how much each result breaks its constraints, summed; 0 where it breaks none."""
        return np.asarray(np.maximum(np.nan_to_num(self.constraints, nan=0.0), 0.0).sum(axis=1))

    @cached_property
    def feasible(self) -> NDArray[np.bool_]:
        """(n,): whether the result has a value and keeps its constraints."""
        return np.asarray(self.ok & (self.violation <= 0.0))

    @classmethod
    def of(cls, space: Space, results: Sequence[Result], objectives: int) -> Columns:
        """From results whose params fit `space`, in any order."""
        results = sorted(results, key=lambda result: result.number)
        columns = cls(
            numbers=np.array([result.number for result in results], dtype=np.int64),
            rows=space.encode_many([result.params for result in results]),
            values=np.array([values_of(result, objectives) for result in results]).reshape(-1, objectives),
            fidelity=_floats(result.fidelity for result in results),
            pruned=np.array([result.pruned for result in results], dtype=bool),
            parents=_numbers(result.parent for result in results),
            sources=_numbers(
                result.parent if result.start_from is None else result.start_from for result in results
            ),
            seconds=_floats(result.seconds for result in results),
            constraints=_limits([result.constraints for result in results]),
            params=tuple(result.params for result in results),
        )
        return columns._locked()

    def merge(self, other: Columns) -> Columns:
        """Both together, by number; the numbers must differ."""
        order = np.argsort(np.concatenate([self.numbers, other.numbers]), kind="stable")
        params = self.params + other.params
        in_order = bool((order[1:] > order[:-1]).all())
        limits = max(self.constraints.shape[1], other.constraints.shape[1])
        return Columns(
            constraints=np.vstack([_widened(self.constraints, limits), _widened(other.constraints, limits)])[
                order
            ],
            params=params if in_order else tuple(params[position] for position in order),
            **{
                name: np.concatenate([getattr(self, name), getattr(other, name)])[order]
                for name in _BY_RESULT
            },
        )._locked()

    def take(self, positions: NDArray[np.intp]) -> Columns:
        """Some of the results, at ascending positions."""
        return Columns(
            constraints=self.constraints[positions],
            params=tuple(self.params[position] for position in positions),
            **{name: getattr(self, name)[positions] for name in _BY_RESULT},
        )._locked()

    @property
    def _arrays(self) -> tuple[NDArray[Any], ...]:
        return (self.constraints, *(getattr(self, name) for name in _BY_RESULT))

    def _locked(self) -> Columns:
        for array in self._arrays:
            array.flags.writeable = False
        return self


def values_of(result: Result, objectives: int) -> list[float]:
    """The objectives' values, all NaN unless all are there and finite.

    Raises OptionError when they are no numbers or not one per objective.
    """
    if result.value is None and result.values is None:
        return [math.nan] * objectives
    given = (result.value,) if result.values is None else tuple(result.values)
    if len(given) != objectives:
        raise OptionError(
            f"trial {result.number} has {len(given)} values and the study {objectives} objectives; "
            "give values, one per objective",
            option="values",
        )
    values = [_finite(value, result.number) for value in given]
    return values if not any(map(math.isnan, values)) else [math.nan] * objectives


def _finite(value: Any, number: int) -> float:
    """`value` as a float, NaN when it is missing or not finite."""
    if value is None:
        return math.nan
    if isinstance(value, str):
        raise OptionError(f"trial {number} has the value {value!r}; give a number, or None", option="value")
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:
        return math.nan
    except (TypeError, ValueError):
        raise OptionError(
            f"trial {number} has the value {value!r}; give a number, or None", option="value"
        ) from None


def _limits(given: Sequence[Sequence[float]]) -> Floats:
    """(n, K) constraint values of n results, the shorter ones filled with NaN."""
    limits = np.full((len(given), max(map(len, given), default=0)), math.nan)
    for row, constraints in enumerate(given):
        limits[row, : len(constraints)] = [_finite(value, row) for value in constraints]
    return limits


def _widened(limits: Floats, count: int) -> Floats:
    missing = np.full((len(limits), count - limits.shape[1]), math.nan)
    return np.hstack([limits, missing])


def _floats(given: Any) -> Floats:
    return np.array([math.nan if number is None else float(number) for number in given], dtype=np.float64)


def _numbers(given: Iterable[int | None]) -> NDArray[np.int64]:
    return np.array([-1 if number is None else number for number in given], dtype=np.int64)
