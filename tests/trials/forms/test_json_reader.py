"""JSON as typed into a pane: its value with lines, and what is wrong with it in words."""

import json

import pytest

from trials.forms.json_reader import NotReadable, read_json

SPACE = """{"name": "x",
 "space": {"parameters": [
  {"name": "a.b", "low": 1,
   "high": 2},
  {"name": "c"}]}}"""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "a value is missing"),
        ('{"a": 1,}', 1, "comma too many"),
        ('{"a" 1}', 1, "a colon is missing"),
        ('{"a": 1\n "b": 2}', 2, "a comma is missing"),
        ('{"a": }', 1, "a value is missing"),
        ("{a: 1}", 1, "a name in double quotes is missing"),
        ('{\n"a": "x\n"}', 2, "over the end of its line"),
        ('{"a": "x}', 1, "a text does not end"),
        ('{"a": "\\q"}', 1, "a backslash stands alone"),
        ('{"a": 1} 2', 1, "more after the end"),
        ('{"a": 1,\n"b": NaN}', 2, "NaN is no number"),
        ('{"a": -Infinity}', 1, "-Infinity is no number"),
        ('{\n"a": 1,\n"b": 2,\n"a": 3}', 4, "“a” stands twice"),
        ("[1]", 1, "must be an object"),
        ('"text"', 1, "must be an object"),
        ("[" * 100_000, None, "nested too deep"),
        ('{"a": ' + "9" * 5000 + "}", None, "thousands of digits"),
        ("x" * 600_000, None, "too many"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int | None, words: str):
    with pytest.raises(NotReadable) as refused:
        read_json(text)
    complaint = refused.value.complaints[0]
    assert complaint.line == line
    assert words in complaint.message


def test_every_part_of_a_text_has_its_line():
    value, lines = read_json(SPACE)
    assert value == json.loads(SPACE)
    places = ("name", "space", "space.parameters.a.b.low", "space.parameters.a.b.high", "space.parameters.c")
    assert [lines.of(place) for place in places] == [1, 2, 3, 4, 5]


def test_what_is_not_there_has_the_line_of_what_is_around_it():
    _, lines = read_json(SPACE)
    assert lines.of("space.parameters.c.low") == 5
    assert lines.of("space.constraints") == 2
    assert lines.of("objective.validation.folds") == 1


def test_lines_are_counted_as_browsers_send_them():
    _, lines = read_json(SPACE.replace("\n", "\r\n"))
    assert lines.of("space.parameters.c") == 5
