"""Every page on a phone and in the dark: as wide as the screen, in the theme's colours, with a quiet console.

The walk begins with a study whose trials fail, so that its pages have something to show.
"""

import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.app import App

PAGES = (
    "/",
    "/?q=nothing-is-called-so",
    "/studies/new/",
    "/studies/new/?dataset=diabetes",
    "/studies/{good}/",
    "/studies/{good}/trials/",
    "/studies/{good}/trials/?sort=value&state=failed&q=nothing",
    "/studies/{good}/result/",
    "/studies/{good}/space/",
    "/studies/{good}/enqueue/",
    "/studies/{good}/trials/0/",
    "/studies/{bad}/",
    "/studies/{bad}/trials/",
    "/studies/{bad}/failures/",
    "/studies/{bad}/trials/0/",
    "/datasets/",
    "/datasets/iris/",
    "/spaces/",
    "/spaces/new/",
    "/workers/",
)
GOOD = {
    "name": "Two families on flowers with a name that is long enough to be cut somewhere, whatever the width",
    "objective": {
        "kind": "model",
        "models": ["decision_tree_classifier", "gaussian_nb"],
        "dataset": "iris",
        "validation": {"kind": "holdout"},
    },
    "optimizer": {"name": "random"},
    "budget": {"trials": 4},
}
BAD = {
    "name": "It raises",
    "objective": {"kind": "function", "name": "fails"},
    "optimizer": {"name": "random"},
    "budget": {"trials": 3, "failures": 2},
}
#: How far the page sticks out to the right, whether its ground is the theme's, and its main headings.
LOOK = """() => {
  const root = document.documentElement;
  const probe = document.createElement("i");
  probe.style.color = "var(--page)";
  document.body.append(probe);
  const ground = getComputedStyle(probe).color;
  probe.remove();
  return {
    over: root.scrollWidth - root.clientWidth,
    ground: getComputedStyle(document.body).backgroundColor === ground,
    headings: document.querySelectorAll("h1").length,
  };
}"""


@pytest.fixture
def console(browser_page: Page) -> list[str]:
    """What went wrong in the console of any page; a page that does not exist is no news to it."""
    said: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{browser_page.url}: {message.text}")

    browser_page.on("console", on_console)
    return said


def test_every_page_on_a_phone_and_in_the_dark(owner_page: Page, running_app: App, console: list[str]):
    page, owner = owner_page, running_app.signed_in()
    good, bad = (owner.post("/api/v1/studies", body).json()["id"] for body in (GOOD, BAD))
    page.goto(f"{running_app.url}/studies/{bad}/")
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible(timeout=60_000)
    page.goto(f"{running_app.url}/studies/{good}/result/")
    expect(page.get_by_text("rows that the search never saw").first).to_be_visible(timeout=90_000)

    page.set_viewport_size({"width": 390, "height": 844})
    for address in PAGES:
        page.goto(running_app.url + address.format(good=good, bad=bad))
        for _ in ("as it was left by the page before", "the other"):
            theme = page.evaluate("localStorage.getItem('theme') ?? 'light'")
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            expect(page.locator("[data-chart][data-state=loading]")).to_have_count(0)
            assert page.evaluate(LOOK) == {"over": 0, "ground": True, "headings": 1}, (theme, address)
            page.locator("[data-theme-switch]").first.dispatch_event("click")
        page.locator("[data-theme-switch]").first.dispatch_event("click")
    assert console == []


def test_from_a_failed_study_to_its_traceback_and_back_to_work(owner_page: Page, running_app: App):
    page = owner_page
    assert running_app.signed_in().post("/api/v1/studies", BAD | {"name": "It raises again"}).status == 201
    page.goto(running_app.url + "/")
    row = page.locator(".studies-table tbody tr", has_text="It raises again")
    expect(row).to_contain_text("Failed", timeout=60_000)
    row.get_by_role("link", name="It raises again").click()
    page.get_by_role("navigation", name="Study").get_by_role("link", name=re.compile("Failures")).click()
    groups = page.locator("#study-failures")
    expect(groups.locator(".failure-count")).to_have_text("2trials")
    groups.get_by_text("Traceback of trial").click()
    expect(groups.locator("pre")).to_contain_text("raise TrainingError")
    groups.get_by_role("button", name="Retry these").click()
    expect(page.get_by_text("2 trials will be tried again")).to_be_visible()
    expect(groups).to_contain_text("2 retried already", timeout=60_000)
    groups.get_by_role("link", name="all in the table").click()
    expect(page.locator("tbody tr").first).to_contain_text("Failed")
