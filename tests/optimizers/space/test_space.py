"""Space: JSON, validation, defaults, immutability, and what adapts when a space is edited."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings

from optimizers import Boolean, Categorical, Float, Integer, ParameterError, Space, SpaceError
from tests.optimizers.spaces import NETWORK, SVM, spaces

EXAMPLE = {
    "parameters": [
        {
            "name": "kernel",
            "type": "categorical",
            "choices": ["linear", "rbf", "poly"],
            "ordered": False,
            "default": "rbf",
        },
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True},
        {
            "name": "gamma",
            "type": "float",
            "low": 0.0001,
            "high": 10,
            "log": True,
            "when": {"kernel": ["rbf", "poly"]},
        },
        {
            "name": "n_estimators",
            "type": "integer",
            "distribution": {"name": "expon", "args": {"scale": 100}},
            "low": 1,
            "high": 1000,
        },
        {"name": "leaf", "type": "categorical", "choices": [1, 2], "ordered": True, "prior": [1, 2.5]},
        {"name": "depth", "type": "integer", "low": 1, "high": 40, "step": 1},
        {"name": "bootstrap", "type": "boolean", "default": True},
        {
            "name": "C2",
            "type": "float",
            "low": 0.0,
            "high": 1.0,
            "prior": {"name": "norm", "args": {"loc": 0.2}},
        },
    ],
    "constraints": [],
    "forbidden": [],
}


def test_json_comes_back_exactly() -> None:
    assert Space.from_dict(EXAMPLE).to_dict() == EXAMPLE


@given(spaces())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_space_survives_json(space: Space) -> None:
    text = json.dumps(space.to_dict(), allow_nan=False)
    again = Space.from_dict(json.loads(text))
    assert again == space
    assert json.dumps(again.to_dict()) == text


def test_a_single_value_in_when_is_written_back_as_a_list() -> None:
    assert SVM.to_dict()["parameters"][3]["when"] == {"kernel": ["poly"]}


def test_choices_are_distinct_by_type() -> None:
    space = Space({"x": Categorical([1, 1.0, True, "1", None], default=None)})
    for choice in (1, 1.0, True, "1", None):
        back = space.decode(space.encode({"x": choice}))["x"]
        assert type(back) is type(choice)
        assert back == choice
    assert len({space.key({"x": choice}) for choice in (1, 1.0, True, "1", None)}) == 5
    assert Space({"x": Categorical([1])}) != Space({"x": Categorical([True])})
    with pytest.raises(ParameterError, match="choose one of"):
        Space({"x": Categorical([1, 2])}).validate({"x": 1.0})


def test_none_is_a_default_only_where_it_is_a_choice() -> None:
    assert Space({"x": Categorical([None, "sqrt"], default=None)}).default() == {"x": None}
    assert Space({"x": Categorical([None, "sqrt"])}).default() is None
    assert Space({"x": Categorical(["log2", "sqrt"], default=None)}).default() is None


def test_a_space_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SVM.parameters["C"] = Float(0, 1)  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        SVM._parameters = {}  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        SVM.parameters["C"].low = 5.0  # type: ignore[attr-defined]
    source = {"x": Integer(1, 2)}
    space = Space(source)
    source["y"] = Integer(1, 2)
    assert space.names == ("x",)


def test_spaces_can_be_copied_pickled_and_compared() -> None:
    space = Space.from_dict(EXAMPLE)
    space.sample(np.random.default_rng(0))
    for twin in (copy.deepcopy(space), pickle.loads(pickle.dumps(space))):
        assert twin == space
        assert hash(twin) == hash(space)
        assert twin.sample(np.random.default_rng(1)) == space.sample(np.random.default_rng(1))


def test_validate_gives_native_types_in_the_spaces_order() -> None:
    given = {"degree": np.int64(3), "gamma": np.float32(0.5), "C": 2, "kernel": np.str_("poly")}
    params = SVM.validate(given)
    assert params == {"kernel": "poly", "C": 2.0, "gamma": 0.5, "degree": 3}
    assert list(params) == ["kernel", "C", "gamma", "degree"]
    assert [type(value) for value in params.values()] == [str, float, float, int]
    assert type(Space({"n": Integer(1, 5)}).validate({"n": 3.0})["n"]) is int
    assert type(Space({"b": Boolean()}).validate({"b": np.True_})["b"]) is bool


@pytest.mark.parametrize(
    ("params", "name", "remedy"),
    [
        ({"kernel": "rbf", "C": 1.0, "gamma": 20.0}, "gamma", "from 0.0001 to 10.0"),
        ({"kernel": "rbf", "C": "1", "gamma": 1.0}, "C", "give a number"),
        ({"kernel": "rbf", "C": True, "gamma": 1.0}, "C", "give a number"),
        ({"kernel": "rbf", "C": float("nan"), "gamma": 1.0}, "C", "give a number"),
        ({"kernel": "sigmoid", "C": 1.0}, "kernel", "choose one of"),
        ({"kernel": ["rbf"], "C": 1.0}, "kernel", "choose one of"),
        ({"kernel": "poly", "C": 1.0, "gamma": 1.0, "degree": 2.5}, "degree", "whole number from 2 to 5"),
        ({"kernel": "rbf", "C": 1.0}, "gamma", "give one"),
        ({"kernel": "linear", "C": 1.0, "gamma": 1.0}, "gamma", "only when kernel is"),
        ({"kernel": "linear", "c": 1.0, "C": 1.0}, "c", 'did you mean "C"'),
    ],
)
def test_bad_params_are_refused_by_name_with_a_remedy(params: dict, name: str, remedy: str) -> None:
    with pytest.raises(ParameterError) as refused:
        SVM.validate(params)
    assert refused.value.name == name
    assert remedy in refused.value.remedy
    assert f'"{name}"' in str(refused.value)
    assert pickle.loads(pickle.dumps(refused.value)).remedy == refused.value.remedy


def test_a_value_between_steps_is_refused_with_the_nearest_one() -> None:
    space = Space({"x": Float(0.0, 1.0, step=0.1)})
    with pytest.raises(ParameterError, match=r"the nearest is 0\.3"):
        space.validate({"x": 0.27})
    assert space.validate({"x": 0.1 + 0.2}) == {"x": 0.3}


def test_active_lists_parents_first() -> None:
    assert SVM.active({"kernel": "poly"}) == ("kernel", "C", "gamma", "degree")
    assert SVM.active({"kernel": "linear"}) == ("kernel", "C")
    assert SVM.active({}) == ("kernel", "C")


def test_the_default_configuration_holds_active_parameters_only() -> None:
    assert SVM.default() == {"kernel": "rbf", "C": 1.0, "gamma": 0.1}
    assert NETWORK.default() == {"layers": 2, "units_1": 64, "units_2": 16, "dropout": False}
    without = Space({"k": Categorical(["a", "b"], default="b"), "x": Float(0, 1, when={"k": "b"})})
    assert without.default() is None


def test_params_of_an_older_space_are_adapted_or_left_out() -> None:
    newer = Space(
        {
            "kernel": Categorical(["rbf", "poly"], default="rbf"),
            "C": Float(1e-2, 1e2, log=True),
            "shrinking": Boolean(default=True),
        }
    )
    assert newer.adapt({"kernel": "rbf", "C": 1}) == {"kernel": "rbf", "C": 1.0, "shrinking": True}
    assert newer.adapt({"kernel": "linear", "C": 1.0}) is None
    assert newer.adapt({"kernel": "rbf", "C": 1000.0}) is None
    assert newer.adapt({"kernel": "rbf", "C": 1.0, "gamma": 0.1}) is None
    assert newer.adapt({"kernel": "rbf"}) is None
    assert SVM.adapt({"kernel": "linear", "C": 1.0, "gamma": 0.1}) is None


@pytest.mark.parametrize(
    ("data", "parameter", "words"),
    [
        ([], None, 'a list of "parameters"'),
        ({"parameters": []}, None, "at least one parameter"),
        ({"parameters": [{"type": "float"}]}, None, "has no name"),
        ({"parameters": ["x"]}, None, "parameter 1 is 'x'"),
        ({"params": [], "parameters": []}, None, 'did you mean "parameters"'),
        ({"parameters": [{"name": " ", "type": "float", "low": 0, "high": 1}]}, None, "at least one letter"),
        ({"parameters": [{"name": "a\0b", "type": "boolean"}]}, None, "cannot be shown"),
        ({"parameters": [{"name": "x" * 101, "type": "boolean"}]}, None, "100 are the most"),
        ({"parameters": [{"name": "x", "type": "flaot"}]}, "x", 'did you mean "float"'),
        ({"parameters": [{"name": "x", "type": ["float"]}]}, "x", "is not known"),
        ({"parameters": [{"name": "x", "type": "float", "low": 0, "hihg": 1}]}, "x", 'did you mean "high"'),
        ({"parameters": [{"name": "x", "type": "float", "low": 0}]}, "x", "high is missing"),
        ({"parameters": [{"name": "x", "type": "categorical"}]}, "x", "choices are missing"),
        ({"parameters": [{"name": "x", "type": "boolean"}] * 2}, "x", "listed twice"),
    ],
)
def test_json_that_is_not_understood_says_where_and_why(
    data: object, parameter: str | None, words: str
) -> None:
    with pytest.raises(SpaceError) as refused:
        Space.from_dict(data)  # type: ignore[arg-type]
    assert refused.value.parameter == parameter
    assert words in str(refused.value)


def test_fields_a_form_leaves_null_count_as_not_given() -> None:
    entry = {"name": "x", "type": "integer", "low": 1, "high": 9, "step": None, "when": None, "default": None}
    assert Space.from_dict({"parameters": [entry]}) == Space({"x": Integer(1, 9)})


def test_a_parameter_shows_itself_as_it_is_written() -> None:
    assert repr(Integer(1, 9, log=True, default=3)) == "Integer(low=1, high=9, log=True, default=3)"


def test_a_parameter_can_be_replaced_by_a_changed_one() -> None:
    gamma = SVM.parameters["gamma"]
    assert dataclasses.replace(gamma, high=5.0).bounds == (1e-4, 5.0)  # type: ignore[call-arg, attr-defined]
    assert dataclasses.replace(gamma, low=1e-4) == gamma  # type: ignore[call-arg]


def test_only_parameters_are_parameters() -> None:
    with pytest.raises(SpaceError, match="use Float, Integer"):
        Space({"x": (0, 1)})  # type: ignore[dict-item]


def test_a_misspelt_type_is_named():
    entry = {"name": "C", "typ": "float", "low": 0, "high": 1}
    with pytest.raises(SpaceError, match="has no type; it has 'typ', which no parameter has"):
        Space.from_dict({"parameters": [entry]})
