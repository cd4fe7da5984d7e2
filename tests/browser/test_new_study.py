"""The new study page in a real browser: what scripts add to the form, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.app import App


@pytest.fixture
def form(owner_page: Page, running_app: App) -> Page:
    """The form with the example whose parameters depend on others."""
    owner_page.goto(f"{running_app.url}/studies/new/?example=support-vectors")
    return owner_page


def test_the_words_follow_what_is_typed(form: Page):
    form.get_by_role("textbox", name="Trials", exact=True).fill("25")
    expect(form.locator("#plan")).to_contain_text("25 trials")
    form.get_by_role("radio", name=re.compile("^random")).check()
    expect(form.locator("#plan")).to_contain_text("drawn at random")
    expect(form.locator("#plan-json")).to_contain_text('"name": "random"')


def test_an_error_appears_beside_its_field_and_goes_again(form: Page):
    low = form.get_by_label("From, C", exact=True)
    low.fill("5000")
    expect(form.locator("#id_row-1-low-error")).to_have_text(re.compile("From must be below To: 5000 ≥ 1000"))
    expect(low).to_have_attribute("aria-invalid", "true")
    low.fill("1e-3")
    expect(form.locator("#id_row-1-low-error")).to_have_count(0)
    expect(low).not_to_have_attribute("aria-invalid", "true")
    assert low.input_value() == "1e-3"


def test_choices_are_edited_by_keyboard(form: Page):
    add = form.get_by_label("Add a choice")
    add.fill("cosine")
    add.press("Enter")
    expect(form.get_by_role("button", name="Remove cosine")).to_be_visible()
    expect(form.get_by_label("Default, kernel")).to_contain_text("cosine")
    expect(form.locator("#id_row-0-choices")).to_have_value("linear, rbf, poly, sigmoid, cosine")
    form.get_by_label("Add a choice").press("Backspace")
    expect(form.locator("#id_row-0-choices")).to_have_value("linear, rbf, poly, sigmoid")
    expect(form.get_by_label("Add a choice")).to_be_focused()


def test_a_condition_is_made_by_clicking(form: Page):
    form.get_by_role("button", name=re.compile("^C is active when")).click()
    more = form.locator("#row-1-more")
    more.get_by_role("button", name="rbf").click()
    more.get_by_role("button", name="poly").click()
    expect(form.locator("#id_row-1-when")).to_have_value("kernel = rbf, poly")
    more.get_by_label("degree, from").fill("3")
    expect(form.locator("#id_row-1-when")).to_have_value("kernel = rbf, poly; degree ≥ 3")
    expect(form.locator("#space-note")).to_contain_text("4 conditions")
    more.get_by_label("Active when, C").fill("kernel = sigmoid")
    expect(more.get_by_role("button", name="sigmoid")).to_have_attribute("aria-pressed", "true")


def test_a_removed_row_can_be_put_back(form: Page):
    form.get_by_label("Remove kernel").check()
    expect(form.locator("#id_row-2-when-error")).to_contain_text("no parameter “kernel”")
    form.locator("#row-0 .put-back").click()
    expect(form.locator("#id_row-2-when-error")).to_have_count(0)


def test_another_model_brings_its_ranges_and_the_edited_ones_come_back(form: Page):
    form.get_by_label("To, C", exact=True).fill("77")
    model = form.get_by_role("combobox", name="Model", exact=True)
    model.select_option("random_forest_classifier")
    expect(form.get_by_label("From, n_estimators")).to_be_visible()
    model.select_option("svc")
    expect(form.get_by_label("To, C", exact=True)).to_have_value("77")


def test_enter_in_a_field_starts_nothing(form: Page):
    form.get_by_label("To, C", exact=True).press("Enter")
    expect(form.locator("#plan")).to_contain_text("parameters")
    assert "/studies/new/" in form.url


def test_a_new_row_is_ready_to_be_typed_into(form: Page):
    form.get_by_role("button", name="Parameter", exact=True).click()
    expect(form.locator("#id_row-5-name")).to_be_focused()


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_page_is_never_wider_than_its_window(form: Page, width: int):
    form.set_viewport_size({"width": width, "height": 800})
    form.get_by_role("button", name=re.compile("^gamma is active when")).click()
    assert form.evaluate("document.documentElement.scrollWidth") <= width
