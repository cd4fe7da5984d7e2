"""Numbers, times and shares as people type them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.forms.durations import NotADuration, duration, in_units
from trials.forms.fields import percent, share
from trials.forms.numbers import LARGEST_INTEGER, NotANumber, number, typed, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-5", 1e-5), ("0.00001", 1e-5), (" 10 ", 10), ("−3", -3), (".5", 0.5), ("5.", 5.0), ("+2E3", 2000.0)],
)
def test_numbers_are_read_as_people_type_them(text: str, value: float):
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["", "ten", "1,5", "1.000,5", "nan", "inf", "1e999", "0x10", "1_000", "٣x", "9" * 400]
)
def test_what_is_no_number_is_refused_with_a_remedy(text: str):
    with pytest.raises(NotANumber, match=r"write|use|stay"):
        number(text)


def test_a_whole_number_may_be_written_with_a_point_or_a_power():
    assert [whole("1e3"), whole("10.0"), whole("-7")] == [1000, 10, -7]
    with pytest.raises(NotANumber, match="write 2 or 3"):
        whole("2.5")
    with pytest.raises(NotANumber, match="too large"):
        whole("1e20")


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_what_is_written_reads_back_the_same(value: float):
    assert math.isclose(number(typed(value)), value, rel_tol=0, abs_tol=0)


def test_numbers_are_written_short():
    assert [typed(value) for value in (1e-5, 1e-6, 1000.0, 0.25, 7)] == [
        "0.00001",
        "1e-6",
        "1000",
        "0.25",
        "7",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 s", 90),
        ("15 min", 900),
        ("1.5 h", 5400),
        ("1 h 30 min", 5400),
        ("2 Hours, 5 minutes", 7500),
        ("1d", 86400),
    ],
)
def test_times_are_read_with_their_units(text: str, seconds: float):
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "words"),
    [("15", "has no unit"), ("soon", "not a time"), ("0 s", "out of range"), ("400 d", "out of range")],
)
def test_what_is_no_time_is_refused_with_a_remedy(text: str, words: str):
    with pytest.raises(NotADuration, match=words):
        duration(text)


@given(st.integers(1, 10**7))
def test_a_time_in_units_reads_back_the_same(seconds: int):
    assert duration(in_units(seconds)) == seconds


def test_shares_may_be_per_cent_or_parts():
    assert [share("20 %"), share("20"), share("0.2"), share("0.5%")] == [0.2, 0.2, 0.2, 0.005]
    assert percent(0.2) == "20 %"
    assert percent(0.333) == "33.3 %"
    with pytest.raises(NotANumber, match="between"):
        share("120")
