"""Which results of one space mean something in another."""

import pytest

from optimizers import Categorical, Float, Integer, Result, Space
from optimizers.transfer import fitting, transferred

SVM = Space(
    {
        "kernel": Categorical(["linear", "rbf"], default="rbf"),
        "C": Float(0.1, 10.0, log=True, default=1.0),
        "gamma": Float(0.01, 1.0, log=True, default=0.1, when={"kernel": "rbf"}),
    }
)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"kernel": "rbf", "C": 1.0, "gamma": 0.5}, {"kernel": "rbf", "C": 1.0, "gamma": 0.5}),
        ({"kernel": "linear", "C": 1.0, "tol": 0.1}, {"kernel": "linear", "C": 1.0}),  # tol is not searched
        ({"kernel": "linear", "C": 2.0, "gamma": 0.5}, {"kernel": "linear", "C": 2.0}),  # inactive here
        ({"C": 5.0}, {"kernel": "rbf", "C": 5.0, "gamma": 0.1}),  # defaults of what is new
        ({"kernel": "poly", "C": 1.0}, None),
        ({"kernel": "linear", "C": 100.0}, None),
        ({"alpha": 1.0}, None),  # nothing in common
        ({}, None),
    ],
)
def test_params_are_taken_over_where_all_that_is_searched_fits(theirs, ours):
    assert transferred(SVM, theirs) == ours


def test_only_what_was_found_idle_may_have_had_another_value_where_a_single_one_is_left():
    held = Space({"C": Float(0.1, 10.0), "tol": Categorical([0.01]), "depth": Integer(1, 5)})
    theirs = {"C": 1.0, "tol": 0.5, "depth": 3}
    assert transferred(held, theirs) is None
    assert transferred(held, theirs, idle={"tol"}) == {"C": 1.0, "tol": 0.01, "depth": 3}
    assert transferred(held, {**theirs, "depth": 9}, idle={"tol", "depth"}) is None  # still searched
    assert transferred(held, {"tol": 0.5}, idle={"tol"}) is None  # nothing in common


def test_fitting_keeps_everything_else_of_a_result():
    results = [Result(0, {"C": 5.0}, 0.3, seconds=2.0), Result(1, {"C": 50.0}, 0.1)]
    assert fitting(SVM, results) == (Result(0, {"kernel": "rbf", "C": 5.0, "gamma": 0.1}, 0.3, seconds=2.0),)
