"""Own data on the pages: bad files are answered beside the field, good ones previewed, corrected, saved."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.trials.tables import BAD_FILES, GOOD, customers, table
from trials.engine.creation import create_study
from trials.models import Dataset, Study
from trials.models.access import owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    """A home of this test's own; the folder where its uploads wait."""
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return tmp_path / "uploads"


def send(browser: Client, content: bytes, name: str = "Shop customers.csv") -> HttpResponse:
    return browser.post("/datasets/upload/", {"file": SimpleUploadedFile(name, content)})


def fields(response: HttpResponse) -> dict[str, str]:
    """What the preview's form sends when nothing is changed."""
    preview = response.context["preview"]
    reading = preview.facts["reading"]
    sent = {
        "name": preview.named.name,
        "title": preview.named.title,
        "target": preview.chosen.target,
        "shown_target": preview.chosen.target,
        "task": preview.chosen.task,
        "delimiter": reading["delimiter"],
        "encoding": reading["encoding"],
        "decimal": reading["decimal"],
        "header": "yes" if reading["header"] else "no",
        "missing": ", ".join(reading["missing"]),
    }
    for place, column in enumerate(preview.chosen.columns):
        sent[f"type-{place}"] = column.type
        if column.used:
            sent[f"use-{place}"] = "on"
    return sent


@pytest.fixture
def preview(browser: Client) -> tuple[str, dict[str, str]]:
    """The address of a good table's preview, and its form as it is shown first."""
    address = send(browser, customers()).headers["Location"]
    return address, fields(browser.get(address))


def test_an_upload_that_is_not_saved_is_listed_for_whoever_sent_it(browser, preview):
    address, _ = preview
    listed = browser.get("/datasets/").content.decode()
    assert "Not saved yet" in listed
    assert f'href="{address}"' in listed
    assert "60 rows, 8 columns" in listed
    other = Client()
    other.force_login(get_user_model().objects.create_user("somebody"))
    assert address not in other.get("/datasets/").content.decode()
    browser.post(address, {"discard": "1"})
    assert "Not saved yet" not in browser.get("/datasets/").content.decode()


