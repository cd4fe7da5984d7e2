"""Choices and conditions as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.forms.choices import NotChoices, listed, scalars
from trials.forms.conditions import NotACondition, brief, condition, described

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
)


def identities(values: list) -> list:
    return [(type(value).__name__, repr(value)) for value in values]


@given(st.lists(SCALARS, max_size=5))
def test_choices_read_back_as_they_were_written_told_apart_by_type(values: list):
    assert identities(scalars(listed(values))) == identities(values)


def test_choices_are_read_as_people_type_them():
    assert scalars('rbf, 10, 0.5, true, none, "a, b", "10",, x') == [
        "rbf",
        10,
        0.5,
        True,
        None,
        "a, b",
        "10",
        "x",
    ]
    assert scalars("one\ntwo") == ["one", "two"]
    assert scalars("") == []


@pytest.mark.parametrize("text", ['"open', '"a" b', 'it"s'])
def test_quotes_that_do_not_fit_are_refused(text: str):
    with pytest.raises(NotChoices, match="quote"):
        scalars(text)


def test_a_very_long_line_of_blanks_is_read_at_once():
    assert scalars(" " * 100_000 + "a") == ["a"]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("kernel = rbf, poly", {"kernel": ["rbf", "poly"]}),
        ("kernel: rbf", {"kernel": ["rbf"]}),
        ("kernel is rbf", {"kernel": ["rbf"]}),
        ("layers >= 2", {"layers": {"min": 2}}),
        ("layers ≤ 3", {"layers": {"max": 3}}),
        ("layers from 2 to 4; solver = adam", {"layers": {"min": 2, "max": 4}, "solver": ["adam"]}),
        ('"odd name" = "a; b"', {"odd name": ["a; b"]}),
        ("", {}),
    ],
)
def test_conditions_are_read_as_people_type_them(text: str, when: dict):
    assert condition(text) == when
    assert condition(described(when)) == when


@pytest.mark.parametrize("text", ["blah", "kernel =", "layers ≥ two", "a = 1; a = 2", 'a = "open', "= 3"])
def test_what_is_no_condition_is_refused_with_words(text: str):
    with pytest.raises(NotACondition):
        condition(text)


def test_a_condition_on_one_parent_is_told_in_brief():
    assert [brief(text) for text in ("kernel = rbf, poly", "layers ≥ 2", "layers from 2 to 4")] == [
        "rbf, poly",
        "≥ 2",
        "from 2 to 4",
    ]
    assert brief("a = 1; b = 2") == "a = 1; b = 2"
    assert brief("nonsense") == "nonsense"
