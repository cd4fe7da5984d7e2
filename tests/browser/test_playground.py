"""The playground in a real browser with real workers: drawn, quiet, accessible; by mouse and by keyboard."""

import re

from playwright.sync_api import Page, expect

from tests.app import App
from tests.browser.accessibility import serious_findings

#: Each picture on one screen of two; both themes and both widths are among them.
SCREENS = (
    ("grid-or-random", "light", 1440),
    ("three-searches", "dark", 390),
    ("one-dimension", "light", 390),
    ("generations", "dark", 1440),
    ("halving", "light", 1440),
)


def test_all_pictures_are_drawn_and_the_model_is_fed_by_hand(owner_page: Page, running_app: App):
    page = owner_page
    problems: list[str] = []
    page.on("console", lambda said: said.type in ("error", "warning") and problems.append(said.text))
    for name, theme, width in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"localStorage.setItem('theme', '{theme}')")
        page.goto(f"{running_app.url}/playground/{name}/")
        expect(page.locator('[data-chart]:not([data-state="ready"])')).to_have_count(0, timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert serious_findings(page) == [], (name, theme, width)
    step_by_keyboard(page)
    feed_the_model(page, running_app)
    assert problems == []
    say_what_is_wrong(page)


def step_by_keyboard(page: Page) -> None:
    """With less motion asked for there is no Play button; the steps remain."""
    slider = page.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("rung 4 of 4"))
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("rung 1 of 4: 27 configurations"))
    alive = "document.querySelector('[data-panel=curves]').data[3].x.length"
    page.get_by_role("button", name="The next step").click()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("rung 2 of 4: 9 configurations"))
    assert page.evaluate(alive) == 9


def feed_the_model(page: Page, running_app: App) -> None:
    """A click and the fields each add a point, the next one is tried, one removed; the address keeps all."""
    page.goto(f"{running_app.url}/playground/one-dimension/?source=mine&points=0.1:0.6,0.5:0.4,0.9:0.7")
    said, points = page.locator("#said"), page.get_by_role("list", name="Points").get_by_role("button")
    expect(said).to_contain_text("It would look next", timeout=30_000)
    before = said.inner_text()
    surface = page.locator("[data-panel=model] .nsewdrag").first.bounding_box()
    assert surface is not None
    page.mouse.click(surface["x"] + 0.3 * surface["width"], surface["y"] + 0.5 * surface["height"])
    expect(points).to_have_count(4)
    expect(said).not_to_have_text(before)
    x, y = map(float, page.url.rsplit("%2C", 1)[1].split("%3A"))
    assert abs(x - 0.3) < 0.02
    assert abs(y - 0.5) < 0.1
    page.get_by_label("x", exact=True).fill("0.75")
    page.get_by_label("value", exact=True).fill("0.2")
    page.keyboard.press("Enter")
    expect(points).to_have_count(5)
    expect(page).to_have_url(re.compile(r"0\.75%3A0\.2"))
    page.get_by_role("button", name="Remove the point at x 0.1").click()
    expect(points).to_have_count(4)
    page.get_by_label("Values come from").select_option("curve")
    page.get_by_role("button", name="Try the next point").click()
    expect(points).to_have_count(5)


def say_what_is_wrong(page: Page) -> None:
    exploration = page.get_by_label("Exploration", exact=True)
    exploration.fill("7")
    expect(page.get_by_text("Exploration has to be a number from 0 to 1, not “7”.")).to_be_visible()
    expect(exploration).to_have_attribute("aria-invalid", "true")
    exploration.fill("1")
    expect(exploration).not_to_have_attribute("aria-invalid", "true")
