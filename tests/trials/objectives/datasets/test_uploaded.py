"""An uploaded file becomes X and y as its preview said, and the arrays are kept for the next training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trials.tables import customers, table
from trials.objectives import ObjectiveError
from trials.objectives.datasets import DatasetInfo, get_dataset, load
from trials.objectives.datasets.choosing import check, suggested
from trials.objectives.datasets.scan import scan
from trials.objectives.datasets.table import Bounds, Reading, Table
from trials.objectives.datasets.uploaded import bring, load_table


def described(file: Path, target: str = "", **given: Any) -> tuple[DatasetInfo, Table]:
    """The facts of a file and how it is read, as they come with a job."""
    facts = scan(file, given, Bounds())
    chosen = suggested(facts, target)
    found, wrong = check(facts, chosen)
    assert wrong == {}
    table = Table(
        path=str(file),
        reading=Reading.of(facts["reading"]),
        columns=chosen.columns,
        target=chosen.target,
        class_names=tuple(name for name, _ in found.classes),
    )
    kinds = tuple(column.kind for column in table.inputs)
    sizes = tuple(rows for _, rows in found.classes)
    info = DatasetInfo(
        "mine", "Mine", "", chosen.task, found.rows, len(kinds), sizes, kinds=kinds, version=1, checksum="c"
    )  # type: ignore[arg-type]
    return info, table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "checksum.csv"
    path.write_bytes(customers())
    return path


def test_columns_of_words_make_an_object_array_of_floats_and_texts(file):
    info, table = described(file)
    dataset = load_table(info, table)
    assert dataset.X.shape == (59, 6)  # one row has no target, and the identifier is left out
    assert info.column_kinds == ("number", "number", "category", "text", "number", "number")
    age, income, city, comment, signup, active = dataset.X[4]
    assert np.isnan(age)
    assert isinstance(income, float)
    assert city in {"Bern", "Basel", None}
    assert comment.startswith("likes the shoes")
    assert 19_723 <= signup <= 20_100  # days since 1970
    assert active in {0.0, 1.0}
    assert None in dataset.X[:, 2]
    assert dataset.y[:4].tolist() == [0, 1, 2, 0]
    with pytest.raises(ValueError, match="read-only"):
        dataset.X[0, 0] = 1


def test_numbers_alone_make_floats_with_nan_for_gaps(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_bytes(table("a;b;y", "1,5;;10,5", "2;3e2;11", "3;4;12", times=10))
    dataset = load_table(*described(path))
    assert dataset.X.dtype == np.float64
    assert np.array_equal(dataset.X[:2], [[1.5, np.nan], [2.0, 300.0]], equal_nan=True)
    assert dataset.y[:2].tolist() == [10.5, 11.0]


def test_the_second_training_loads_what_the_first_one_read(file):
    info, table = described(file)
    first = load_table(info, table)
    file.unlink()
    again = load_table(info, table)
    assert first.X.tolist()[:3] == again.X.tolist()[:3]
    assert np.array_equal(first.y, again.y)


def test_kept_arrays_that_were_cut_off_are_made_anew(file):
    info, table = described(file)
    load_table(info, table)
    (kept,) = file.parent.glob("*.npz")
    kept.write_bytes(kept.read_bytes()[:200])
    assert load_table(info, table).X.shape == (59, 6)


def test_a_file_that_is_not_what_was_stored_is_refused(file):
    info, table = described(file)
    file.write_bytes(customers(30))
    with pytest.raises(ObjectiveError, match="holds 29 rows"):
        load_table(info, table)


def test_a_job_brings_its_data_set_along(file, monkeypatch):
    info, table = described(file)
    bring({"data": {"info": info.to_dict(), "table": table.to_dict(), "gone": ""}})
    assert get_dataset("mine", 1) == info
    assert load("mine").X.shape == (59, 6)
    bring({"data": {"info": info.to_dict(), "table": None, "gone": "Mine, version 1, was deleted."}})
    with pytest.raises(ObjectiveError, match="was deleted"):
        load("mine", 1)
