"""Random search: independent draws, and no configuration twice in a finite space."""

from __future__ import annotations

import numpy as np
from scipy import stats

from optimizers import Categorical, Float, Integer, Result, Space, create
from tests.optimizers.drive import ask, play
from tests.optimizers.spaces import SVM


def test_what_was_told_does_not_matter_in_an_infinite_space() -> None:
    told, untold = create("random", SVM, seed=0), create("random", SVM, seed=0)
    play(told, range(5))
    assert ask(told, 9).params == ask(untold, 9).params


def test_draws_follow_the_distribution() -> None:
    space = Space({"x": Float(distribution=stats.expon(scale=100)), "y": Float(0, 1)})
    optimizer = create("random", space, seed=0)
    samples = [ask(optimizer, number).params["x"] for number in range(400)]
    assert stats.kstest(samples, stats.expon(scale=100).cdf).pvalue > 0.01


def test_a_rare_choice_is_found_when_it_is_the_last_one() -> None:
    space = Space({"n": Integer(0, 60, distribution=stats.poisson(1))})
    optimizer = create("random", space, seed=0)
    values = {ask(optimizer, number, pending=[]).params["n"] for number in range(30)}
    assert max(values) < 10
    optimizer.tell(Result(number, {"n": number}, 1.0) for number in range(60))
    assert ask(optimizer, 60).params == {"n": 60}


def test_a_configuration_without_numbers_is_not_drawn_again() -> None:
    space = Space({"kernel": Categorical(["linear", "rbf"]), "gamma": Float(0, 1, when={"kernel": "rbf"})})
    played = play(create("random", space, seed=0), range(20))
    assert sum(suggestion.params == {"kernel": "linear"} for suggestion in played) == 1


def test_nothing_depends_on_the_global_generator() -> None:
    np.random.seed(0)
    first = ask(create("random", SVM, seed=1), 3)
    np.random.seed(1)
    assert ask(create("random", SVM, seed=1), 3) == first
