"""Pause, resume and stop from a page."""

from collections.abc import Callable

from django.test import Client

from trials.models import Study

Make = Callable[..., Study]


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
