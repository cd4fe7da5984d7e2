"""The tab Result while a study ends: it is followed live, its charts are drawn, its files arrive."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.app import App

STUDY = {
    "name": "SVM on flowers",
    "objective": {
        "kind": "model",
        "model": "svc",
        "dataset": "iris",
        "validation": {"kind": "kfold", "folds": 2},
    },
    "optimizer": {"name": "random"},
    "budget": {"trials": 200},
    "seed": 1,
}


@pytest.mark.browser
def test_a_study_that_is_stopped_shows_what_its_best_model_can_do(owner_page: Page, running_app: App):
    page, owner = owner_page, running_app.signed_in()
    study = owner.post("/api/v1/studies", STUDY).json()["id"]
    page.goto(f"{running_app.url}/studies/{study}/result/")
    expect(page.get_by_text("Scored when the study ends")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    expect(page.locator("#study-progress .strip-done b")).not_to_have_text("0", timeout=60_000)
    assert owner.post(f"/api/v1/studies/{study}/stop").status == 200

    expect(page.get_by_text("On 30 rows that the search never saw").first).to_be_visible(timeout=60_000)
    assert page.evaluate("window.neverReloaded"), "the page was followed live"
    expect(page.locator("[data-chart][data-state=ready]")).to_have_count(2, timeout=30_000)
    expect(page.get_by_text("rows right.")).to_be_visible()
    page.get_by_text("Use the pipeline").click()
    expect(page.get_by_text("joblib.load")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the parameters").click()
    assert json.loads(download.value.path().read_text())["study"] == study
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("navigation", name="Study").get_by_role("link", name="Overview").click()
    expect(page.locator("#result-banner")).to_contain_text("On 30 rows that the search never saw")
