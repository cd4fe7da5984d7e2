"""Pages that steer a study and its trials: buttons, dialogs, own configurations, deletion and undo."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from trials.engine.advance import advance
from trials.models import Study, Trial

from .conftest import SPACE

Make = Callable[..., Study]
EXTERNAL = {"objective": {"kind": "external"}, "space": SPACE, "parallelism": 2}
DIALOG = {"X-Requested-With": "dialog"}


def test_buttons_change_the_state_and_go_back_to_the_study(browser: Client, make_study: Make):
    study = make_study()
    steps = {"pause": "paused", "resume": "running", "stop": "stopped"}
    for action, state in [*steps.items(), ("resume", "stopped"), ("pause", "stopped")]:
        response = browser.post(f"/studies/{study.pk}/{action}/")
        assert (response.status_code, response["Location"]) == (302, f"/studies/{study.pk}/")
        study.refresh_from_db()
        assert study.state == state


def test_a_page_that_follows_live_gets_no_redirect(browser: Client, make_study: Make):
    study = make_study()
    assert browser.post(f"/studies/{study.pk}/pause/", headers={"HX-Request": "true"}).status_code == 204


def test_a_get_changes_nothing(browser: Client, make_study: Make):
    study = make_study()
    assert browser.get(f"/studies/{study.pk}/stop/").status_code == 405
    study.refresh_from_db()
    assert study.state == "running"


def test_unknown_studies_and_actions_are_404(browser: Client, make_study: Make):
    assert browser.post("/studies/99/pause/").status_code == 404
    assert browser.post(f"/studies/{make_study().pk}/explode/").status_code == 404


def test_a_forged_post_is_refused(make_study: Make):
    from trials.models.access import owner

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner())
    study = make_study()
    assert client.post(f"/studies/{study.pk}/stop/").status_code == 403


def test_the_head_offers_what_the_state_allows(browser: Client, make_study: Make, train):
    study = make_study(budget={"trials": 1})
    address = f"/studies/{study.pk}/"
    for action, offered, missing in (
        ("", ["Pause", "After the running trials", "Now…", "Add trials", "Clone", "Delete"], ["Go on…"]),
        ("pause", ["Resume", "After the running trials"], [">Pause<", "Go on…"]),
        ("stop", ["Go on…", "Add trials"], ["After the running trials", "Resume", "Budget and"]),
    ):
        if action:
            browser.post(f"{address}{action}/")
        html = browser.get(address).content.decode()
        assert [word for word in offered if word not in html] == []
        assert [word for word in missing if word in html] == []


def test_a_study_that_waits_for_its_last_trials_says_so(browser: Client, make_study: Make, claim):
    study = make_study(parallelism=2)
    advance(study.pk)
    claim(study)
    browser.post(f"/studies/{study.pk}/stop-after-running/")
    html = browser.get(f"/studies/{study.pk}/").content.decode()
    assert "This study is about to end" in html
    assert "Stopped by owner. 1 trial is still to finish" in html
    assert "After the running trials" not in html


def test_budget_and_parallelism_change_on_a_page_or_in_a_dialog(browser: Client, make_study: Make, train):
    study = make_study(budget={"trials": 2, "seconds": 90})
    train(study, 1.0, 2.0)
    address = f"/studies/{study.pk}/extend/"
    page, fragment = browser.get(address), browser.get(address, headers=DIALOG)
    assert b"<html" in page.content
    assert b"<html" not in fragment.content
    for answer in (page, fragment):
        assert b'value="12"' in answer.content, "ten more are proposed"
        assert b"All 2 trials are done" in answer.content
        assert b"0 workers are up now; trials beyond that wait for one." in answer.content

    bad = {"trials": "1", "time": "soon", "parallelism": "0"}
    refused = browser.post(address, bad, headers=DIALOG)
    assert refused.status_code == 422
    assert "“soon” is not a time" in refused.content.decode()
    refused = browser.post(address, bad | {"time": "2 min"})
    text = refused.content.decode()
    assert "2 are done: give at least 3" in text
    assert "Trials at a time must be a whole number from 1" in text
    assert 'value="2 min"' in text, "nothing typed is lost"

    good = {"trials": "5", "time": "", "parallelism": "3", "failures": "4"}
    assert browser.post(address, good, headers=DIALOG).status_code == 204
    study.refresh_from_db()
    assert (study.state, study.parallelism) == ("running", 3)
    assert study.budget == {"trials": 5, "failures": 4}
    assert browser.post(address, good)["Location"] == f"/studies/{study.pk}/"
    assert "<p>Saved.</p>" in browser.get(f"/studies/{study.pk}/").content.decode()


def test_name_and_tags_change(browser: Client, make_study: Make):
    study = make_study()
    address = f"/studies/{study.pk}/rename/"
    assert browser.post(address, {"name": " ", "tags": ""}).status_code == 422
    browser.post(address, {"name": "Forests <b>", "tags": "one, two,, one"})
    study.refresh_from_db()
    assert (study.name, study.tags) == ("Forests <b>", ["one", "two"])
    html = browser.get(f"/studies/{study.pk}/").content.decode()
    assert "Forests &lt;b&gt;" in html
    assert '<span class="tag">two</span>' in html


def test_deleting_can_be_undone_from_home_and_from_the_studys_own_page(browser: Client, make_study: Make):
    study = make_study()
    home = browser.post(f"/studies/{study.pk}/delete/", follow=True)
    assert home.redirect_chain[-1][0] == "/"
    assert f'action="/studies/{study.pk}/restore/"' in home.content.decode()
    gone = browser.get(f"/studies/{study.pk}/")
    assert gone.status_code == 410
    assert "Restore" in gone.content.decode()
    for path in ("trials/", "live/", "trials.csv", "extend/", "enqueue/", "failures/"):
        assert browser.get(f"/studies/{study.pk}/{path}").status_code == 404, path
    back = browser.post(f"/studies/{study.pk}/restore/", follow=True)
    assert back.status_code == 200
    assert "Restored by owner" in back.content.decode()
    for action in ("delete", "restore"):
        assert browser.post(f"/studies/999/{action}/").status_code == 404


def test_one_configuration_is_added_by_the_form(browser: Client, make_study: Make):
    study = make_study(**EXTERNAL)
    address = f"/studies/{study.pk}/enqueue/"
    html = browser.get(address).content.decode()
    assert "only when kernel is rbf" in html
    assert "0.001 to 1,000, log scale" in html
    sent = {"p0": '"linear"', "p1": "2,5", "p2": "0.1"}
    refused = browser.post(address, sent | {"p1": "5000"})
    assert refused.status_code == 422
    assert "5000 does not fit" in refused.content.decode()
    assert not study.trials.exists()
    done = browser.post(address, sent, follow=True).content.decode()
    assert "Your configuration is trial 0; it runs next." in done
    assert study.trials.get().params == {"kernel": "linear", "C": 2.5}, "what is inactive says nothing"
    again = browser.post(address, sent, follow=True).content.decode()
    assert "so nothing was added" in again
    filled = browser.get(f"{address}?from=0").content.decode()
    assert 'value="2.5"' in filled
    for odd in ("99", "x", "1" * 30):
        assert browser.get(f"{address}?from={odd}").status_code == 200


def test_several_are_added_as_csv_pasted_or_uploaded(browser: Client, make_study: Make):
    study = make_study(**EXTERNAL)
    address = f"/studies/{study.pk}/enqueue/"
    refused = browser.post(address, {"csv": "C\n1\nbad"})
    assert refused.status_code == 422
    assert "Row 2, C: &#x27;bad&#x27; does not fit" in refused.content.decode()
    assert "C\n1\nbad" in refused.content.decode(), "nothing typed is lost"
    browser.post(address, {"csv": "C\n1.5\n2.5\n"})
    file = SimpleUploadedFile("own.csv", b"\xef\xbb\xbfC;kernel\n3.5;linear\n")
    done = browser.post(address, {"csv": "", "file": file}, follow=True)
    assert "Your configuration is trial 2" in done.content.decode()
    assert sorted(trial.params["C"] for trial in study.trials.all()) == [1.5, 2.5, 3.5]
    binary = SimpleUploadedFile("own.csv", bytes(range(256)))
    assert b"no text in UTF-8" in browser.post(address, {"csv": "", "file": binary}).content


def test_a_trial_is_cancelled_and_retried_from_its_page(browser: Client, make_study: Make, claim):
    study = make_study()
    advance(study.pk)
    claim(study)
    page = f"/studies/{study.pk}/trials/0/"
    assert "Cancel" in browser.get(page).content.decode()
    for _ in range(2):
        assert browser.post(f"{page}cancel/")["Location"] == page
    for _ in range(2):
        assert browser.post(f"{page}retry/")["Location"] == f"/studies/{study.pk}/trials/1/"
    html = browser.get(page).content.decode()
    assert "Retried as trial 1" in html
    assert "a retry of" in browser.get(f"/studies/{study.pk}/trials/1/").content.decode()
    assert Trial.objects.filter(study=study, retry_of=0).count() == 1
    assert browser.post(f"/studies/{study.pk}/trials/99/cancel/").status_code == 404


@pytest.mark.parametrize("path", [
    "delete/", "restore/", "trials/0/cancel/", "trials/0/retry/", "failures/retry/", "pause/",
])  # fmt: skip
def test_no_get_changes_anything(browser: Client, make_study: Make, path: str):
    study = make_study()
    assert browser.get(f"/studies/{study.pk}/{path}").status_code == 405
    revision = Study.objects.get(pk=study.pk).revision
    assert revision == study.revision
