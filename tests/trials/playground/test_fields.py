"""What readers may write into the fields of a picture, and what is said of the rest."""

import re

import pytest

from trials.playground.fields import Field, FieldError, Number, Pick, Points, read_all

SIDE = Number("side", "Points along each side", 3, 2, 8)
WIDTH = Number("width", "Width", 0.1, 0.02, 0.3, 0.005)
PICK = Pick("surface", "Surface", (("branin", "Branin"), ("ackley", "Ackley")), "branin")
POINTS = Points("points", "Points", ((0.5, 0.5),), 3)


@pytest.mark.parametrize(("field", "text", "value"), [
    (SIDE, "8", 8), (SIDE, " 4.0 ", 4), (WIDTH, "0.02", 0.02), (PICK, "ackley", "ackley"),
    (POINTS, "", ()), (POINTS, "0:1, 0.25:0.5", ((0.0, 1.0), (0.25, 0.5))),
])  # fmt: skip
def test_good_texts_are_read(field: Field, text: str, value: object):
    assert field.read(text) == value
    assert field.read(field.write(value)) == value


@pytest.mark.parametrize(("field", "text", "words"), [
    (SIDE, "9", "whole number from 2 to 8, not “9”"),
    (SIDE, "2.5", "whole number"), (SIDE, "", "not “”"), (SIDE, "nan", "whole number"),
    (SIDE, "1e999", "from 2"),
    (WIDTH, "wide", "number from 0.02 to 0.3, not “wide”"),
    (PICK, "sphere", "one of branin, ackley, not “sphere”"),
    (POINTS, "0.1", "is no point; write x:y"), (POINTS, "0.1:2", "lies outside"),
    (POINTS, "nan:0.1", "lies outside"),
    (POINTS, "0:0,0.1:0,0.2:0,0.3:0", "At most 3 points"), (POINTS, "0.1:0,0.1:1", "the same x"),
    (POINTS, "0.1:0," * 500, "too long"), (POINTS, "a:b:c", "is no point"),
])  # fmt: skip
def test_bad_texts_are_refused_in_words(field: Field, text: str, words: str):
    with pytest.raises(FieldError, match=re.escape(words)):
        field.read(text)


def test_all_that_is_wrong_is_said_at_once_and_what_is_missing_is_the_default():
    values, wrong = read_all((SIDE, WIDTH, PICK), {"side": "x", "surface": "y"})
    assert values == {"width": 0.1}
    assert set(wrong) == {"side", "surface"}
