"""A table is read once, row by row: types, gaps and pictures of its columns, and what is wrong with it."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.trials.tables import BAD_FILES, customers, table
from trials.objectives.datasets.column_facts import ColumnFacts
from trials.objectives.datasets.faults import TableError
from trials.objectives.datasets.scan import scan
from trials.objectives.datasets.table import Bounds


def scanned(folder: Path, content: bytes, bounds: Bounds | None = None, **given: Any) -> dict[str, Any]:
    file = folder / "table.csv"
    file.write_bytes(content)
    return scan(file, given, bounds or Bounds())


def types(facts: dict[str, Any]) -> dict[str, str]:
    return {column["name"]: column["type"] for column in facts["columns"]}


def column(facts: dict[str, Any], name: str) -> dict[str, Any]:
    return next(column for column in facts["columns"] if column["name"] == name)


def test_every_kind_of_column_is_recognised(tmp_path):
    facts = scanned(tmp_path, customers())
    assert types(facts) == {
        "customer_id": "integer",
        "age": "integer",
        "income": "number",
        "city": "category",
        "comment": "text",
        "signup": "date",
        "active": "yesno",
        "segment": "category",
    }
    assert (facts["rows"], facts["target"]) == (60, "segment")
    assert [name for name in types(facts) if column(facts, name)["leave_out"]] == ["customer_id"]
    assert column(facts, "age")["missing"] == 6
    assert column(facts, "segment")["missing"] == 1
    assert dict(column(facts, "segment")["classes"]) == {"a": 20, "b": 19, "c": 20}
    assert sum(column(facts, "income")["bars"]) == pytest.approx(1, abs=0.01)
    assert facts["head"][0][0] == "1000"
    assert len(facts["head"]) == 8


@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(fault, tmp_path):
    content, words = BAD_FILES[fault]
    with pytest.raises(TableError) as refused:
        scanned(tmp_path, content)
    for word in words:
        assert word in refused.value.message


def test_too_many_rows_are_refused_with_and_without_quotation_marks(tmp_path):
    for rows in ('1,"2"', "1,2"):
        with pytest.raises(TableError, match="more than 50 rows"):
            scanned(tmp_path, table("a,b", rows, times=51), Bounds(rows=50))
        assert scanned(tmp_path, table("a,b", rows, times=50), Bounds(rows=50))["rows"] == 50


@pytest.mark.parametrize(
    ("delimiter", "decimal", "line"),
    [
        (",", ".", "1.5,x,0"),
        (";", ",", "1,5;x;0"),
        ("\t", ".", "1.5\tx\t0"),
        ("|", ".", "1.5|x|0"),
        (",", ",", '"1,5",x,0'),
    ],
)
def test_delimiter_and_decimal_sign_are_detected(delimiter, decimal, line, tmp_path):
    facts = scanned(
        tmp_path, table(delimiter.join(["size", "colour", "y"]), line, line.replace("5", "7"), times=10)
    )
    assert (facts["reading"]["delimiter"], facts["reading"]["decimal"]) == (delimiter, decimal)
    assert column(facts, "size")["type"] == "number"
    assert (column(facts, "size")["low"], column(facts, "size")["high"]) == (1.5, 1.7)


def test_a_first_line_of_values_is_no_header(tmp_path):
    facts = scanned(tmp_path, table("5.1,3.5,setosa", "4.9,3.0,virginica", times=10))
    assert facts["reading"]["header"] is False
    assert types(facts) == {"column_1": "number", "column_2": "number", "column_3": "category"}
    assert facts["rows"] == 11
    named = scanned(tmp_path, table("red,small", "blue,large", "green,small", times=10))
    assert named["reading"]["header"] is False  # its words come again below
    assert (
        scanned(tmp_path, table("red,small", "blue,large", "green,small", times=10), header=True)["rows"]
        == 20
    )


@pytest.mark.parametrize(
    ("encoding", "found", "remark"),
    [
        ("utf-8", "utf-8-sig", ""),
        ("utf-8-sig", "utf-8-sig", ""),
        ("latin-1", "cp1252", "Line 2"),
        ("utf-16", "utf-16", ""),
        ("utf-16-be", "utf-16-be", "UTF-16"),
    ],
)
def test_encodings_are_detected(encoding, found, remark, tmp_path):
    text = "city,price\n" + "Zürich,10\nGenève,20\n" * 10
    facts = scanned(tmp_path, text.encode(encoding))
    assert facts["reading"]["encoding"] == found
    assert dict(column(facts, "city")["classes"]) == {"Zürich": 10, "Genève": 10}
    assert remark in " ".join(facts["remarks"])
    assert bool(facts["remarks"]) == bool(remark)


def test_a_file_of_two_encodings_is_read_as_the_one_that_takes_all_and_says_from_where(tmp_path):
    content = b"city,price\n" + "Zürich,1\n".encode() * 12 + "Genève,2\n".encode("latin-1")
    facts = scanned(tmp_path, content)
    assert facts["reading"]["encoding"] == "cp1252"
    assert "Line 14" in facts["remarks"][0]


def test_a_wrong_encoding_is_refused_with_its_line(tmp_path):
    with pytest.raises(TableError) as refused:
        scanned(tmp_path, b"a,b\n" + "é,1\n".encode("latin-1") * 12, encoding="utf-8-sig")
    assert refused.value.field == "encoding"


def test_words_for_missing_values_are_the_usual_ones_and_those_given(tmp_path):
    content = table("size,y", "1,0", "unknown,1", "?,0", "NaN,1", "inf,0", times=10)
    assert column(scanned(tmp_path, content), "size")["number"] == {
        "misfits": 10,
        "line": 3,
        "value": "unknown",
    }
    facts = scanned(tmp_path, content, missing=["unknown"])
    assert (column(facts, "size")["type"], column(facts, "size")["missing"]) == ("integer", 40)


def test_identifiers_and_constants_are_suggested_to_be_left_out(tmp_path):
    draw = random.Random(0)
    lines = [f"k{n},{n * 7 + 3},same,{draw.random()},{draw.randint(0, 1)}" for n in range(40)]
    facts = scanned(tmp_path, table("code,row_number,unit,size,y", *lines))
    left = {name: column(facts, name)["leave_out"] for name in types(facts)}
    assert "different word" in left["code"]
    assert "number of its own" in left["row_number"]
    assert "same value" in left["unit"]
    assert left["size"] == left["y"] == ""


def test_python_numbers_that_are_none_elsewhere_are_words(tmp_path):
    assert column(scanned(tmp_path, table("a,y", "1_000,0", "2,1", times=10)), "a")["type"] == "category"


def test_blank_lines_and_quoted_ends_of_lines_do_not_shift_line_numbers(tmp_path):
    content = b'a,b,y\n\n"first\nsecond",1,0\n' + b"x,2,1\n" * 12 + b"x,2\n"
    with pytest.raises(TableError, match="line 17 has 2 cells"):
        scanned(tmp_path, content)


@pytest.mark.parametrize(("end", "words"), [(b'2,"1', "quotation"), (b"2", "line 42 has 1 cell")])
def test_a_file_that_was_cut_off_is_refused_before_all_of_it_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, words: str
):
    judged: list[int] = []
    add = ColumnFacts.add

    def noted(self: ColumnFacts, cells: Any, lines: Any) -> None:
        judged.append(len(cells))
        add(self, cells, lines)

    monkeypatch.setattr(ColumnFacts, "add", noted)
    monkeypatch.setattr("trials.objectives.datasets.scan.BATCH", 10)
    whole = b"a,b\n" + b"1,0\n2,1\n" * 20
    assert scanned(tmp_path, whole)["rows"] == 40
    assert judged
    judged.clear()
    with pytest.raises(TableError, match=words):
        scanned(tmp_path, whole + end)
    assert not judged
