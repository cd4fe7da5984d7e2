"""Searches under a model that train in parts: what short trainings count, and when they are left out."""

from __future__ import annotations

import numpy as np
import pytest

from optimizers import Float, Result, Space, Suggestion, create
from optimizers.base import Optimizer
from optimizers.columns import Columns
from optimizers.fidelity.expected import Outlook, agreement, as_if_full, prefix
from optimizers.fidelity.ladder import Ladder
from optimizers.fidelity.lines import Lines
from optimizers.fidelity.search import Promotion
from optimizers.fidelity.worthwhile import Unfinished, by_model, by_training, worth_going_on
from tests.optimizers.drive import result_of

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
LADDER = Ladder.of("auto", 3, 27, 3)


def lines_of(results: list[Result]) -> tuple[Columns, Lines]:
    told = Columns.of(SPACE, results, 1)
    return told, Lines.of(told, (), LADDER)


def result(number: int, value: float | None, fidelity: float, parent: int | None = None) -> Result:
    params = {"x": 0.01 * (number if parent is None else parent), "y": 0.5}
    return Result(number, params, value, fidelity=fidelity, parent=parent)


def test_short_trainings_count_as_what_they_are_expected_to_come_to() -> None:
    """Every full training here comes out 2 below its first rung."""
    started = [result(number, 3.0 + number, 3) for number in range(9)]
    ended = [result(9 + number, 1.0 + number, 27, parent=number) for number in range(3)]
    told, lines = lines_of([*started, *ended])
    full = as_if_full(told, lines, Outlook.of(lines, LADDER))
    assert full.numbers.tolist() == list(range(9))
    assert full.value[:3] == pytest.approx([1.0, 2.0, 3.0])
    assert full.value[3:] == pytest.approx(np.arange(4.0, 10.0), abs=0.7)


def test_a_short_training_is_not_expected_to_beat_the_best_full_one() -> None:
    """Line 1 began well behind line 0, line 2 well before it."""
    started = [result(number, value, 3) for number, value in enumerate([5.0, 9.0, 1.0])]
    told, lines = lines_of([*started, result(3, 4.0, 27, parent=0)])
    outlook = Outlook.of(lines, LADDER)
    assert outlook.expected(lines.rung, lines.value)[2] < 4.0
    full = as_if_full(told, lines, outlook)
    assert full.value[0] == 4.0
    assert full.value[1] > 4.0
    assert full.value[2] == 4.0


def test_a_line_that_failed_later_counts_as_failed_and_a_stopped_one_as_stopped() -> None:
    stopped = Result(2, {"x": 0.3, "y": 0.1}, 5.0, fidelity=2.0, pruned=True)
    told, lines = lines_of([result(0, 1.0, 3), result(1, None, 9, parent=0), stopped, result(3, 2.0, 3)])
    full = as_if_full(told, lines, Outlook.of(lines, LADDER))
    assert full.numbers.tolist() == [0, 2, 3]
    assert full.ok.tolist() == [False, True, True]
    assert full.pruned.tolist() == [False, True, False]


@pytest.mark.parametrize(("sign", "tau"), [(1.0, 1.0), (-1.0, -1.0)])
def test_agreement_is_that_of_ranks(sign: float, tau: float) -> None:
    started = [result(number, float(number), 3) for number in range(6)]
    ended = [result(6 + number, sign * number, 27, parent=number) for number in range(6)]
    _, lines = lines_of([*started, *ended])
    assert agreement(lines, LADDER, 0) == (pytest.approx(tau), 6)


def test_maps_are_refitted_seldom() -> None:
    lengths = [prefix(count) for count in range(60)]
    assert lengths == sorted(lengths)
    assert len(set(lengths[6:])) < 10


def search(name: str, low: float, high: float, count: int) -> list[Suggestion]:
    """A search in which short trainings rank like full ones."""
    optimizer: Optimizer = create(name, SPACE, seed=0, budget=20, min_fidelity=low, max_fidelity=high)
    asked = []
    for number in range(count):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        x = (suggestion.params["x"] - 0.3) ** 2 + suggestion.params["y"]
        optimizer.tell([result_of(suggestion, x)])
        asked.append(suggestion)
    return asked


def begun(asked: list[Suggestion]) -> list[float | None]:
    return [suggestion.fidelity for suggestion in asked if suggestion.parent is None]


@pytest.mark.parametrize("name", ["auto", "gp", "forest"])
def test_lines_begin_with_a_third_and_the_promising_go_on(name: str) -> None:
    asked = search(name, 1, 27, count=40)
    assert set(begun(asked)) == {9.0}
    assert {suggestion.fidelity for suggestion in asked} == {9.0, 27.0}
    value = {each.number: (each.params["x"] - 0.3) ** 2 + each.params["y"] for each in asked}
    went_on = {each.parent for each in asked} - {None}
    left = [number for number in value if asked[number].parent is None and number not in went_on]
    assert np.mean([value[number] for number in went_on]) < np.mean([value[number] for number in left])
    assert asked[4].info["because_fidelity"] == "a short training shows whether it goes on"


def test_at_first_the_most_promising_goes_on_now_and_then() -> None:
    """Without a full training nobody knows a chance, and no more than so much goes into short ones."""
    asked = search("auto", 1, 27, count=12)
    first = next(each for each in asked if each.fidelity == 27.0)
    assert first.number == 5
    assert "it is the most promising" in first.info["because"]


