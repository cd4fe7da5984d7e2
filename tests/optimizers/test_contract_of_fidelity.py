"""What every optimizer that trains in parts keeps besides the contract; new ones are found by themselves."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizers import OptionError, Result, Suggestion, available, create, minimize
from optimizers.registry import get
from tests.optimizers.drive import bowl, plain, result_of
from tests.optimizers.spaces import SVM

IN_PARTS = [name for name in available() if get(name).uses_fidelity]
every_fidelity = pytest.mark.parametrize("name", IN_PARTS)

Ending = Callable[[Suggestion], Result | None]
"""What comes of a trial; None: cancelled."""


def curve(suggestion: Suggestion) -> Result:
    """Better with more training; every seventh trial fails."""
    value = bowl(suggestion.number, suggestion.params)
    more = 0.0 if suggestion.fidelity is None else 3.0 / suggestion.fidelity
    return result_of(suggestion, None if value is None else value + more)


def never_failing(suggestion: Suggestion) -> Result:
    value = bowl(0, suggestion.params)
    assert value is not None
    return result_of(suggestion, value + 3.0 / (suggestion.fidelity or 27.0))


@dataclass
class Simulation:
    """Trainings on several workers, each as long as the fidelity it adds; ends in any order."""

    name: str
    workers: int
    seed: int = 0
    low: float = 1
    high: float = 27
    budget: float = 40
    uneven: bool = True

    def __post_init__(self) -> None:
        self.optimizer = create(
            self.name,
            SVM,
            seed=self.seed,
            budget=self.budget,
            parallelism=self.workers,
            min_fidelity=self.low,
            max_fidelity=self.high,
        )
        self.random = random.Random(self.seed)
        self.running: list[tuple[float, Suggestion]] = []
        self.asked: dict[int, Suggestion] = {}
        self.told: dict[int, Result] = {}
        self.cancelled: set[int] = set()
        self.now = self.busy = 0.0

    def run(self, trials: int, ending: Ending = curve) -> Simulation:
        while len(self.asked) < trials:
            while len(self.running) < self.workers and self._begin():
                assert len(self.asked) < 10 * trials
            self._end(ending)
        return self

    def _begin(self) -> bool:
        number = len(self.asked)
        pending = [suggestion for _, suggestion in self.running]
        suggestion = self.optimizer.ask(number, self.random.sample(pending, len(pending)))
        assert suggestion is not None, "something can always start in an endless space"
        self.check(suggestion)
        self.asked[number] = suggestion
        goal = self.high if suggestion.fidelity is None else suggestion.fidelity
        done = 0.0 if suggestion.parent is None else self._reached(suggestion.parent)
        length = (goal - done) * (self.random.uniform(0.2, 3.0) if self.uneven else 1.0)
        self.running.append((self.now + length, suggestion))
        self.busy += length
        return True

    def _end(self, ending: Ending) -> None:
        self.running.sort(key=lambda each: each[0])
        self.now, suggestion = self.running.pop(0)
        result = ending(suggestion)
        if result is None:
            self.cancelled.add(suggestion.number)
            return
        self.told[suggestion.number] = result
        self.optimizer.tell([result])

    def _reached(self, number: int) -> float:
        return self.told[number].fidelity or self.high

    def check(self, suggestion: Suggestion) -> None:
        """Lines go on from what has ended well, further each time, and nobody goes on twice."""
        SVM.validate(suggestion.params)
        goal = suggestion.fidelity
        assert goal is None or self.low <= goal <= self.high
        assert suggestion.parent is not None or suggestion.start_from is None
        for origin in {suggestion.parent, suggestion.start_from} - {None}:
            result = self.told[origin]
            assert result.value is not None
            assert not result.pruned
            assert result.fidelity is not None
            assert result.fidelity < (self.high if goal is None else goal)
        if suggestion.parent is not None:
            others = [each for each in self.asked.values() if each.parent == suggestion.parent]
            assert all(self._in_vain(each.number) for each in others), "promoted twice"
            if suggestion.start_from is None and get(self.name).default_first:
                lines_params = self.asked[suggestion.parent].params
                assert suggestion.params == lines_params or self.name in ("pbt", "pb2")

    def _in_vain(self, number: int) -> bool:
        """Whether a continuation came to nothing, so that its parent may be continued again."""
        if number in self.cancelled:
            return True
        result = self.told.get(number)
        return self.name in ("pbt", "pb2") and result is not None and (result.value is None or result.pruned)


@every_fidelity
def test_without_a_fidelity_it_trains_fully_or_says_what_it_needs(name: str) -> None:
    if get(name).needs_fidelity:
        with pytest.raises(OptionError, match="needs an objective with a fidelity"):
            create(name, SVM, seed=0)
    else:
        suggestion = create(name, SVM, seed=0).ask(3)
        assert suggestion is not None
        assert suggestion.fidelity is None


@pytest.mark.parametrize("name", [name for name in IN_PARTS if get(name).needs_fidelity])
def test_one_rung_is_refused_in_words(name: str) -> None:
    with pytest.raises(OptionError, match="from 50 to 81 there is one"):
        create(name, SVM, seed=0, min_fidelity=50, max_fidelity=81)


@pytest.mark.parametrize("name", [name for name in available() if not get(name).uses_fidelity])
def test_a_method_without_fidelity_trains_fully(name: str) -> None:
    suggestion = create(name, SVM, seed=0, min_fidelity=1, max_fidelity=27).ask(3)
    assert suggestion is not None
    assert suggestion.fidelity is None
    assert suggestion.parent is None


@every_fidelity
def test_eight_workers_promote_nobody_twice(name: str) -> None:
    simulation = Simulation(name, workers=8).run(70)
    reached = [result.fidelity or simulation.high for result in simulation.told.values()]
    assert max(reached) > min(reached), "lines go on"


@every_fidelity
def test_one_after_the_other_somebody_is_trained_fully(name: str) -> None:
    simulation = Simulation(name, workers=1, budget=5).run(60)
    goals = [27.0 if each.fidelity is None else each.fidelity for each in simulation.asked.values()]
    assert max(goals) == 27.0


@every_fidelity
def test_every_failure_pruning_and_cancellation_is_lived_with(name: str) -> None:
    rolls = random.Random(4)

    def ending(suggestion: Suggestion) -> Result | None:
        roll = rolls.random()
        result = curve(suggestion)
        if roll < 0.15:
            return None
        if roll < 0.3:
            return replace(result, value=None)
        if roll < 0.5 and result.value is not None:
            return replace(result, fidelity=0.7 * (suggestion.fidelity or 27.0), pruned=True)
        return result

    simulation = Simulation(name, workers=4, seed=1).run(60, ending)
    assert any(each.parent is not None for each in simulation.asked.values())


@every_fidelity
def test_all_trainings_failing_never_stops_it(name: str) -> None:
    Simulation(name, workers=3).run(25, lambda suggestion: result_of(suggestion, None))


@every_fidelity
def test_the_order_of_results_and_another_object_make_no_difference(name: str) -> None:
    simulation = Simulation(name, workers=4, seed=2).run(45)
    pending = [suggestion for _, suggestion in simulation.running]
    number = len(simulation.asked)
    expected = simulation.optimizer.ask(number, pending)
    assert expected is not None
    results = list(simulation.told.values())
    for seed in range(2):
        fresh = Simulation(name, workers=4, seed=2).optimizer
        for result in random.Random(seed).sample(results, len(results)):
            fresh.tell([result])
        bare = [replace(each, info={}) for each in reversed(pending)]
        again = fresh.ask(number, bare)
        assert again is not None
        assert plain(again) == plain(expected)


@every_fidelity
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_history_is_answered(name: str, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, 30), max_size=12, unique=True))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    results = []
    for number in numbers:
        results.append(
            Result(
                number,
                SVM.sample(rng),
                data.draw(st.none() | st.floats(-5, 5)),
                fidelity=data.draw(st.none() | st.sampled_from([0.5, 1, 3, 4.5, 9, 27, 40])),
                parent=data.draw(st.none() | st.integers(0, 30)),
                pruned=data.draw(st.booleans()),
            )
        )
    optimizer, again = (create(name, SVM, seed=0, min_fidelity=1, max_fidelity=27) for _ in range(2))
    optimizer.tell(results)
    again.tell(results[::-1])
    pending: list[Suggestion] = []
    for number in range(31, 35):
        suggestion, other = optimizer.ask(number, pending), again.ask(number, pending[::-1])
        assert suggestion is not None
        assert other is not None
        assert plain(suggestion) == plain(other)
        pending.append(suggestion)


@every_fidelity
def test_results_from_another_space_do_not_count(name: str) -> None:
    def asked(results: list[Result]) -> dict[str, Any]:
        optimizer = create(name, SVM, seed=0, min_fidelity=1, max_fidelity=27)
        optimizer.tell(results)
        suggestion = optimizer.ask(30)
        assert suggestion is not None
        return plain(suggestion)

    gone = [Result(number, {"gone": number}, 0.0, fidelity=1.0) for number in range(9)]
    orphan = Result(9, {"gone": 1}, 0.0, fidelity=3.0, parent=2)
    assert asked([*gone, orphan]) == asked([])


@pytest.mark.parametrize("name", ["asha", "bohb", "dehb", "hyperband"])
def test_four_workers_are_busy_with_trainings_of_unequal_length(name: str) -> None:
    """Slots are filled the moment they are free; what is left over is the end of the simulation."""
    simulation = Simulation(name, workers=4).run(150)
    running = sum(end - simulation.now for end, _ in simulation.running)
    assert (simulation.busy - running) / (4 * simulation.now) >= 0.95


@every_fidelity
def test_minimize_hands_the_fidelity_to_the_function(name: str) -> None:
    calls: list[tuple[Any, ...]] = []

    def fn(params: dict[str, Any], fidelity: float) -> float:
        calls.append((params, fidelity))
        return (bowl(0, params) or 0.0) + 1.0 / fidelity

    outcome = minimize(fn, SVM, name, trials=30, seed=0, min_fidelity=1, max_fidelity=9)
    assert len(calls) == len(outcome.results) == 30
    assert {fidelity for _, fidelity in calls} <= {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0}
    assert outcome.best is not None
    full = [each for each in outcome.results if each.fidelity in (None, 9)]
    if full:
        assert outcome.best.value == min(each.value for each in full if each.value is not None)
