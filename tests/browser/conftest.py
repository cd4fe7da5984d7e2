"""A real Chromium for the tests that look at pages. No Chromium is a failure, never a skip."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests import chromium
from tests.app import App

# Playwright keeps an event loop in the tests' thread, which Django would refuse to query under.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

LOCAL = {"127.0.0.1", "localhost", None}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.require(), args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile: no cookies, nothing stored. Animations are off, the window is a laptop's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Iterator[Page]:
    """An empty page. The test fails when a script fails, the security policy is hurt, or anything is
    fetched from another machine."""
    page = browser_context.new_page()
    problems: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            problems.append(message.text)

    def on_request(request: Request) -> None:
        if request.url.startswith("http") and urlsplit(request.url).hostname not in LOCAL:
            problems.append(f"fetched from elsewhere: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    yield page
    assert problems == []


@pytest.fixture(scope="package")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One application for all of this process's tests here, which only use it and never stop parts of it."""
    app = App(tmp_path_factory.mktemp("running") / "home")
    try:
        app.start()
        yield app
    finally:
        app.close()


@pytest.fixture
def owner_page(browser_page: Page, running_app: App) -> Page:
    """A page on the running application, signed in as its owner, showing the list of studies."""
    cookies = running_app.signed_in().cookies
    browser_page.context.add_cookies(
        [{"name": name, "value": value, "url": running_app.url} for name, value in cookies.items()]
    )
    browser_page.goto(running_app.url + "/")
    return browser_page
