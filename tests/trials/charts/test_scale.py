"""The value axis."""

import math

import pytest

from trials.charts.scale import scale_of


def test_positive_values_that_span_more_than_a_factor_of_three_are_shown_logarithmically() -> None:
    assert scale_of([1.0, 3.1], maximize=False).log
    assert not scale_of([1.0, 3.0], maximize=False).log


def test_maximised_values_are_shown_linearly_and_one_far_below_the_rest_is_left_outside() -> None:
    usual = [0.90 + 0.01 * i for i in range(9)]
    scale = scale_of([*usual, 0.2], maximize=True)
    assert not scale.log
    assert scale.beyond([*usual, 0.2]) == 1
    assert scale.low < scale.edge(0.2) < min(usual)


@pytest.mark.parametrize("values", [[0.0, 100.0], [-1.0, 100.0]])
def test_values_at_or_below_zero_are_never_shown_logarithmically(values: list[float]) -> None:
    assert not scale_of(values, maximize=False).log


@pytest.mark.parametrize("values", [[2.0, 2.0], [0.0, 0.0], [-1e-9], [1e308, -1e308], [5e-324, 1e308]])
def test_every_axis_is_finite_and_holds_its_values(values: list[float]) -> None:
    scale = scale_of(values, maximize=False)
    assert scale.low < scale.high
    assert math.isfinite(scale.low)
    assert math.isfinite(scale.high)
    assert all(scale.low <= scale.place(value) <= scale.high for value in values)
    assert all(math.isfinite(tick) for tick in scale.axis().get("tickvals", []))


def test_a_far_outlier_on_the_bad_side_stays_outside_and_the_best_inside() -> None:
    usual = [0.80 + 0.01 * i for i in range(10)]
    maximised = scale_of([*usual, -1e6], maximize=True)
    assert maximised.beyond([*usual, -1e6]) == 1
    assert maximised.low < maximised.edge(-1e6) < min(usual)
    minimised = scale_of([-x for x in usual] + [1e6], maximize=False)
    assert minimised.beyond([-x for x in usual] + [1e6]) == 1
    assert minimised.above(1e6)


def test_an_outlier_on_the_good_side_is_the_best_and_stays() -> None:
    values = [-(0.80 + 0.01 * i) for i in range(10)] + [-1e6]
    assert scale_of(values, maximize=False).beyond(values) == 0


def test_room_is_kept_for_the_rug_and_the_heading() -> None:
    scale = scale_of([0.0, 1.0], maximize=False, foot=0.2, head=0.1)
    height = scale.high - scale.low
    assert scale.low == pytest.approx(-0.2 * height)
    assert scale.high == pytest.approx(1 + 0.1 * height)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.06, 0.22], ["0.06", "0.08", "0.1", "0.15", "0.2"]),
        ([1.0, 50.0], ["1", "2", "5", "10", "20", "50"]),
        ([1e-6, 1e8], ["10<sup>−6</sup>", "0.001", "1", "1000", "10<sup>6</sup>"]),
    ],
)
def test_ticks_are_round_and_few(values: list[float], labels: list[str]) -> None:
    axis = scale_of(values, maximize=False).axis()
    assert [label for label in axis["ticktext"] if label in labels] == labels
    assert len(axis["ticktext"]) <= 8
