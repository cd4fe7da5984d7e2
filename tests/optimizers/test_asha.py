"""Successive halving without waiting, and what bohb and dehb begin their brackets with."""

from __future__ import annotations

import numpy as np

from optimizers import Float, Space, create
from optimizers.base import Optimizer
from tests.optimizers.drive import result_of

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})


def told(optimizer: Optimizer, values: list[float]) -> None:
    for number, value in enumerate(values):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        optimizer.tell([result_of(suggestion, value)])


def test_the_third_result_makes_a_promotion() -> None:
    optimizer = create("asha", SPACE, seed=0, min_fidelity=1, max_fidelity=9)
    told(optimizer, [3.0, 1.0])
    third = optimizer.ask(2)
    assert third is not None
    assert third.parent is None
    optimizer.tell([result_of(third, 2.0)])
    promoted = optimizer.ask(3)
    assert promoted is not None
    assert (promoted.parent, promoted.fidelity) == (1, 3.0)
    assert promoted.info["because"] == "number 1 of 3 at its rung, of which one in 3 goes on"
    other = optimizer.ask(4, [promoted])
    assert other is not None
    assert other.parent is None


def distances(name: str, count: int = 200) -> tuple[float, float]:
    """How far from the best place lines begin, early and late; medians."""
    optimizer = create(name, SPACE, seed=1, min_fidelity=1, max_fidelity=27)
    starts = []
    for number in range(count):
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        x, y = suggestion.params["x"] - 0.3, suggestion.params["y"] - 0.7
        if suggestion.parent is None:
            starts.append(float(np.hypot(x, y)))
        optimizer.tell([result_of(suggestion, x * x + y * y + 1.0 / (suggestion.fidelity or 1.0))])
    return float(np.median(starts[:27])), float(np.median(starts[60:]))


def test_bohb_and_dehb_begin_nearer_to_the_best_with_time() -> None:
    for name in ("bohb", "dehb"):
        early, late = distances(name)
        assert late < 0.8 * early
    early, late = distances("hyperband")
    assert late > 0.8 * early
