"""Hyperband's sweep, and what fills a bracket when results are missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from optimizers import Float, Result, Space, Suggestion, create
from tests.optimizers.drive import result_of

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})


def hyperband(high: float = 81, **options: object) -> object:
    return create("hyperband", SPACE, seed=0, min_fidelity=1, max_fidelity=high, **options)


def value(suggestion: Suggestion) -> float:
    return float(suggestion.params["x"]) + 0.1 / (suggestion.fidelity or 1.0)


def swept(optimizer: object, count: int) -> list[Suggestion]:
    asked = []
    for number in range(count):
        suggestion = optimizer.ask(number)  # type: ignore[attr-defined]
        asked.append(suggestion)
        optimizer.tell([result_of(suggestion, value(suggestion))])  # type: ignore[attr-defined]
    return asked


def test_one_sweep_is_206_evaluations() -> None:
    asked = swept(hyperband(), 2 * 206)
    sweep = Counter(suggestion.fidelity for suggestion in asked[:206])
    assert sweep == {1: 81, 3: 61, 9: 35, 27: 19, 81: 10}
    assert Counter(suggestion.fidelity for suggestion in asked) == {1: 162, 3: 122, 9: 70, 27: 38, 81: 20}
    parents = [suggestion.parent for suggestion in asked if suggestion.parent is not None]
    assert len(parents) == len(set(parents))


def test_the_best_of_a_rung_go_on_and_say_why() -> None:
    asked = swept(hyperband(), 108)
    values = sorted(value(suggestion) for suggestion in asked[:81])
    promoted = [asked[number] for number in range(81, 108)]
    assert {suggestion.fidelity for suggestion in promoted} == {3.0}
    assert [value(asked[suggestion.parent]) for suggestion in promoted] == values[:27]
    info = promoted[0].info
    assert (info["bracket"], info["rung"], info["rank"], info["of"]) == (0, 1, 1, 81)
    assert info["because"] == "number 1 of 81 in its rung, of which 27 go on"


def test_a_rung_that_waits_holds_up_nobody() -> None:
    optimizer = hyperband(9)
    pending = [optimizer.ask(0)]  # type: ignore[attr-defined]
    for number in range(1, 9):
        suggestion = optimizer.ask(number, pending)  # type: ignore[attr-defined]
        assert suggestion.info["bracket"] == 0
        optimizer.tell([result_of(suggestion, value(suggestion))])  # type: ignore[attr-defined]
    meanwhile = optimizer.ask(9, pending)  # type: ignore[attr-defined]
    assert (meanwhile.info["bracket"], meanwhile.fidelity, meanwhile.parent) == (1, 3.0, None)
    optimizer.tell([result_of(pending[0], 0.0)])  # type: ignore[attr-defined]
    assert optimizer.ask(10, [meanwhile]).parent == 0  # type: ignore[attr-defined]


def test_a_cancelled_start_and_a_cancelled_promotion_are_made_up_for() -> None:
    optimizer = hyperband(9)
    for number in range(9):
        suggestion = optimizer.ask(number)  # type: ignore[attr-defined]
        if number != 4:
            optimizer.tell([result_of(suggestion, value(suggestion))])  # type: ignore[attr-defined]
    again = optimizer.ask(9)  # type: ignore[attr-defined]
    assert again.info["because"] == "start 9 of 9 in its bracket"
    optimizer.tell([result_of(again, 9.0)])  # type: ignore[attr-defined]
    promoted = optimizer.ask(10)  # type: ignore[attr-defined]
    assert optimizer.ask(11).parent == promoted.parent  # type: ignore[attr-defined]
    assert optimizer.ask(11, [promoted]).parent != promoted.parent  # type: ignore[attr-defined]


def test_failed_and_stopped_trials_do_not_go_on() -> None:
    optimizer = hyperband(9)
    results: list[Result] = []
    for number in range(9):
        suggestion = optimizer.ask(number)  # type: ignore[attr-defined]
        result = result_of(suggestion, None if number < 4 else value(suggestion))
        results.append(result if number < 7 else replace(result, fidelity=0.5, value=-9.0, pruned=True))
        optimizer.tell(results[-1:])  # type: ignore[attr-defined]
    pending: list[Suggestion] = []
    for number in range(9, 12):
        pending.append(optimizer.ask(number, pending))  # type: ignore[attr-defined]
    assert {suggestion.parent for suggestion in pending} == {4, 5, 6}
    assert optimizer.ask(12, pending).info["bracket"] == 1  # type: ignore[attr-defined]


def test_a_space_that_is_used_up_trains_on() -> None:
    space = Space({"n": Float(0, 1, step=0.25)})
    optimizer = create("hyperband", space, seed=0, min_fidelity=1, max_fidelity=9)
    asked = swept_of(optimizer, 15)
    assert [suggestion.parent is None for suggestion in asked[:5]] == [True] * 5
    assert sum(suggestion.fidelity == 9 for suggestion in asked) == 5


def swept_of(optimizer: object, count: int) -> list[Suggestion]:
    asked = []
    for number in range(count):
        suggestion = optimizer.ask(number)  # type: ignore[attr-defined]
        asked.append(suggestion)
        optimizer.tell([result_of(suggestion, suggestion.params["n"])])  # type: ignore[attr-defined]
    return asked


def test_eta_sets_how_many_go_on() -> None:
    asked = swept(hyperband(16, eta=4), 16 + 4 + 1)
    assert Counter(suggestion.fidelity for suggestion in asked) == {1: 16, 4: 4, 16: 1}
