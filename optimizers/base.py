"""The contract of every optimizer: Suggestion, Result, Optimizer. Called by engines and by minimize.

How to write an optimizer: one file `optimizers/algorithms/<name>.py` with one class, found by the registry.

    class Sobol(Optimizer):
        name = "sobol"                       # the file's name
        title = "Sobol sequence"             # a few words, for the form
        summary = "Spreads trials evenly."   # one line of help, for the form
        learns = False                       # results never change what is asked

        @dataclass(frozen=True)
        class Options:
            scramble: bool = field(default=True, metadata={"help": "Shuffle the sequence by the seed."})

        def _suggest(self, number, pending, rng):
            row = ...                        # (D,) units, see Space
            return Suggestion(number, self.space.decode(row), info={"mode": "initial"})

What the base class does, so that algorithms need not: checks the hints; `tell`, idempotent by number; leaves
out results that do not fit the space; the default configuration for number 0 (`default_first`);
SpaceExhausted for a finite space; replaces a suggestion that repeats a told or pending configuration by a
neighbour.

What an algorithm may use in `_suggest` (and nothing else, so that `ask` stays a pure function):
    self.space, self.seed, self.options, self.budget, self.parallelism, self.objectives,
    self.min_fidelity, self.max_fidelity, self.history
    self.told                   Columns: all results so far, sorted by number (rows, value, …; failed is NaN)
    number, pending, rng        pending: Suggestions sorted by number, not told yet, params that fit the space
    self.pending_rows(pending)  (m, D) rows of the pending suggestions
    self.seen(pending)          what must not be suggested again: `params in seen`, `seen.mask(rows)`
    self.rng(number, stream)    further generators of the same trial
A fit that is expensive may be cached on self, if the key holds everything the fit depends on and a miss
computes the same thing: for example the numbers and values of a prefix of `self.told`. A prefix by number
changes when a result arrives late, so its length alone is no key.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns, values_of
from optimizers.errors import OptionError, SpaceExhausted
from optimizers.seen import Seen, Told, neighbour
from optimizers.space import Params, Space

Floats = NDArray[np.float64]

NEIGHBOURS_TRIED = 48


@dataclass(frozen=True)
class Suggestion:
    """What to evaluate next.

    number: the trial.  params: native values of the active parameters.  fidelity: up to where to train, None:
    fully.  parent: number of the trial whose line this continues.  start_from: number of the trial whose
    checkpoint to load (None: the parent's).  info: plain JSON for people, why it was chosen; no ask ever
    reads it.
    """

    number: int
    params: Params
    fidelity: float | None = None
    parent: int | None = None
    start_from: int | None = None
    info: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came of a trial; the library always minimises.

    value: None means failed (so does a value that is not finite).  values: instead of value, for several
    objectives.  constraints: satisfied when ≤ 0.  seconds: how long it took.  pruned: stopped early; then
    value is its last report and fidelity the step of that report, for every optimizer.
    """

    number: int
    params: Mapping[str, Any]
    value: float | None = None
    values: tuple[float, ...] | None = None
    fidelity: float | None = None
    parent: int | None = None
    start_from: int | None = None
    constraints: tuple[float, ...] = ()
    seconds: float | None = None
    pruned: bool = False


@dataclass(frozen=True)
class NoOptions:
    """An optimizer without options of its own."""


class Optimizer(ABC):
    """Suggests what to evaluate next.

    `ask` is a pure function of the constructor's arguments, the set of results told, the number and the set
    of pending suggestions: told in another order, or rebuilt in another process, it answers the same.

    space: what is searched.  seed: ≥ 0, randomness comes from (seed, number) only.  Hints, which every
    optimizer takes: budget (evaluations at full fidelity), parallelism (how many run at once), objectives,
    min_fidelity and max_fidelity, history (Results of earlier studies; those that do not fit the space are
    left out).  options: an instance of the class's `Options`.

    Of the class: `name` is the file's; `title` and `summary` are for the form; `learns` is False when results
    change nothing but what counts as tried; `default_first` makes ask(0) the space's default configuration;
    `uses_fidelity` when it trains in parts if the fidelity hints are given, `needs_fidelity` when it must.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    learns: ClassVar[bool] = True
    most_objectives: ClassVar[int] = 4
    default_first: ClassVar[bool] = True
    uses_fidelity: ClassVar[bool] = False
    needs_fidelity: ClassVar[bool] = False
    Options: ClassVar[type[Any]] = NoOptions

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        budget: float | None = None,
        parallelism: int = 1,
        objectives: int = 1,
        min_fidelity: float | None = None,
        max_fidelity: float | None = None,
        history: Iterable[Result] = (),
        options: Any = None,
    ) -> None:
        _check_hints(seed, budget, parallelism, objectives, min_fidelity, max_fidelity)
        self.space = space
        self.seed = int(seed)
        self.budget = budget
        self.parallelism = int(parallelism)
        self.objectives = int(objectives)
        self.min_fidelity = min_fidelity
        self.max_fidelity = max_fidelity
        self.history = tuple(
            fitted for result in history if (fitted := self._fitted(result, False)) is not None
        )
        self.options = self.Options() if options is None else options
        self._numbers: set[int] = set()
        self._new: list[Result] = []
        self._columns = Columns.of(space, [], self.objectives)
        self._told = Told(space)

    @abstractmethod
    def _suggest(
        self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator
    ) -> Suggestion | None:
        """The suggestion for a number; None only when it has to wait for a pending result."""

    def ask(self, number: int, pending: Iterable[Suggestion] = ()) -> Suggestion | None:
        """What to evaluate as trial `number` while `pending` are still running; None: wait for one of them.

        Raises SpaceExhausted when every configuration of a finite space is told or pending.
        """
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
            raise OptionError(
                f"number is {number!r}; give the trial's number, a whole number from 0", option="number"
            )
        return self._answer(int(number), self._waiting(pending))

    def _answer(self, number: int, pending: Sequence[Suggestion]) -> Suggestion | None:
        seen = self.seen(pending)
        if len(seen) >= self.space.size:
            raise self._exhausted()
        default = self._default(number, seen)
        if default is not None:
            return Suggestion(number, default, info={"mode": "default"})
        suggestion = self._suggest(number, pending, self.rng(number))
        return suggestion if suggestion is None else self._unrepeated(suggestion, seen)

    def _default(self, number: int, seen: Seen) -> Params | None:
        """The space's default configuration where it is this number's turn."""
        default = self.space.default() if number == 0 and self.default_first else None
        return None if default is None or default in seen else default

    def _exhausted(self) -> SpaceExhausted:
        return SpaceExhausted(
            f"all {self.space.size} configurations of the space have been tried; widen the space"
        )

    def tell(self, results: Iterable[Result]) -> None:
        """Store results. Cheap; a number told before is ignored: the first result of a number counts.

        Results that do not fit the space (it may have been edited since) are left out. Raises OptionError
        for values that are no numbers or not one per objective.
        """
        for result in results:
            if result.number in self._numbers:
                continue
            values_of(result, self.objectives)
            self._numbers.add(result.number)
            fitted = self._fitted(result, self.trains_in_parts)
            if fitted is not None:
                self._new.append(fitted)
                self._told.add(dict(fitted.params))

    @property
    def told(self) -> Columns:
        """All results that fit the space, sorted by number."""
        if self._new:
            new, self._new = self._new, []
            self._columns = self._columns.merge(Columns.of(self.space, new, self.objectives))
        return self._columns

    @property
    def trains_in_parts(self) -> bool:
        """Whether it asks for fidelities of its own."""
        return self.needs_fidelity

    def rng(self, number: int, stream: int = 0) -> np.random.Generator:
        """A generator for this trial; different streams are independent."""
        return np.random.default_rng([self.seed, number, stream])

    def pending_rows(self, pending: Sequence[Suggestion]) -> Floats:
        """(m, D) rows of m pending suggestions."""
        return self.space.encode_many([suggestion.params for suggestion in pending])

    def seen(self, pending: Sequence[Suggestion]) -> Seen:
        """The configurations told or pending."""
        return Seen(self._told, [suggestion.params for suggestion in pending])

    def _fitted(self, result: Result, in_parts: bool) -> Result | None:
        """The result in terms of the present space; None when it does not fit.

        To a search that trains fully a part of a training is one that was stopped early.
        """
        params = self.space.adapt(result.params)
        if params is None:
            return None
        full, reached = self.max_fidelity, result.fidelity
        partial = not in_parts and full is not None and reached is not None and reached < full
        return replace(result, params=params, pruned=result.pruned or partial)

    def _waiting(self, pending: Iterable[Suggestion]) -> list[Suggestion]:
        by_number = {
            suggestion.number: suggestion for suggestion in pending if suggestion.number not in self._numbers
        }
        fitted = [
            (by_number[number], self.space.adapt(by_number[number].params)) for number in sorted(by_number)
        ]
        return [replace(suggestion, params=params) for suggestion, params in fitted if params is not None]

    def _unrepeated(self, suggestion: Suggestion, seen: Seen) -> Suggestion:
        """The suggestion, or near it another one when its configuration is told or pending."""
        if suggestion.params not in seen:
            return suggestion
        rng = self.rng(suggestion.number, stream=1)
        row = self.space.encode(suggestion.params)
        for attempt in range(NEIGHBOURS_TRIED):
            near = self.space.decode(neighbour(self.space, row, 1 + attempt // 8, rng))
            if near not in seen:
                return self._moved(suggestion, near)
        other = seen.draw_other(rng)
        return suggestion if other is None else self._moved(suggestion, other)

    def _moved(self, suggestion: Suggestion, params: Params) -> Suggestion:
        return replace(suggestion, params=params, info=suggestion.info | {"moved_from": suggestion.params})


def _check_hints(
    seed: Any, budget: Any, parallelism: Any, objectives: Any, min_fidelity: Any, max_fidelity: Any
) -> None:
    for option, given, least in (
        ("seed", seed, 0),
        ("parallelism", parallelism, 1),
        ("objectives", objectives, 1),
    ):
        if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < least:
            raise OptionError(f"{option} is {given!r}; give a whole number from {least}", option=option)
    for option, given in (("budget", budget), ("min_fidelity", min_fidelity), ("max_fidelity", max_fidelity)):
        if given is None:
            continue
        if (
            isinstance(given, bool)
            or not isinstance(given, int | float)
            or not (math.isfinite(given) and given > 0)
        ):
            raise OptionError(f"{option} is {given!r}; give a number above 0, or leave it out", option=option)
    if min_fidelity is not None and max_fidelity is not None and min_fidelity > max_fidelity:
        raise OptionError(
            f"min_fidelity {min_fidelity} is above max_fidelity {max_fidelity}; swap them",
            option="min_fidelity",
        )
