"""A parameter's axis with a lane for trials that do not have it."""

import pytest

from optimizers.space import Space
from trials.charts.lanes import HALF, LANE, laned, spread

from .made import SPACE, chosen, valley

DOTS = valley()


def test_an_inactive_parameter_lies_in_the_lane_and_never_at_an_end_of_the_axis() -> None:
    axis = laned(SPACE, "gamma", DOTS)
    for place, dot in zip(axis.places(DOTS), DOTS, strict=True):
        inactive = "gamma" not in dot.params
        assert (abs(place - LANE) <= HALF) == inactive
        assert inactive or 0.0 <= place <= 1.0
    low = axis.keys()["range"][0]
    assert low < LANE - HALF
    assert axis.shapes()[0]["x1"] < 0.0
    assert axis.notes()[0]["text"] == "inactive"


def test_where_all_have_it_there_is_no_lane() -> None:
    axis = laned(SPACE, "C", DOTS)
    assert axis.shapes() == axis.notes() == []
    assert axis.keys()["range"][0] > LANE


def test_ticks_lie_where_the_space_scales_their_values() -> None:
    keys = laned(SPACE, "C", DOTS).keys()
    ticks = dict(zip(keys["ticktext"], keys["tickvals"], strict=True))
    assert ticks["1"] == pytest.approx(0.5)
    assert ticks["1,000" if "1,000" in ticks else "1000"] == pytest.approx(1.0)
    assert laned(SPACE, "kernel", DOTS).keys()["tickvals"] == [0.25, 0.75]


def test_a_whole_number_has_whole_ticks() -> None:
    space = Space.from_dict({"parameters": [{"name": "n", "type": "integer", "low": 1, "high": 4}]})
    assert laned(space, "n", []).keys()["ticktext"] == ["1", "2", "3", "4"]


def test_the_lane_of_an_upright_axis_is_named_by_a_tick() -> None:
    assert laned(SPACE, "gamma", DOTS).keys(name_lane=True)["ticktext"][0] == "inactive"


def test_two_axes_spread_the_same_trials_differently() -> None:
    one, other = ([spread(number, salt) for number in range(200)] for salt in (0, 1))
    assert all(-1 <= each <= 1 for each in (*one, *other))
    assert sum((a > 0) == (b > 0) for a, b in zip(one, other, strict=True)) < 140
    assert len(chosen(DOTS).complete) == len(DOTS)
