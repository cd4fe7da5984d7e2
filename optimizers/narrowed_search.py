"""A search whose space is narrowed once, half-way, by what it has learned; made by the registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizers.base import Optimizer, Result, Suggestion
from optimizers.errors import OptionError, SpaceExhausted
from optimizers.narrowing import FEWEST_FOR_EACH, FEWEST_RESULTS, Narrowing, narrowed
from optimizers.transfer import transferred

_SHARE = 0.5


class NarrowedSearch(Optimizer):
    """Any optimizer that learns, in the whole space at first and in a smaller one from then on.

    The smaller space follows from the results of the first half of the budget alone (trials by number), so an
    ask stays a pure function; what is held in it is taken as if it had been held all along. Where these
    results suggest nothing the whole space is searched on.
    """

    def __init__(self, inner: type[Optimizer], *arguments: Any, **hints: Any) -> None:
        self.name = inner.name  # type: ignore[misc]
        self.default_first = inner.default_first  # type: ignore[misc]
        super().__init__(*arguments, **hints)
        if not inner.learns:
            raise OptionError(f"{inner.name} does not learn, so nothing can be narrowed", option="narrow")
        if self.objectives > 1:
            raise OptionError("a space is narrowed for one objective; leave narrow out", option="narrow")
        if inner.uses_fidelity and self.max_fidelity is not None:
            raise OptionError(
                f"{inner.name} trains in parts, and narrowing needs full trainings; leave it out",
                option="narrow",
            )
        self._inner, self._hints = inner, dict(hints)
        self._whole = inner(*arguments, **hints)
        least = max(FEWEST_RESULTS, FEWEST_FOR_EACH * len(self.space))
        self.switch = least if self.budget is None else max(least, int(_SHARE * self.budget))
        self._results: dict[int, Result] = {}
        self._passed: set[int] = set()
        self._known: tuple[frozenset[int], Narrowing | None, Optimizer | None] = (frozenset(), None, None)

    def tell(self, results: Iterable[Result]) -> None:
        results = list(results)
        super().tell(results)
        self._whole.tell(results)
        for result in results:
            self._results.setdefault(result.number, result)

    def ask(self, number: int, pending: Iterable[Suggestion] = ()) -> Suggestion | None:
        waiting = list(pending)
        if number < self.switch:
            return self._whole.ask(number, waiting)
        narrowing, search = self._narrowed()
        if narrowing is None or search is None:
            return self._whole.ask(number, waiting)
        search.tell(self._inside(narrowing, [each for each in self._results if each not in self._passed]))
        try:
            suggestion = search.ask(number, waiting)
        except SpaceExhausted:
            return self._whole.ask(number, waiting)
        if suggestion is None:
            return None
        said = [f"{change.name}: {change.reason}" for change in narrowing.changes]
        return replace(suggestion, info=suggestion.info | {"narrowed": said})

    def _narrowed(self) -> tuple[Narrowing | None, Optimizer | None]:
        """The smaller space by the results of the first half, and the search in it; kept while they last."""
        first = frozenset(number for number in self._results if number < self.switch)
        known, narrowing, search = self._known
        if first != known:
            results = [self._results[number] for number in sorted(first)]
            narrowing = narrowed(self.space, results, seed=self.seed)
            self._passed = set()
            search = None if narrowing is None else self._inner(narrowing.space, **self._hints)
            self._known = first, narrowing, search
        return narrowing, search

    def _inside(self, narrowing: Narrowing, numbers: Sequence[int]) -> list[Result]:
        """The results that lie in the smaller space; what is held there is no reason to leave one out."""
        self._passed.update(numbers)
        results = [self._results[number] for number in numbers]
        placed = ((result, transferred(narrowing.space, result.params, narrowing.held)) for result in results)
        return [replace(result, params=params) for result, params in placed if params is not None]

    def _suggest(
        self, number: int, pending: Sequence[Suggestion], rng: np.random.Generator
    ) -> Suggestion | None:
        return self._whole._suggest(number, pending, rng)
