"""The table of trials in a real browser: sort by keyboard, filter by form and by a drag, tick, download."""

import csv
import io
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.app import App, Client

SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"], "default": "rbf"},
        {"name": "C", "type": "float", "low": 0.001, "high": 1000, "log": True, "default": 1.0},
        {"name": "gamma", "type": "float", "low": 0.001, "high": 1, "log": True, "when": {"kernel": ["rbf"]}},
    ]
}


@pytest.fixture(scope="module")
def study(running_app: App) -> int:
    """An ended study of 30 trials that were trained outside."""
    api = running_app.client(running_app.make_token())
    body = {
        "name": "Table",
        "objective": {"kind": "external"},
        "space": SPACE,
        "metrics": ["loss"],
        "directions": ["minimize"],
        "optimizer": {"name": "random"},
        "budget": {"trials": 30},
        "parallelism": 30,
        "seed": 3,
    }
    pk = int(api.post("/api/v1/studies", body).json()["id"])
    asked = 0
    while asked < 30:
        trials = api.post(f"/api/v1/studies/{pk}/ask", {"count": 30 - asked, "worker": "box"}).json()[
            "trials"
        ]
        asked += len(trials)
        for trial in trials:
            tell(api, pk, trial)
    return pk


def tell(api: Client, pk: int, trial: dict) -> None:
    value = abs(trial["params"]["C"] - 1) / 1000 + (0.1 if trial["params"]["kernel"] == "linear" else 0)
    answer = {"token": trial["token"], "state": "complete", "value": value}
    if trial["number"] == 7:
        answer = {"token": trial["token"], "state": "failed", "error": "Out of memory on the box"}
    assert api.post(f"/api/v1/studies/{pk}/trials/{trial['number']}/tell", answer).status == 200


def numbers(page: Page) -> list[int]:
    boxes = page.locator('#study-trials tbody input[name="ticked"]')
    return [int(value) for value in boxes.evaluate_all("boxes => boxes.map((box) => box.value)")]


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.browser
def test_a_selection_is_made_kept_shared_and_downloaded(owner_page: Page, running_app: App, study: int):
    page = owner_page
    page.goto(f"{running_app.url}/studies/{study}/trials/")
    expect(page.locator("#configurations svg .parallel-lines path")).to_have_count(29)
    expect(page.locator("#configurations .parallel-lane")).to_be_attached()
    expect(page.locator("#configurations [data-sentence]")).to_contain_text("All 29 complete trials")
    sort_by_keyboard(page)
    filter_by_form(page)
    filter_by_a_drag(page)
    tick_and_download(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def sort_by_keyboard(page: Page) -> None:
    page.evaluate("window.neverReloaded = true")
    page.get_by_role("columnheader", name="Loss").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Loss")
    assert asked(page) == {"sort": ["value"]}


def filter_by_form(page: Page) -> None:
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("C, at least").fill("5")
    page.get_by_label("C, at most").fill("1")
    page.get_by_label("C, at most").press("Enter")
    expect(page.get_by_text("1 is below the lower end, 5.")).to_be_visible()
    expect(page.get_by_label("C, at least")).to_have_value("5")
    page.get_by_label("C, at least").fill("0.01")
    page.get_by_label("C, at most").fill("100")
    page.locator(".filter-pop").get_by_label("rbf", exact=True).check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Without: kernel rbf")).to_be_visible()
    assert asked(page) == {
        "sort": ["value"], "param:C.min": ["0.01"], "param:C.max": ["100"], "param:kernel": ["rbf"],
    }  # fmt: skip
    expect(page.locator("#configurations [data-sentence]")).to_contain_text("selected complete trials")
    page.locator("summary", has_text="Columns").click()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Columns")).to_be_focused()
    expect(page.get_by_role("button", name="Show these")).to_be_hidden()


def filter_by_a_drag(page: Page) -> None:
    """The lower half of the last axis, the value's; the table and the lines follow."""
    before = len(numbers(page))
    handle = page.locator("#configurations .handle").last.bounding_box()
    assert handle is not None
    middle, bottom = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"]
    page.mouse.move(middle, bottom - 2)
    page.mouse.down()
    page.mouse.move(middle, bottom - handle["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.get_by_role("link", name="Without: Loss up to")).to_be_visible()
    assert 0 < len(numbers(page)) < before
    expect(page.locator("#configurations .brush")).to_have_count(3)
    page.get_by_role("link", name="Without: Loss up to").click()
    expect(page.get_by_role("link", name="Without: Loss up to")).to_have_count(0)
    assert len(numbers(page)) == before


def tick_and_download(page: Page) -> None:
    first, second = numbers(page)[:2]
    page.get_by_label(f"Tick trial {first}", exact=True).check()
    page.get_by_label(f"Tick trial {second}", exact=True).check()
    expect(page.locator("#ticks")).to_contain_text("2 trials ticked")
    wanted = sorted([first, second])
    assert asked(page)["ticked"] == [",".join(map(str, wanted))]
    with page.expect_download() as download:
        page.locator("#ticks").get_by_role("link", name="JSON").click()
    assert [trial["number"] for trial in json.loads(download.value.path().read_text())] == wanted
    with page.expect_download() as download:
        page.locator(".table-bar").get_by_role("link", name="CSV").click()
    rows = csv.DictReader(io.StringIO(download.value.path().read_text()))
    assert [int(row["number"]) for row in rows] == numbers(page)
    page.get_by_role("columnheader", name="gamma").get_by_role("link").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("gamma")
    assert asked(page)["ticked"] == [",".join(map(str, wanted))], "ticks stay while the table is sorted"
    assert page.evaluate("window.neverReloaded")
    page.reload()
    expect(page.get_by_label(f"Tick trial {first}", exact=True)).to_be_checked()
    page.get_by_role("link", name="Show only these").click()
    expect(page.get_by_text("1 to 2 of 2")).to_be_visible()
