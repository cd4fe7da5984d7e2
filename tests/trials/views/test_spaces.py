"""Saved spaces: kept from the form, edited, renamed, duplicated, deleted and had back, used again."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from optimizers import Space
from trials.forms.draft import Draft
from trials.forms.space_draft import SpaceDraft
from trials.models import SavedSpace, Study

FORM = "/studies/new/"
SUPPORT: dict[str, Any] = {"objective": {"kind": "model", "model": "svc", "dataset": "wine"}, "seed": 1}
SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"], "default": "rbf"},
        {"name": "C", "type": "float", "low": 0.01, "high": 50, "log": True, "when": {"kernel": ["rbf"]}},
    ],
    "forbidden": [{"kernel": "linear"}],
}


@pytest.fixture
def saved(db: None) -> SavedSpace:
    subject = '{"dataset": "wine", "kind": "model", "model": "svc"}'
    return SavedSpace.objects.create(
        name="Wide", definition=Space.from_dict(SPACE).to_dict(), subject=subject
    )


def form_of(study: dict[str, Any]) -> dict[str, str]:
    return dict(Draft.of_study(study).data)


def rows_of(space: dict[str, Any], **texts: str) -> dict[str, str]:
    return dict(SpaceDraft.of_space(space, **texts).data)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def test_the_first_visit_says_what_spaces_are_for(browser: Client):
    assert "No space is saved yet" in browser.get("/spaces/").content.decode()


def test_the_list_tells_what_each_was_made_for_and_how_large_it_is(browser: Client, saved: SavedSpace):
    text = text_of(browser.get("/spaces/").content.decode())
    assert "Wide support vector machine on wine 2 1 condition" in text
    assert "never" in text


def test_ranges_are_saved_from_the_form_and_used_again(browser: Client):
    wider = form_of(SUPPORT) | {"row-1-high": "777"}
    html = browser.post(FORM + "space/", wider | {"save": "1", "save_as": " My  SVM "}).content.decode()
    assert "Saved as “My SVM”" in html
    kept = SavedSpace.objects.get()
    assert kept.owner is not None
    assert kept.definition["parameters"][1]["high"] == 777
    html = browser.post(FORM + "space/", form_of(SUPPORT) | {"use": str(kept.pk)}).content.decode()
    assert 'value="777"' in html
    assert "These are the ranges “My SVM”" in html
    assert 'name="undo"' in html


def test_a_study_begins_from_a_saved_space_and_the_space_knows(browser: Client, saved: SavedSpace):
    html = browser.get(f"{FORM}?space={saved.pk}").content.decode()
    assert "things to fix" not in html
    assert f'name="saved_space" value="{saved.pk}"' in html
    begun = form_of(SUPPORT | {"space": SPACE}) | {"saved_space": str(saved.pk)}
    assert browser.post(FORM, begun).status_code == 302
    assert Study.objects.get().space.definition == saved.definition
    saved.refresh_from_db()
    assert saved.used is not None


def test_a_saved_space_of_something_unknown_is_offered_all_the_same(browser: Client, saved: SavedSpace):
    for subject in ("", "{", '{"kind": "model", "model": "gone", "dataset": "gone"}', "[]"):
        SavedSpace.objects.update(subject=subject)
        assert browser.get("/spaces/").status_code == 200
        assert browser.get(f"/spaces/{saved.pk}/").status_code == 200
        assert browser.get(f"{FORM}?space={saved.pk}").status_code == 200


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"save_as": ""}, "Give them a name"),
        ({"save_as": "x" * 300}, "up to 200 letters"),
        ({"save_as": "a\x07b"}, "can be shown"),
        ({"save_as": "Wide"}, "is there already"),
        ({"save_as": "New", "row-1-low": "ten"}, "something to fix"),
    ],
)
def test_what_cannot_be_saved_says_why_and_loses_nothing(
    browser: Client, saved: SavedSpace, texts: dict[str, str], words: str
):
    html = browser.post(FORM + "space/", form_of(SUPPORT) | {"save": "1"} | texts).content.decode()
    found = re.search(r'id="id_save_as-error">(.*?)</p>', html)
    assert found is not None
    assert words in unescape(found[1])
    assert SavedSpace.objects.count() == 1
    assert texts.get("row-1-low", "kernel") in html


def test_a_name_that_is_taken_is_replaced_once_that_is_confirmed(browser: Client, saved: SavedSpace):
    again = form_of(SUPPORT) | {"save": "1", "save_as": "Wide", "save_over": "1"}
    browser.post(FORM + "space/", again)
    saved.refresh_from_db()
    assert len(saved.definition["parameters"]) == 4


def test_one_is_edited_and_renamed_in_the_editor(browser: Client, saved: SavedSpace):
    assert 'value="kernel"' in browser.get(f"/spaces/{saved.pk}/").content.decode()
    wider = SPACE | {
        "parameters": [*SPACE["parameters"], {"name": "n", "type": "integer", "low": 1, "high": 9}]
    }
    answer = browser.post(f"/spaces/{saved.pk}/", rows_of(wider, name="Wider"))
    assert answer.status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.definition) == ("Wider", Space.from_dict(wider).to_dict())
    assert "Saved." in browser.get(answer["Location"]).content.decode()


def test_a_new_one_is_written_from_the_first_row_on(browser: Client):
    assert 'name="row-0-name"' in browser.get("/spaces/new/").content.decode()
    assert browser.post("/spaces/new/", rows_of(SPACE, name="Own")).status_code == 302
    assert SavedSpace.objects.get(name="Own").definition == Space.from_dict(SPACE).to_dict()


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"name": ""}, "Give it a name"),
        ({"name": "Wide"}, "is there already"),
        ({"row-1-low": "100"}, "From must be below To"),
        ({"row-0-name": ""}, "needs a name"),
        ({"constraints": "C < depth"}, "depth"),
        ({"forbidden": "kernel"}, "not a condition"),
        ({"row-1-when": "C ≥ 2"}, "circle"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_beside_its_field(
    browser: Client, saved: SavedSpace, texts: dict[str, str], words: str
):
    answer = browser.post("/spaces/new/", rows_of(SPACE, name="Own") | texts)
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert SavedSpace.objects.count() == 1


def test_one_is_duplicated_under_a_name_of_its_own(browser: Client, saved: SavedSpace):
    for _ in range(2):
        browser.post(f"/spaces/{saved.pk}/duplicate/")
    names = list(SavedSpace.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["Wide", "Wide, copy", "Wide, copy 2"]


def test_a_deletion_can_be_taken_back(browser: Client, saved: SavedSpace):
    answer = browser.post(f"/spaces/{saved.pk}/delete/")
    html = browser.get(answer["Location"]).content.decode()
    assert "“Wide” is deleted" in html
    assert f"/spaces/{saved.pk}/restore/" in html
    assert browser.get(f"/spaces/{saved.pk}/").status_code == 404
    assert browser.get(f"{FORM}?space={saved.pk}").status_code == 404
    browser.post(f"/spaces/{saved.pk}/restore/")
    assert browser.get(f"/spaces/{saved.pk}/").status_code == 200


def test_a_deleted_ones_name_is_free_and_old_deletions_go_for_good(browser: Client, saved: SavedSpace):
    browser.post(f"/spaces/{saved.pk}/delete/")
    assert browser.post("/spaces/new/", rows_of(SPACE, name="Wide")).status_code == 302
    again = SavedSpace.objects.get()
    assert again.pk != saved.pk
    SavedSpace.objects.filter(pk=again.pk).update(deleted=timezone.now() - 2 * SavedSpace.KEPT_DELETED)
    SavedSpace.purge()
    assert not SavedSpace.objects.exists()


def test_the_rows_are_moved_completed_and_added_by_the_server_too(browser: Client):
    rows = rows_of(SPACE, name="Own")
    moved = browser.post("/spaces/new/", rows | {"move": "1:-1"}).content.decode()
    assert moved.index('id="row-1"') < moved.index('id="row-0"')
    assert 'name="row-2-name"' in browser.post("/spaces/rows/", rows | {"add": "1"}).content.decode()
    completed = browser.post("/spaces/rows/?row=1", rows | {"row-1-scale": "norm"}).content.decode()
    assert 'name="row-1-args" value="loc = ' in completed
    assert not SavedSpace.objects.exists()


def test_typed_json_changes_the_rows_and_bad_json_only_says_where_it_is_bad(browser: Client):
    typed = '{"parameters": [\n {"name": "x", "type": "float", "low": 1, "high": 2}]}'
    html = browser.post("/spaces/json/", rows_of(SPACE) | {"json": typed}).content.decode()
    assert 'name="row-0-name" value="x"' in html
    answer = browser.post("/spaces/json/", rows_of(SPACE) | {"json": typed.replace("2}", "0}")})
    assert "Line 2" in answer.content.decode()
    assert answer.headers["HX-Reswap"] == "none"
    assert "row-0" not in answer.content.decode()


def test_strangers_and_guesses_get_nothing(client: Client, browser: Client, saved: SavedSpace):
    for path in ("/spaces/999/", f"/spaces/{10**30}/", "/studies/999/space/"):
        assert browser.get(path).status_code == 404
    for path in ("/spaces/rows/", "/spaces/preview/", "/spaces/json/", f"/spaces/{saved.pk}/delete/"):
        assert browser.get(path).status_code == 405
    assert browser.get(f"/spaces/?deleted={'9' * 5000}").status_code == 200
    for path in ("", "rows/", f"rows/?row={'9' * 5000}", "preview/", "json/"):
        assert browser.post(f"/spaces/{path}" if path else "/spaces/new/", {}).status_code in (200, 404, 422)
    client.logout()
    assert client.get("/spaces/").headers["Location"].startswith("/sign-in/")
