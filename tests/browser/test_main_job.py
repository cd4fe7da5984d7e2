"""The main job, as a person does it: fill the form, press Start, watch it live, export, compare."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

#: Trainings of this size take a fraction of a second; watching them live is what matters here.
TREES = "50"
TRIALS = 16


def start_forest(page: Page, *, trials: int, folds: int, trees: str) -> None:
    """From the list of studies to a running study of a random forest on breast_cancer."""
    page.goto(page.url.split("/studies")[0].rstrip("/") + "/studies/new/")
    page.get_by_role("combobox", name="Data", exact=True).select_option("breast_cancer")
    page.get_by_role("combobox", name="Model", exact=True).select_option("random_forest_classifier")
    page.get_by_label("To, n_estimators").fill(trees)
    page.get_by_label("Default, n_estimators").fill("50")
    page.get_by_role("textbox", name="Trials", exact=True).fill(str(trials))
    page.get_by_role("textbox", name="Trials at a time").fill("2")
    page.get_by_role("textbox", name="Folds").fill(str(folds))
    expect(page.locator("#plan")).to_contain_text(f"{trials} trials")
    expect(page.locator("#plan")).to_contain_text(f"{folds} folds")
    page.get_by_role("button", name="Start study").last.click()
    page.wait_for_url(re.compile(r"/studies/\d+/$"))


def export(page: Page) -> list[dict[str, str]]:
    """Press CSV and read what arrives."""
    with page.expect_download() as download:
        page.locator("#leaderboard").get_by_role("link", name="CSV").click()
    return list(csv.DictReader(io.StringIO(download.value.path().read_text())))


def leaderboard(page: Page) -> list[tuple[int, str]]:
    """(trial, value as shown) of each row, best first."""
    rows = page.locator("#leaderboard tbody tr").all()
    return [
        (int(re.sub(r"\D", "", row.locator(".which").inner_text())), row.locator(".main").inner_text())
        for row in rows
    ]


@pytest.mark.browser
def test_from_the_form_to_the_exported_leaderboard(owner_page: Page):
    page = owner_page
    start_forest(page, trials=TRIALS, folds=3, trees=TREES)
    page.evaluate("window.neverReloaded = true")

    expect(page.get_by_text("Running", exact=True).first).to_be_visible()
    expect(page.locator("#leaderboard tbody tr").first).to_be_visible(timeout=60_000)
    expect(page.locator("[data-chart] .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=180_000)
    expect(page.locator("#leaderboard")).to_contain_text(f"of {TRIALS}")
    assert page.evaluate("window.neverReloaded"), "the page was followed live"

    rows = export(page)
    assert len(rows) == TRIALS
    assert sorted(int(row["number"]) for row in rows) == list(range(TRIALS))
    assert {row["state"] for row in rows} == {"COMPLETE"}
    ranked = sorted(rows, key=lambda row: (-float(row["value"]), int(row["number"])))
    shown = leaderboard(page)
    assert [number for number, _ in shown] == [int(row["number"]) for row in ranked[: len(shown)]]
    for (_, text), row in zip(shown, ranked, strict=False):
        assert float(text) == pytest.approx(float(row["value"]), abs=6e-6)
    check_the_best_trials_page(page, ranked[0])


def check_the_best_trials_page(page: Page, best: dict[str, str]) -> None:
    page.locator("#leaderboard .row-link").first.click()
    expect(page.get_by_role("heading", name=f"Trial {best['number']}")).to_be_visible()
    for name in ("n_estimators", "max_depth"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    for fold in (1, 2, 3):
        expect(page.get_by_text(f"Fold {fold}", exact=True).first).to_be_visible()
