"""Data sets by the API: the same checks and messages as on the pages, in one request."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.trials.tables import customers, table
from trials.engine.creation import create_study
from trials.models import Dataset, Study

from .conftest import Program, refusal


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    """A home of this test's own; the folder where its uploads wait."""
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return tmp_path / "uploads"


def upload(program: Program, content: bytes = customers(), **fields: Any) -> HttpResponse:
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    file = SimpleUploadedFile("Shop customers.csv", content)
    return program.client.post("/api/v1/datasets", {"file": file, **said})


def test_a_table_is_uploaded_read_downloaded_and_deleted(program, uploads):
    made = upload(program, name="shop", title="Our shop")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["name"], body["title"], body["version"], body["task"]) == (
        "shop",
        "Our shop",
        1,
        "classification",
    )
    assert (body["target"], body["rows"], body["columns"]) == ("segment", 59, 6)
    assert body["classes"] == {"a": 20, "b": 19, "c": 20}
    assert body["table"][0] == {
        "name": "customer_id",
        "type": "integer",
        "used": False,
        "missing": 0,
        "distinct": 60,
    }
    assert list(uploads.iterdir()) == []
    again = upload(program, name="shop")
    assert (again.status_code, again.json()["known"]) == (200, True)
    assert program.get("/datasets/shop").json() == body
    assert (
        program.get(
            "/datasets/shop", **{"If-None-Match": program.get("/datasets/shop").headers["ETag"]}
        ).status_code
        == 304
    )
    listed = {item["name"]: item for item in program.get("/datasets").json()["items"]}
    assert listed["iris"]["shipped"]
    assert (listed["shop"]["shipped"], listed["shop"]["studies"]) == (False, 0)
    assert b"".join(program.get("/datasets/shop/file").streaming_content) == customers()
    assert program.delete("/datasets/shop").status_code == 204
    assert program.get("/datasets/shop").status_code == 404


def test_what_is_detected_can_be_corrected(program):
    content = table("code;size;y", *(f"k{n};{n},5;{n % 2}" for n in range(20)), "k99;unknown;1")
    made = upload(
        program,
        content,
        target="size",
        task="regression",
        types={"y": "category"},
        use=["code"],
        missing=["unknown"],
    )
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["target"], body["rows"]) == ("size", 20)
    assert [(column["type"], column["used"]) for column in body["table"]] == [
        ("category", True), ("number", True), ("category", True),
    ]  # fmt: skip
    assert body["reading"] == {
        "delimiter": ";", "encoding": "utf-8-sig", "header": True, "decimal": ",", "missing": ["unknown"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"target": "nothing"}, "target", "there is no column 'nothing'"),
        ({"target": "comment", "task": "regression"}, "target", "holds words"),
        ({"task": "ranking"}, "task", "there is no task 'ranking'"),
        ({"types": {"aeg": "text"}}, "columns.aeg", "did you mean age?"),
        ({"types": {"city": "number"}}, "columns.city", "which is not a number"),
        ({"types": "city"}, "types", "an object of texts"),
        ({"leave_out": {"a": 1}}, "leave_out", "a list of texts"),
        ({"name": "iris"}, "name", "ships with the program"),
        ({"name": "My data!"}, "name", "holds “M”"),
        ({"delimiter": "#"}, "delimiter", "delimiter cannot be '#'"),
        ({"encoding": "klingon"}, "encoding", "encoding cannot be"),
        ({"header": "perhaps"}, "header", ""),
    ],
)
def test_a_bad_choice_is_refused_by_field(fields, field, words, program, uploads):
    response = upload(program, **fields)
    assert response.status_code == 422
    assert words in refusal(response)["fields"][field][0]
    assert not Dataset.objects.exists()
    assert list(uploads.iterdir()) == []


def test_a_bad_file_is_refused(program, settings):
    assert "empty" in refusal(upload(program, b""))["fields"]["file"][0]
    response = program.client.post("/api/v1/datasets", {"name": "shop"})
    assert (response.status_code, list(refusal(response)["fields"])) == (422, ["file"])
    settings.HPO_UPLOAD_MB = -0.999  # all of the envelope's megabyte but a few bytes
    response = upload(program)
    assert response.status_code == 413
    assert "MB are taken" in refusal(response)["message"]


def test_data_that_are_needed_stay(program):
    upload(program, name="shop")
    study, _ = create_study({"objective": {"kind": "model", "model": "svc", "dataset": "shop"}}, None)
    response = program.delete("/datasets/shop?version=1")
    assert (response.status_code, refusal(response)["code"]) == (409, "needed")
    Study.objects.filter(pk=study.pk).update(state="stopped")
    assert program.delete("/datasets/shop?version=1").status_code == 204
    body = {"objective": study.objective, "budget": {"trials": 1}}
    refused = program.post("/studies", body)
    assert "was deleted" in refusal(refused)["fields"]["objective.dataset"][0]


@pytest.mark.parametrize(
    "path",
    [
        "/datasets/nothing",
        "/datasets/nothing/file",
        "/datasets/iris/file",
        "/datasets/nothing?version=99999999999",
    ],
)
def test_what_is_not_there_is_404(path, program):
    assert program.get(path).status_code == 404


def test_what_ships_is_read_but_not_deleted(program):
    body = program.get("/datasets/iris").json()
    assert (body["rows"], body["version"], body["classes"]) == (150, None, {"0": 50, "1": 50, "2": 50})
    assert program.delete("/datasets/iris").status_code == 409
    assert program.delete("/datasets/nothing").status_code == 404
