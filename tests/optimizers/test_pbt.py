"""Populations: who copies whom, lines, schedules."""

from __future__ import annotations

import pytest

from optimizers import Categorical, Float, Integer, Result, Space, Suggestion, create
from optimizers.base import Optimizer
from tests.optimizers.drive import result_of

SPACE = Space({"rate": Float(1e-4, 1.0, log=True), "units": Integer(2, 64), "kind": Categorical(["a", "b"])})


def population(name: str = "pbt", **options: object) -> Optimizer:
    return create(name, SPACE, seed=0, min_fidelity=1, max_fidelity=12, population=8, steps=3, **options)


def trained(optimizer: Optimizer, count: int) -> dict[int, tuple[Suggestion, float]]:
    """What a line has gained adds up: the nearer the rate to 0.1, the more."""
    known: dict[int, tuple[Suggestion, float]] = {}
    for number in range(count):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        origin = suggestion.parent if suggestion.start_from is None else suggestion.start_from
        before = 10.0 if origin is None else known[origin][1]
        value = before - 1.0 / (1.0 + abs(suggestion.params["rate"] - 0.1))
        known[number] = suggestion, value
        optimizer.tell([result_of(suggestion, value)])
    return known


@pytest.mark.parametrize("name", ["pbt", "pb2"])
def test_the_worst_quarter_takes_the_weights_of_the_best(name: str) -> None:
    known = trained(population(name), 16)
    values = sorted((value, number) for number, (_, value) in known.items() if number < 8)
    best, worst = {number for _, number in values[:2]}, {number for _, number in values[-2:]}
    copied = [suggestion for suggestion, _ in known.values() if suggestion.start_from is not None]
    assert {suggestion.parent for suggestion in copied} == worst
    assert {suggestion.start_from for suggestion in copied} <= best
    for suggestion in copied:
        assert suggestion.params != known[suggestion.start_from][0].params
        assert suggestion.info["mode"] == "exploit"
        assert f"takes the weights of trial {suggestion.start_from}" in suggestion.info["because"]


@pytest.mark.parametrize("name", ["pbt", "pb2"])
def test_members_are_lines_and_all_are_trained_fully(name: str) -> None:
    known = trained(population(name), 24)
    assert [suggestion.fidelity for suggestion, _ in known.values()] == [4.0] * 8 + [8.0] * 8 + [12.0] * 8
    members = {suggestion.info["member"] for suggestion, _ in known.values()}
    assert members == set(range(8))
    for suggestion, _ in known.values():
        if suggestion.parent is not None:
            assert known[suggestion.parent][0].info["member"] == suggestion.info["member"]
    after = population(name)
    after.tell([result_of(suggestion, value) for suggestion, value in known.values()])
    following = after.ask(24)
    assert following is not None
    assert (following.parent, following.info["population"]) == (None, 1)


def test_a_failed_step_is_tried_again_from_better_weights() -> None:
    optimizer = population()
    known = trained(optimizer, 8)
    suggestion = optimizer.ask(8)
    assert suggestion is not None
    optimizer.tell(
        [Result(8, suggestion.params, None, fidelity=suggestion.fidelity, parent=suggestion.parent)]
    )
    again = optimizer.ask(9)
    assert again is not None
    assert again.parent == suggestion.parent
    assert again.start_from not in (None, suggestion.parent)
    assert "failed or was stopped" in again.info["because"]
    assert again.start_from in known


def test_more_workers_than_members_begin_the_next_population() -> None:
    optimizer = population()
    pending: list[Suggestion] = []
    for number in range(12):
        suggestion = optimizer.ask(number, pending)
        assert suggestion is not None
        pending.append(suggestion)
    assert [each.info["population"] for each in pending] == [0] * 8 + [1] * 4
