"""What people choose of a scanned table is suggested sensibly and checked against the facts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.trials.tables import customers, table
from trials.objectives.datasets.choosing import (
    Chosen,
    Target,
    check,
    checksum,
    chosen_by,
    classes_of,
    suggested,
)
from trials.objectives.datasets.scan import scan
from trials.objectives.datasets.table import Bounds, Column


def facts_of(folder: Path, content: bytes) -> dict[str, Any]:
    file = folder / "table.csv"
    file.write_bytes(content)
    return scan(file, {}, Bounds())


@pytest.fixture
def facts(tmp_path: Path) -> dict[str, Any]:
    return facts_of(tmp_path, customers())


def with_column(chosen: Chosen, name: str, **changes: Any) -> Chosen:
    columns = tuple(
        replace(column, **changes) if column.name == name else column for column in chosen.columns
    )
    return replace(chosen, columns=columns)


def test_the_suggestion_of_a_good_table_is_right_as_it_is(facts):
    chosen = suggested(facts)
    target, wrong = check(facts, chosen)
    assert wrong == {}
    assert (chosen.target, chosen.task) == ("segment", "classification")
    assert target.rows == 59
    assert target.classes == (("a", 20), ("b", 19), ("c", 20))
    assert [column.name for column in chosen.columns if not column.used] == ["customer_id"]


@pytest.mark.parametrize(
    ("head", "target", "task"),
    [
        ("size,species,colour", "species", "classification"),
        ("size,colour,price", "price", "regression"),
        ("price,size,colour", "price", "regression"),
        ("size,when,colour", "colour", "classification"),
    ],
)
def test_the_target_is_guessed_by_name_or_place(head, target, task, tmp_path):
    values = {"size": "1.25", "price": "10.5", "species": "cat", "colour": "red", "when": "2024-01-01"}
    other = {"size": "2.5", "price": "9.25", "species": "dog", "colour": "blue", "when": "2024-01-02"}
    rows = [",".join(row[name] for name in head.split(",")) for row in (values, other)]
    chosen = suggested(facts_of(tmp_path, table(head, *rows, times=10)))
    assert (chosen.target, chosen.task) == (target, task)


@pytest.mark.parametrize(
    ("target", "task", "field", "words"),
    [
        ("city", "regression", "target", ("“city” holds words", "“Basel”", "choose classification")),
        ("comment", "regression", "target", ("“comment” holds words",)),
        ("income", "classification", "target", ("300 values", "at most 200 classes", "choose regression")),
        ("comment", "classification", "target", ("choose another target",)),
        ("nothing", "classification", "target", ("there is no column 'nothing'",)),
        ("", "classification", "target", ("no column is given",)),
        ("segment", "ranking", "task", ("ranking", "classification, regression")),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(target, task, field, words, tmp_path):
    facts = facts_of(tmp_path, customers(300))
    chosen = Chosen(target, task, suggested(facts).columns)
    _, wrong = check(facts, chosen)
    for word in words:
        assert word in wrong[field][0]


@pytest.mark.parametrize(
    ("rows", "task", "words"),
    [
        (["1,a"] * 20, "classification", ("one class only", "“a”")),
        (["1,a", "2,b"] * 10 + ["3,rare"], "classification", ("single row", "“rare”")),
        (["1,", "2,NA"] * 10, "classification", ("every value of “y” is missing",)),
        (["1,", "2,NA"] * 10 + ["1,a", "1,b"], "classification", ("value in 2 rows only",)),
        (["1,5"] * 20, "regression", ("same value in every row",)),
    ],
)
def test_a_target_without_anything_to_learn_is_refused(rows, task, words, tmp_path):
    facts = facts_of(tmp_path, table("x,y", *rows))
    _, wrong = check(
        facts,
        Chosen(
            "y",
            task,
            (Column("x", "integer"), Column("y", "category" if task == "classification" else "integer")),
        ),
    )
    for word in words:
        assert word in wrong["target"][0]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("city", "number", ("line 2", "“B", "not a number")),
        ("city", "date", ("not a date",)),
        ("comment", "yesno", ("more than one pair",)),
        ("income", "date", ("line 2", "not a date")),
        ("income", "colour", ("there is no type of column 'colour'",)),
    ],
)
def test_a_type_that_does_not_fit_is_refused_with_line_and_value(name, kind, words, tmp_path):
    facts = facts_of(tmp_path, customers().replace(b",NA,", b",Basel,"))
    chosen = with_column(suggested(facts), name, type=kind)
    _, wrong = check(facts, chosen)
    for word in words:
        assert word in wrong[f"columns.{name}"][0]
    assert check(facts, with_column(chosen, name, used=False))[1] == {}


def test_a_table_needs_a_column_to_learn_from(facts):
    chosen = suggested(facts)
    nothing = replace(chosen, columns=tuple(replace(column, used=False) for column in chosen.columns))
    assert "every column but the target is left out" in check(facts, nothing)[1]["columns"][0]


def test_numbers_as_classes_stand_in_their_order_and_yes_is_one_class_in_any_case(tmp_path):
    facts = facts_of(tmp_path, table("x,y,z", "1,10,Yes", "2,9,yes", "3,10,no", "4,9,NO", times=5))
    by_name = {column["name"]: column for column in facts["columns"]}
    assert classes_of(by_name["y"], Column("y", "integer")) == (("9", 10), ("10", 10))
    assert classes_of(by_name["z"], Column("z", "yesno")) == (("no", 10), ("yes", 10))


def test_a_program_changes_the_suggestion_by_name(facts):
    chosen, wrong = chosen_by(
        facts, "income", "", {"age": "category"}, {"comment": False, "customer_id": True}
    )
    assert wrong == {}
    assert (chosen.target, chosen.task, chosen.column("age").type) == ("income", "regression", "category")
    assert [column.name for column in chosen.columns if not column.used] == ["comment"]
    assert list(chosen_by(facts, "", "", {"aeg": "text"}, {})[1]) == ["columns.aeg"]


def test_the_checksum_tells_ways_of_reading_apart_and_nothing_else(facts, tmp_path):
    chosen = suggested(facts)
    same = facts_of(tmp_path, customers())
    assert checksum(facts, chosen) == checksum(same, suggested(same))
    for other in (replace(chosen, target="city"), with_column(chosen, "age", used=False)):
        assert checksum(facts, other) != checksum(facts, chosen)
    assert checksum(facts_of(tmp_path, customers() + b"\n"), chosen) != checksum(facts, chosen)


def test_of_two_classes_the_rarer_word_or_the_chosen_one_counts_as_positive(tmp_path):
    facts = facts_of(tmp_path, table("x,left", *["1,gone"] * 3, *["2,here"] * 17))
    usual = suggested(facts, "left")
    assert check(facts, usual) == (Target(20, (("here", 17), ("gone", 3))), {})
    other = replace(usual, positive="here")
    assert check(facts, other)[0].classes == (("gone", 3), ("here", 17))
    assert checksum(facts, other) != checksum(facts, usual)
    assert checksum(facts, replace(usual, positive="gone")) == checksum(facts, usual), "the same y"
    assert "'gnoe'" in check(facts, replace(usual, positive="gnoe"))[1]["positive"][0]


def test_of_three_classes_none_is_positive(facts):
    _, wrong = check(facts, replace(suggested(facts), positive="a"))
    assert "only one of two classes" in wrong["positive"][0]
