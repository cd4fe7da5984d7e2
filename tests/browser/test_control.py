"""A study in a person's hands: menus and dialogs by keyboard, a hanging trial cancelled, own trials, undo."""

import re
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.app import App
from tests.trials.views.conftest import SPACE

HANGS = {
    "name": "Hangs",
    "objective": {"kind": "function", "name": "hangs", "how": "computing"},
    "optimizer": {"name": "random"},
    "budget": {"trials": 10},
}
OWN = {"name": "Own", "objective": {"kind": "external"}, "space": SPACE, "budget": {"trials": 3}}


def make(app: App, study: dict[str, Any]) -> int:
    made = app.signed_in().post("/api/v1/studies", study)
    assert made.status == 201, made.text
    return int(made.json()["id"])


def trainings(app: App) -> list[psutil.Process]:
    """Processes that were forked for a training and compute."""
    found = []
    for process in app.processes():
        try:
            parent = process.parent()
            forked = parent is not None and "trials.objectives.forkserver" in parent.cmdline()
            if forked and process.cpu_times().user > 0.2:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.browser
def test_a_hanging_study_is_steered_by_keyboard_and_mouse(owner_page: Page, running_app: App):
    page, study = owner_page, make(running_app, HANGS)
    home = running_app.url
    page.goto(f"{home}/studies/{study}/")
    expect(page.locator("#study-progress")).to_contain_text("1 running", timeout=30_000)
    page.evaluate("window.neverReloaded = true")

    stop = page.locator(".menu summary", has_text="Stop")
    stop.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="After the running trials")).to_be_focused()
    page.keyboard.press("Escape")
    expect(stop).to_be_focused()
    expect(page.get_by_role("button", name="After the running trials")).to_be_hidden()

    more = page.get_by_label("More actions")
    more.click()
    page.get_by_role("link", name="Budget and trials at a time").click()
    dialog = page.get_by_role("dialog", name="Budget and trials at a time")
    dialog.get_by_label("Trials in all").fill("many")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("“many” is not a number")).to_be_visible()
    expect(dialog.get_by_label("Trials in all")).to_be_focused()
    dialog.get_by_label("Trials in all").fill("12")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#study-progress")).to_contain_text("of 12 trials")
    expect(more).to_be_focused()
    assert page.evaluate("window.neverReloaded"), "all of it happened on one page"

    cancel_and_retry(page, running_app, study)
    delete_and_undo(page, home, study)
    add_one_of_my_own(page, home, make(running_app, OWN))


def cancel_and_retry(page: Page, app: App, study: int) -> None:
    """The process of a cancelled trial is gone, and its retry runs."""
    app.wait_until(lambda: trainings(app), "a training computes")
    before = trainings(app)
    page.goto(f"{app.url}/studies/{study}/trials/0/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#trial-head")).to_contain_text("Cancelled")
    app.wait_until(lambda: not any(process.is_running() for process in before), "its process is gone", 5)
    page.get_by_role("button", name="Retry").click()
    page.wait_for_url(re.compile(r"/trials/[1-9]\d*/$"))
    expect(page.locator("#trial-head")).to_contain_text("a retry of trial 0")


def delete_and_undo(page: Page, home: str, study: int) -> None:
    page.goto(f"{home}/studies/{study}/")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Hangs” is deleted.")).to_be_visible()
    assert page.locator(f'a[href="/studies/{study}/"]').count() == 0
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/studies/{study}/")
    page.locator(".menu summary", has_text="Stop").click()
    page.get_by_role("button", name="Now…").click()
    page.get_by_role("button", name="Stop the study").click()
    expect(page.locator("#study-head")).to_contain_text("Stopped")
    expect(page.get_by_role("link", name="Go on…")).to_be_visible()


def add_one_of_my_own(page: Page, home: str, study: int) -> None:
    page.goto(f"{home}/studies/{study}/")
    page.get_by_role("link", name="Add trials").first.click()
    expect(page.get_by_label("gamma", exact=True)).to_be_enabled()
    page.get_by_label("kernel", exact=True).select_option(label="linear")
    expect(page.get_by_label("gamma", exact=True)).to_be_disabled()
    page.get_by_label("C", exact=True).fill("0.25")
    page.get_by_role("button", name="Add this trial").click()
    expect(page.get_by_text("Your configuration is trial 0; it runs next.")).to_be_visible()
