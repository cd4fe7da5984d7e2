"""The home page in a real browser: found while typing, kept in the address, nothing lost by a live update."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.app import App

#: Words of the bottom bar that reach the edge of the screen or of their own place, within 2 px.
CRAMPED = """[...document.querySelectorAll(".bottombar a")].flatMap((link) => {
  const word = document.createRange();
  word.selectNodeContents(link.lastChild);
  const [inner, outer] = [word.getBoundingClientRect(), link.getBoundingClientRect()];
  const cramped = inner.left < outer.left + 2 || inner.right > Math.min(outer.right, innerWidth) - 2;
  return cramped ? [link.textContent] : [];
})"""


def middle(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def test_searching_choosing_an_order_and_looking_at_the_workers(owner_page: Page, running_app: App):
    page, token = owner_page, running_app.make_token()
    program = running_app.client(token)
    for name, tags in {"Quartz one": ["rock"], "Quartz two": [], "Basalt": ["rock"]}.items():
        body = {"name": name, "tags": tags, "objective": {"kind": "external"}, "space": SPACE}
        assert program.post("/api/v1/studies", body).status == 201
    page.goto(running_app.url + "/")
    rows = page.locator(".studies-table tbody tr")

    page.keyboard.press("/")
    page.keyboard.type("quartz")
    expect(rows).to_have_count(2)
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    expect(search).to_have_value("quartz")
    page.get_by_label("Sort").select_option("name")
    expect(rows.first).to_contain_text("Quartz one")
    expect(page).to_have_url(re.compile(r"\?q=quartz&sort=name$"))
    page.reload()
    expect(rows).to_have_count(2)
    expect(search).to_have_value("quartz")

    page.get_by_role("link", name="rock", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?tag=rock$"))
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Basalt")

    for width in (320, 430, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CRAMPED) == []
    box, about = rows.first.get_by_role("checkbox"), rows.first.locator(".about")
    assert abs(middle(box) - middle(about)) < 15, "the box costs no line of its own"
    page.get_by_role("navigation", name="Main, for small screens").get_by_role("link", name="Workers").click()
    expect(page.locator("#worker-list")).to_contain_text("trains")
    expect(page.locator("#worker-list")).to_contain_text("core")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


SPACE = {"parameters": [{"name": "x", "type": "float", "low": 0, "high": 1}]}