THIRDS = Ladder.of("auto", 9, 27, 3)


def step_of(told: Columns, waiting: tuple[Suggestion, ...] = ()) -> Promotion | None:
    """What goes on by training alone, without a model."""
    lines = Lines.of(told, waiting, THIRDS)
    unfinished = Unfinished.of(lines, THIRDS)
    forecast = None if unfinished.best is None else by_training(lines, unfinished)
    return worth_going_on(lines, THIRDS, unfinished, forecast)


@pytest.mark.parametrize(("value", "goes_on"), [(4.0, True), (7.0, False)])
def test_a_line_goes_on_if_it_promises_more_than_a_new_one(value: float, goes_on: bool) -> None:
    """Five lines lost 1 to 1.4 after a third of their training; the best came to 3."""
    started = [result(number, 4.0 + number, 9) for number in range(5)]
    ended = [result(5 + number, 3.0 + 0.9 * number, 27, parent=number) for number in range(5)]
    step = step_of(Columns.of(SPACE, [*started, *ended, result(10, value, 9)], 1))
    assert (step is not None) == goes_on
    if step is not None:
        assert step.position == 10
        assert "promises more than all of a new one" in step.info["because"]


def test_what_a_model_says_of_a_configuration_counts_beside_its_own_training() -> None:
    """Two lines began alike; others near the first came to more than others near the second."""
    results = [result(number, 5.0 + 0.01 * number, 9) for number in (30, 70)]
    for place, (at, level) in enumerate([(25, 4.0), (35, 4.1), (65, 6.0), (75, 6.1), (50, 5.0)]):
        params = {"x": 0.01 * at, "y": 0.5}
        results += [Result(100 + place, params, level + 1.0, fidelity=9)]
        results += [Result(200 + place, params, level, fidelity=27, parent=100 + place)]
    optimizer = create("gp", SPACE, seed=0, budget=20, min_fidelity=1, max_fidelity=27)
    told, lines = Columns.of(SPACE, results, 1), Lines.of(Columns.of(SPACE, results, 1), (), THIRDS)
    unfinished = Unfinished.of(lines, THIRDS)
    full = as_if_full(told, lines, Outlook.of(lines, THIRDS))
    posterior = optimizer.foreseen(full)
    forecast = by_model(lines, unfinished, full, posterior, np.array([[0.5, 0.5], [0.3, 0.5]]))
    assert lines.numbers[unfinished.positions].tolist() == [30, 70]
    assert forecast.gains[0] > forecast.gains[1]


def test_no_line_goes_on_while_the_one_that_may_is_being_trained() -> None:
    """Pending full trainings count as made, so that workers do not all train short ones fully."""
    told = Columns.of(SPACE, [result(number, float(number), 9) for number in range(5)], 1)
    first = step_of(told)
    assert first is not None
    assert first.position == 0
    waiting = Suggestion(5, {"x": 0.0, "y": 0.5}, 27.0, 0)
    assert step_of(told, (waiting,)) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_values_of_any_size_are_weighed(scale: float) -> None:
    optimizer = create("gp", SPACE, seed=0, budget=20, min_fidelity=1, max_fidelity=27)
    values = scale * np.random.default_rng(0).choice([-1.0, 1e-3, 1.0], 12)
    for number, value in enumerate(values.tolist()):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        optimizer.tell([result_of(suggestion, value)])


@pytest.mark.parametrize(("sign", "left_out"), [(1.0, False), (-1.0, True)])
def test_short_trainings_that_mislead_are_left_out_and_it_says_so(sign: float, left_out: bool) -> None:
    """Six lines that were trained fully come out as they began, or the other way round."""
    results = [result(number, sign * number, 9) for number in range(6)]
    results += [result(6 + number, float(number), 27, parent=number) for number in range(6)]
    asked = []
    for seed in range(6):
        optimizer: Optimizer = create("auto", SPACE, seed=seed, min_fidelity=1, max_fidelity=27)
        optimizer.tell(results)
        suggestion = optimizer.ask(12)
        assert suggestion is not None
        asked.append(suggestion)
    said = [suggestion.info["because_fidelity"] for suggestion in asked]
    assert [each.startswith("short trainings do not tell") for each in said] == [left_out] * 6
    assert all(suggestion.fidelity == 27.0 for suggestion in asked) == left_out


def test_less_than_two_rungs_are_trained_fully() -> None:
    assert set(begun(search("auto", 20, 27, count=8))) == {None}


def test_a_part_of_a_training_is_no_promise_to_tpe() -> None:
    optimizers = [create("tpe", SPACE, seed=0, min_fidelity=1, max_fidelity=27, startup=1) for _ in range(2)]
    rows = np.random.default_rng(0).random((12, 2))
    for number, (x, y) in enumerate(rows.tolist()):
        part = number % 3 == 0
        told = Result(number, {"x": x, "y": y}, -9.0 if part else x, fidelity=2.0 if part else 27.0)
        optimizers[0].tell([told])
        optimizers[1].tell([Result(number, told.params, told.value, fidelity=told.fidelity, pruned=part)])
    assert optimizers[0].ask(12) == optimizers[1].ask(12)
