"""Configurations from CSV: our own export, pasted tables, and everything that can be wrong with them."""

import pytest

from optimizers import Space
from tests.trials.views.conftest import SPACE
from trials import exports
from trials.engine.enqueueing import MOST, enqueue
from trials.forms.enqueue_csv import LARGEST, read

MIXED = Space.from_dict(
    {
        "parameters": [
            {"name": "depth", "type": "categorical", "choices": [None, 3, 10], "default": 3},
            {"name": "flag", "type": "boolean", "default": False},
            {"name": "n", "type": "integer", "low": 1, "high": 9},
            {"name": "word", "type": "categorical", "choices": ["=a", "b"], "default": "b"},
        ]
    }
)


def test_a_table_becomes_configurations_with_native_values():
    found = read("n,depth,flag,word\n3,10,true,'=a\n4,,no,\n", MIXED)
    assert found.problems == ()
    assert found.configurations == (
        {"depth": 10, "flag": True, "n": 3, "word": "=a"},
        {"depth": None, "flag": False, "n": 4, "word": "b"},
    )


@pytest.mark.parametrize("text", [
    "kernel;C\nlinear;2,5\n", "kernel\tC\r\nlinear\t2.5\r\n", '"kernel","C"\n"linear","2.5"',
    "\n C , kernel\n2.5, linear\n\n",
])  # fmt: skip
def test_delimiters_quotes_and_blanks_do_not_matter(text):
    assert read(text, Space.from_dict(SPACE)).configurations == ({"kernel": "linear", "C": 2.5},)


def test_our_own_export_reads_back(make_study, claim):
    external = {"objective": {"kind": "external"}, "space": SPACE, "budget": {"trials": 9}}
    study = make_study(**external)
    own = [{"kernel": "linear", "C": 2.0}, {"kernel": "rbf", "C": 0.1, "gamma": 0.5}]
    enqueue(study.pk, own)
    text = "".join(exports.trials_csv(study))
    assert read(text, study.space.space).configurations == tuple(own)


@pytest.mark.parametrize(("text", "words"), [
    ("", "Paste a CSV"),
    ("   \n", "Paste a CSV"),
    ("x" * (LARGEST + 1), "are the most"),
    ("a\x00b", "binary"),
    ("C,gama\n1,1", "“gama”: did you mean"),
    ("C,C\n1,1", "twice"),
    ("C\n", "no row"),
    ("value,number\n1,2", "“value”"),
    ("params_x,value\n1,2", "must name the parameters"),
    ("C\n" + "1\n" * (MOST + 1), "too many"),
    ("C\n1\n5000", "Row 2, C: 5000 does not fit"),
    ("C\nabc", "Row 1, C: 'abc' does not fit"),
    ("kernel,gamma\nlinear,0.1", "Row 1, gamma: leave it out"),
    ("kernel\npoly", "Row 1, kernel: 'poly' does not fit"),
    ("C\nnan", "Row 1, C"),
    ('C\n"1', ""),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_row_and_nothing_is_read(text, words):
    found = read(text, Space.from_dict(SPACE))
    if words:
        assert found.configurations == ()
        assert words in found.problems[0]


def test_only_the_first_problems_are_told():
    found = read("C\n" + "bad\n" * 500, Space.from_dict(SPACE))
    assert len(found.problems) == 11
