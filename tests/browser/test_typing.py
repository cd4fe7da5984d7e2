"""Typing into the new study form while answers are on their way: nothing that is typed is ever lost."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.app import App

expect.set_options(timeout=20_000)


class Line:
    """The way to the server; while it is held, requests wait until they are let go, one after the other."""

    def __init__(self, page: Page) -> None:
        self._page, self._held, self._waiting = page, False, list[Route]()
        page.route("**/studies/new/*/", self._take)

    def _take(self, route: Route) -> None:
        if self._held and urlsplit(route.request.url).path.endswith("/space/"):
            self._waiting.append(route)
        else:
            route.continue_()

    def hold(self) -> None:
        self._held = True

    def wait(self) -> None:
        """Until a request is waiting."""
        while not self._waiting:
            self._page.wait_for_timeout(10)

    def let_go(self) -> None:
        """Let the first request through, and wait for what its answer brings."""
        self.wait()
        route = self._waiting.pop(0)
        with self._page.expect_event("requestfinished", lambda request: request == route.request):
            route.continue_()

    def open(self) -> None:
        self._held = False
        while self._waiting:
            self.let_go()


@pytest.fixture
def form(owner_page: Page, running_app: App) -> Iterator[Page]:
    """The form; the test fails when an answer had no place on the page or a request was broken off."""
    errors: list[str] = []
    owner_page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    owner_page.goto(f"{running_app.url}/studies/new/?example=support-vectors")
    expect(owner_page.locator("#plan")).to_contain_text("60 trials")
    yield owner_page
    assert errors == []


def test_what_is_typed_while_an_answer_is_on_its_way_stays(form: Page):
    line = Line(form)
    trials = form.get_by_role("textbox", name="Trials", exact=True)
    form.get_by_role("radio", name="A function, to try things out").check()
    form.get_by_label("Function", exact=True).select_option("branin")
    expect(form.get_by_label("From, x1")).to_have_value("-5")
    line.hold()
    form.get_by_label("Seconds a trial sleeps").fill("3")
    trials.click()
    line.wait()
    trials.press("Control+a")
    form.keyboard.type("25", delay=60)
    form.keyboard.press("Tab")
    line.open()
    expect(form.locator("#plan")).to_contain_text("25 trials")
    expect(trials).to_have_value("25")
    expect(form.get_by_label("Seconds a trial sleeps")).to_have_value("3")


def test_an_answer_in_the_middle_of_a_word_does_not_split_it(form: Page):
    line = Line(form)
    trials = form.get_by_role("textbox", name="Trials", exact=True)
    line.hold()
    form.get_by_role("combobox", name="Model", exact=True).select_option("random_forest_classifier")
    trials.press("Control+a")
    form.keyboard.type("4")
    line.let_go()
    expect(form.get_by_label("From, n_estimators")).to_be_visible()
    expect(trials).to_be_focused()
    form.keyboard.type("7")
    expect(trials).to_have_value("47")
    line.open()
    expect(form.locator("#plan")).to_contain_text("47 trials")


def test_a_range_typed_while_the_model_changes_is_kept_with_its_model(form: Page):
    line = Line(form)
    model = form.get_by_role("combobox", name="Model", exact=True)
    line.hold()
    model.select_option("random_forest_classifier")
    line.wait()
    form.get_by_label("To, C", exact=True).fill("77")
    form.get_by_label("Add a choice").fill("cosine")
    form.get_by_label("Add a choice").press("Enter")
    line.let_go()
    line.open()
    expect(form.get_by_label("From, n_estimators")).to_be_visible()
    model.select_option("svc")
    expect(form.get_by_label("To, C", exact=True)).to_have_value("77")
    expect(form.locator("#id_row-0-choices")).to_have_value("linear, rbf, poly, sigmoid, cosine")


def test_a_second_choice_waits_for_the_answer_to_the_first(form: Page):
    line = Line(form)
    line.hold()
    form.get_by_role("button", name="Parameter", exact=True).click()
    line.wait()
    form.get_by_role("combobox", name="Data", exact=True).select_option("wine")
    form.get_by_label("To, C", exact=True).press("Control+a")
    form.keyboard.type("5")
    line.let_go()
    expect(form.locator("#id_row-5-name")).to_be_attached()
    expect(form.get_by_label("To, C", exact=True)).to_be_focused()
    form.keyboard.type("5")
    line.open()
    expect(form.locator("#plan")).to_contain_text("wine", ignore_case=True)
    expect(form.get_by_label("To, C", exact=True)).to_have_value("55")
