"""Encoding: samples stay inside, rows and configurations correspond, one row and many agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizers import Float, Integer, Space, SpaceError
from tests.optimizers.spaces import SVM, spaces


@given(spaces(), st.integers(0, 2**32))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_samples_are_valid_and_rows_correspond(space: Space, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = np.vstack([space.sample_many(rng, 20), np.zeros(len(space)), np.ones(len(space))])
    snapped = space.snap_many(rows)
    assert np.array_equal(snapped, space.snap_many(snapped), equal_nan=True)
    for params, row in zip(space.decode_many(snapped), snapped, strict=True):
        assert space.validate(params) == params
        assert space.adapt(params) == params
        encoded = space.encode(params)
        np.testing.assert_allclose(encoded, row, atol=1e-9)
        again = space.decode(encoded)
        assert list(again) == list(params)
        np.testing.assert_allclose(space.encode(again), encoded, atol=1e-9)
    with np.errstate(invalid="ignore"):
        assert not ((snapped < 0) | (snapped > 1)).any()


@given(spaces(), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_values_in_steps_come_back_exactly(space: Space, seed: int) -> None:
    params = space.sample(np.random.default_rng(seed))
    again = space.decode(space.encode(params))
    for dimension in space.dimensions:
        if dimension.name in params and dimension.cardinality is not None:
            assert again[dimension.name] == params[dimension.name]
            assert type(again[dimension.name]) is type(params[dimension.name])


def test_a_sample_depends_on_the_generator_alone() -> None:
    assert SVM.sample(np.random.default_rng(3)) == SVM.sample(np.random.default_rng(3))
    assert SVM.sample(np.random.default_rng(3)) != SVM.sample(np.random.default_rng(4))


def test_rows_out_of_range_are_clipped() -> None:
    space = Space({"x": Float(1, 3), "n": Integer(1, 3)})
    assert space.decode([-5.0, 7.0]) == {"x": 1.0, "n": 3}
    np.testing.assert_allclose(space.snap_many(np.array([[-5.0, 7.0]])), [[0.0, 5 / 6]])


def test_rows_of_the_wrong_width_are_refused() -> None:
    with pytest.raises(SpaceError, match=r"give \(n, 4\)"):
        SVM.decode([0.5, 0.5])


def test_fifty_parameters_are_encoded_many_at_a_time() -> None:
    space = Space({f"p{number}": Float(1e-3, 10, log=True) for number in range(50)})
    rows = space.sample_many(np.random.default_rng(0), 1000)
    assert rows.shape == (1000, 50)
    np.testing.assert_allclose(space.encode_many(space.decode_many(rows)), rows, atol=1e-12)


def test_nothing_to_encode_is_no_row() -> None:
    assert SVM.encode_many([]).shape == (0, 4)
    assert SVM.snap_many(np.empty((0, 4))).shape == (0, 4)
    assert SVM.decode_many(np.empty((0, 4))) == []