def error_of(response: HttpResponse, place: str) -> str:
    """The text of the element that holds a field's errors."""
    page = response.content.decode()
    found = re.search(rf'id="{place}"[^>]*>(.*?)</(p|span)>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_bad_file_is_answered_beside_the_field_and_nothing_is_kept(fault, browser, uploads):
    content, words = BAD_FILES[fault]
    response = send(browser, content, "bad.csv")
    assert response.status_code == 422
    message = error_of(response, "upload-error").lower()
    for word in words:
        assert word.lower() in message
    assert not Dataset.objects.exists()
    assert list(uploads.iterdir()) == []


class Unread:
    """A body of which nobody may read a byte."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_200_megabytes_are_refused_before_they_are_read(browser, uploads):
    response = browser.generic(
        "POST",
        "/datasets/upload/",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(200_000_000), "wsgi.input": Unread()},
    )
    assert response.status_code == 422
    assert "200 MB, and 100 MB are taken" in error_of(response, "upload-error")
    assert list(uploads.iterdir()) == []


def test_a_form_without_a_file_or_without_its_token_is_refused(browser, uploads):
    assert "Choose a CSV file" in error_of(browser.post("/datasets/upload/", {}), "upload-error")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner())
    assert send(strict, GOOD).status_code == 403
    assert list(uploads.iterdir()) == []


def test_a_good_table_is_previewed_saved_and_shown(browser, preview, django_assert_max_num_queries):
    address, form = preview
    page = browser.get(address)
    text = page.content.decode()
    assert "a number of its own for every row" in text
    assert "1 row has no target and is left out" in text
    assert (form["target"], form["task"], form["name"]) == ("segment", "classification", "shop-customers")
    assert "use-0" not in form
    assert not Dataset.objects.exists()
    saved = browser.post(address, form | {"save": "1"})
    assert saved.headers["Location"] == "/datasets/shop-customers/"
    shown = browser.get("/datasets/shop-customers/").content.decode()
    for words in (
        "Saved as shop-customers, version 1",
        "59",
        "likes the shoes",
        "18",
        "Bern",
        "a number of its own",
    ):
        assert words in shown
    assert "shop-customers" in browser.get("/datasets/").content.decode()
    with django_assert_max_num_queries(12):
        browser.get("/datasets/")
    file = browser.get("/datasets/shop-customers/1.csv")
    assert b"".join(file.streaming_content) == customers()
    assert browser.get(address).headers["Location"] == "/datasets/"  # it is no longer waiting


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"target": "city", "shown_target": "city", "task": "regression"}, "target-error", ("holds words",)),
        ({"target": "comment", "shown_target": "comment"}, "target-error", ("a single row",)),
        ({"target": "nothing", "shown_target": "nothing"}, "target-error", ("no column 'nothing'",)),
        ({"task": ""}, "task-error", ("no task is given",)),
        ({"type-3": "number"}, "error-3", ("holds “", "not a number")),
        ({f"use-{place}": None for place in range(7)}, "columns-error", ("every column but the target",)),
        ({"name": "iris"}, "name-error", ("ships with the program",)),
        ({"name": "Kundschaft Süd"}, "name-error", ("holds “K”", "kundschaft-sud")),
        ({"name": ""}, "name-error", ("needs a name",)),
        ({"title": "x" * 201}, "title-error", ("1 to 200 characters",)),
        ({"delimiter": ";"}, "delimiter-error", ("only one column",)),
        ({"delimiter": "#"}, "delimiter-error", ("delimiter cannot be",)),
    ],
)  # fmt: skip
def test_a_bad_choice_is_answered_beside_its_field_and_nothing_is_stored(
    changes, place, words, browser, preview
):
    address, form = preview
    sent = {name: value for name, value in (form | changes).items() if value is not None}
    response = browser.post(address, sent | {"save": "1"})
    assert response.status_code == 422
    message = error_of(response, place).lower()
    for word in words:
        assert word.lower() in message
    assert "Nothing is lost" in response.content.decode()
    assert not Dataset.objects.exists()
    assert browser.get(address).status_code == 200


def test_a_target_with_one_class_is_refused_beside_it_and_nothing_is_lost(browser):
    content = table("a,b,left", "1,2.5,yes", "2,1.5,yes", "3,0.5,yes", times=5)
    address = send(browser, content).headers["Location"]
    typed = fields(browser.get(address)) | {"title": "My own title", "target": "left", "shown_target": "left"}
    answer = browser.post(address, typed | {"task": "classification", "save": "1"})
    assert answer.status_code == 422
    assert "“left” has one class only, “yes”: choose another target" in error_of(answer, "target-error")
    assert 'value="My own title"' in answer.content.decode()
    assert not Dataset.objects.exists()


def test_the_class_that_counts_as_positive_is_chosen(browser):
    content = table("a,left", *["1,gone"] * 3, *["2,here"] * 17)
    address = send(browser, content).headers["Location"]
    shown = browser.get(address)
    assert re.search(r'<option value="gone" selected>', shown.content.decode())
    browser.post(address, fields(shown) | {"positive": "here", "save": "1"})
    assert [name for name, _ in Dataset.objects.get().class_sizes] == ["gone", "here"]


def test_another_target_brings_its_own_task(browser, preview):
    address, form = preview
    shown = browser.post(address, form | {"target": "income", "apply": "1"})
    assert shown.context["preview"].chosen.task == "regression"
    assert browser.post(address, fields(shown) | {"task": "classification", "save": "1"}).status_code == 422
    # Pressing save with a target that was not shown yet shows it first.
    assert browser.post(address, form | {"target": "income", "save": "1"}).status_code == 200
    assert not Dataset.objects.exists()


def test_a_file_can_be_read_in_another_way(browser):
    address = send(browser, table("unknown;1,5;a", "2,5;unknown;b", "3;4;a", times=10)).headers["Location"]
    form = fields(browser.get(address))
    assert (form["header"], form["delimiter"], form["decimal"]) == ("no", ";", ",")
    shown = browser.post(address, form | {"missing": "unknown", "save": "1"})
    assert shown.status_code == 200
    assert "Look once more" in shown.content.decode()
    saved = browser.post(address, fields(shown) | {"save": "1", "name": "again"})
    assert saved.status_code == 302
    dataset = Dataset.objects.get()
    assert dataset.reading["missing"] == ["unknown"]
    assert [column["type"] for column in dataset.columns][:2] == ["number", "number"]


def test_an_upload_is_given_up_and_is_nobody_elses(browser, preview, uploads, django_user_model):
    address, form = preview
    other = Client()
    other.force_login(django_user_model.objects.create_user("ben"))
    assert other.get(address).headers["Location"] == "/datasets/"
    assert other.post(address, form | {"save": "1"}).headers["Location"] == "/datasets/"
    assert browser.post(address, {"discard": "1"}).headers["Location"] == "/datasets/"
    assert list(uploads.iterdir()) == []
    assert not Dataset.objects.exists()


def test_the_same_table_again_says_so_and_a_changed_one_is_a_new_version(browser, preview):
    address, form = preview
    browser.post(address, form | {"save": "1"})
    again = send(browser, customers()).headers["Location"]
    page = browser.get(again)
    assert "this becomes version 2" in page.content.decode()
    saved = browser.post(again, fields(page) | {"save": "1"}, follow=True)
    assert "already here as shop-customers, version 1" in saved.content.decode()
    changed = send(browser, customers(90)).headers["Location"]
    browser.post(changed, fields(browser.get(changed)) | {"save": "1"})
    assert Dataset.objects.count() == 2
    newest, first = (browser.get(f"/datasets/shop-customers/{query}") for query in ("", "?version=1"))
    assert (newest.context["row"].version, first.context["row"].version) == (2, 1)
    assert browser.get("/datasets/shop-customers/?version=9").status_code == 404


def test_deleting_names_what_stops_working(browser, preview):
    address, form = preview
    browser.post(address, form | {"save": "1"})
    objective = {"kind": "model", "model": "svc", "dataset": "shop-customers"}
    study, _ = create_study({"name": "Who buys", "objective": objective}, None)
    assert "Who buys" in browser.get("/datasets/shop-customers/").content.decode()
    asked = browser.get("/datasets/shop-customers/delete/")
    assert "Who buys" in asked.content.decode()
    assert "Delete the data" not in asked.content.decode()
    assert browser.post("/datasets/shop-customers/delete/").status_code == 409
    Study.objects.filter(pk=study.pk).update(state="completed")
    assert "Delete the data" in browser.get("/datasets/shop-customers/delete/").content.decode()
    assert browser.post("/datasets/shop-customers/delete/").headers["Location"] == "/datasets/"
    assert browser.get("/datasets/shop-customers/").status_code == 404
    assert browser.get(f"/studies/{study.pk}/").status_code == 200
    assert browser.get(f"/studies/new/?from={study.pk}").status_code == 200


def test_pages_of_what_ships_and_of_nothing(browser):
    assert "Iris flowers" in browser.get("/datasets/iris/").content.decode()
    assert browser.get("/datasets/nothing/").status_code == 404
    assert browser.get("/datasets/iris/delete/").status_code == 404
    assert browser.post("/datasets/iris/delete/").status_code == 404
    assert Client().get("/datasets/").status_code == 302


def test_a_table_of_a_thousand_columns_can_be_saved(browser):
    names = [f"c{place}" for place in range(1_000)]
    lines = [",".join(str((row * place) % 7) for place in range(1_000)) for row in range(14)]
    address = send(browser, table(",".join(names), *lines)).headers["Location"]
    page = browser.get(address)
    assert len(page.context["rows"]) == 1_000
    assert browser.post(address, fields(page) | {"save": "1"}).status_code == 302
    assert len(Dataset.objects.get().columns) == 1_000
    assert json.dumps(Dataset.objects.get().columns)
