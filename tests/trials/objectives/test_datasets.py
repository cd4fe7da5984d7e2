"""The facts of the data sets agree with their rows."""

import numpy as np
import pytest

from trials.objectives import ObjectiveError
from trials.objectives.datasets import available_datasets, load


def test_every_data_set_that_ships_inside_scikit_learn_is_there():
    names = {"breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine"}
    assert {info.name for info in available_datasets()} == names


@pytest.mark.parametrize("info", available_datasets(), ids=lambda info: info.name)
def test_the_facts_are_those_of_the_rows(info):
    dataset = load(info.name)
    assert dataset.X.shape == (info.rows, info.columns)
    assert dataset.y.shape == ((info.rows,) if info.targets == 1 else (info.rows, info.targets))
    if info.task == "classification":
        assert tuple(np.bincount(dataset.y)) == info.class_sizes
    else:
        assert info.class_sizes == ()


def test_a_loaded_data_set_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        load("iris").X[0, 0] = 1.0


def test_an_unknown_data_set_is_refused_with_a_close_match():
    with pytest.raises(ObjectiveError, match="did you mean digits"):
        load("digit")
