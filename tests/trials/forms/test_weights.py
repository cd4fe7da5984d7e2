"""Beliefs in choices, as people type them."""

import pytest

from trials.forms.weights import described, weights

CHOICES = ["rbf", "a, b", "x=1", 10, "10", 0.5, True, None]


def test_what_is_not_named_has_the_weight_one():
    assert weights("rbf = 3, poly = 0.5", ["linear", "rbf", "poly"]) == [1, 3, 0.5]
    assert weights('"a, b" = 2,10=4,', CHOICES) == [1, 2, 1, 4, 1, 1, 1, 1]


@pytest.mark.parametrize("given", [[1] * 8, [1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 1, 1, 1e-7, 2.5, 1, 0], [7] * 8])
def test_weights_read_back(given):
    assert weights(described(given, CHOICES), CHOICES) == given


def test_only_what_differs_from_one_is_written():
    assert described([1, 3, 1], ["linear", "rbf", "poly"]) == "rbf = 3"
    assert described([1, 1], [False, True]) == "false = 1"
