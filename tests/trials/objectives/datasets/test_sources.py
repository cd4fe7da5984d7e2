"""The facts of the data sets agree with their rows."""

import numpy as np
import pytest

from trials.objectives import ObjectiveError
from trials.objectives.datasets import available_datasets, get_dataset, load
from trials.objectives.datasets.shipped import SHIPPED


def test_every_data_set_that_ships_inside_scikit_learn_is_there():
    names = {"breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine"}
    assert {info.name for info in available_datasets()} == names


@pytest.mark.parametrize("info", SHIPPED, ids=lambda info: info.name)
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


def test_what_ships_has_no_versions():
    with pytest.raises(ObjectiveError, match="ships with the program"):
        get_dataset("iris", 1)


@pytest.mark.parametrize("version", [0, -1, True, 1.5, "1"])
def test_a_version_is_a_whole_number_from_1(version):
    with pytest.raises(ObjectiveError, match="whole number from 1"):
        get_dataset("mine", version)


def test_an_unknown_data_set_is_refused_with_the_one_that_was_meant():
    with pytest.raises(ObjectiveError, match="did you mean iris"):
        get_dataset("irs")
