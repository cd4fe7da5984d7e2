"""Rows of the space editor and the JSON of a space."""

import json
from pathlib import Path

import pytest

from optimizers import Space
from trials.forms.draws import picture
from trials.forms.row_changes import SUGGESTED, completed
from trials.forms.row_reader import grid_problems, read_ranges, read_rows
from trials.forms.space_rows import Row, ranges_of, rows_of

# fmt: off
SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"], "default": "rbf",
         "prior": [1, 2.5]},
        {"name": "C", "type": "float", "low": 0.00001, "high": 1000, "log": True, "prior": {"name": "norm"}},
        {"name": "gamma", "type": "float", "low": 0.1, "high": 1, "points": 5, "when": {"kernel": "rbf"}},
        {"name": "leaf", "type": "categorical", "choices": [1, "1", 1.0, True, None], "ordered": True,
         "prior": [0, 2, 3, 4, 1]},
        {"name": "on", "type": "boolean", "default": False, "when": {"depth": {"min": 3}}, "prior": [1, 1]},
        {"name": "depth", "type": "integer", "low": 1, "high": 41, "step": 2, "default": 3},
        {"name": "trees", "type": "integer", "distribution": {"name": "expon", "args": {"scale": 100}}},
    ]
}
# fmt: on


def test_a_space_reads_back_from_its_rows():
    reading = read_rows(rows_of(SPACE))
    assert reading.problems == ()
    assert reading.space == Space.from_dict(SPACE)


def test_numbers_in_rows_are_short():
    assert rows_of(SPACE)[1].low == "0.00001"


NUMBER = {"low": "1", "high": "5"}


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (Row("x", low="10", high="5"), "low", "From must be below To: 10 ≥ 5"),
        (Row("x", low="a", high="5"), "low", "not a number"),
        (Row("x", low="1"), "high", "To is missing"),
        (Row("", **NUMBER), "name", "needs a name"),
        (Row("x", "letter", **NUMBER), "type", "not a type"),
        (Row("x", low="0", high="1", scale="log"), "low", "above 0"),
        (Row("x", **NUMBER, step="0"), "step", "above 0"),
        (Row("x", **NUMBER, step="0 points"), "step", "Points 0"),
        (Row("x", **NUMBER, default="7"), "default", "from 1"),
        (Row("x", "integer", low="0.5", high="2"), "low", "not a whole number"),
        (Row("x", **NUMBER, scale="expn"), "args", "expon"),
        (Row("x", **NUMBER, scale="expon", args="100"), "args", "has no name"),
        (Row("x", "integer", scale="randint", args="low = 1"), "args", "also needs high"),
        (Row("x", "categorical"), "choices", "empty"),
        (Row("x", "categorical", choices="a, b, a"), "choices", "twice"),
        (Row("x", "categorical", choices='"a'), "choices", "quotes"),
        (Row("x", "categorical", choices="a, b", default="c"), "default", "choose one of"),
        (Row("x", "boolean", default="maybe"), "default", "choose one of"),
        (Row("x", "categorical", choices="a, b", weights="c = 2"), "weights", "no choice “c”"),
        (Row("x", "categorical", choices="a, b", weights="a"), "weights", "“a” has no weight"),
        (Row("x", "categorical", choices="a, b", weights="a = 2, a = 3"), "weights", "named twice"),
        (Row("x", "categorical", choices="a, b", weights="a = much"), "weights", "is no weight"),
        (Row("x", "categorical", choices="a, b", weights="a = -1"), "weights", "weight -1"),
        (Row("x", "boolean", weights="true = 0, false = 0"), "weights", "only zeros"),
        (Row("x", **NUMBER, when="y = 1"), "when", "no parameter “y”"),
        (Row("x", **NUMBER, when="nonsense"), "when", "not a condition"),
        (Row("x", **NUMBER, when="x = 1"), "when", "circle"),
    ],
)
def test_each_problem_stands_at_its_field(row: Row, field: str, words: str):
    reading = read_rows([row])
    assert reading.space is None
    assert [(problem.row, problem.field) for problem in reading.problems] == [(0, field)]
    assert words in reading.problems[0].message


def test_all_rows_say_their_problems_at_once():
    rows = [Row("a", low="2", high="1"), Row("b", low="1", high="2"), Row("b", low="x", high="2")]
    assert [(problem.row, problem.field) for problem in read_rows(rows).problems] == [
        (0, "low"),
        (2, "low"),
        (2, "name"),
    ]


def test_values_of_a_condition_take_their_parents_type():
    parent = Row("size", "categorical", choices='"10", "20"')
    reading = read_rows([parent, Row("x", **NUMBER, when="size = 10")])
    assert reading.problems == ()
    assert reading.json["parameters"][1]["when"] == {"size": ["10"]}


def test_no_rows_are_no_space():
    assert "nothing to search" in read_rows([]).problems[0].message


def test_a_grid_needs_steps_on_floats_and_only_there():
    rows = [
        Row("a", low="0", high="1"),
        Row("b", low="0", high="1", step="5 points"),
        Row("c", "integer", "1", "9"),
    ]
    rows[2] = Row("c", "integer", low="1", high="9")
    assert [(problem.row, problem.field) for problem in grid_problems(read_rows(rows))] == [(0, "step")]


@pytest.mark.parametrize("scale", sorted(SUGGESTED))
@pytest.mark.parametrize("ends", [("1", "100"), ("0.001", "0.5"), ("-5", "5"), ("", "")])
def test_a_new_distribution_comes_with_arguments_that_fit(scale: str, ends: tuple[str, str]):
    row = completed(Row("x", low=ends[0], high=ends[1], scale=scale, args="nonsense = 1"))
    reading = read_rows([row])
    whole_numbers = scale in ("randint", "poisson") and ends == ("0.001", "0.5")
    positive = scale in ("lognorm", "loguniform") and ends == ("-5", "5")
    if not whole_numbers and not positive:
        assert reading.problems == ()
    assert all(problem.field != "args" for problem in reading.problems)


def test_arguments_that_fit_stay_as_they_were_typed():
    row = Row("x", scale="expon", args="scale=1e2")
    assert completed(row) == row


def test_every_numeric_row_has_a_picture_and_choices_have_none():
    pictures = [picture(parameter) for parameter in read_rows(rows_of(SPACE)).parameters]
    kinds = [drawn.kind if drawn else None for drawn in pictures]
    assert kinds == [None, "scale", "bars", None, None, "bars", "shape"]
    assert all("nan" not in drawn.path for drawn in pictures if drawn)


def test_the_example_of_the_documentation_is_a_space_that_rows_show_whole():
    page = (Path(__file__).parents[3] / "docs" / "spaces.md").read_text()
    example = json.loads(page.split("```json")[1].split("```")[0])
    ranges = ranges_of(example)
    assert read_ranges(ranges).space == Space.from_dict(example)
