"""The new study page in a real browser: what scripts add to the form, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.app import App

#: The first answer about a model imports scikit-learn, which a busy machine needs its time for.
expect.set_options(timeout=20_000)


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
    expect(form.locator("#plan-json")).to_have_value(re.compile('"name": "random"'))


def test_an_error_appears_beside_its_field_and_goes_again(form: Page):
    low = form.get_by_label("From, C", exact=True)
    low.fill("5000")
    expect(form.locator("#id_row-1-low-error")).to_have_text(re.compile("From must be below To: 5000 ≥ 1000"))
    expect(low).to_have_attribute("aria-invalid", "true")
    low.fill("1e-3")
    expect(form.locator("#id_row-1-low-error")).to_have_count(0)
    expect(low).not_to_have_attribute("aria-invalid", "true")
    assert low.input_value() == "1e-3"


def test_an_answer_of_many_pieces_is_looked_through_once(form: Page):
    """Once for every piece, it held a slow machine up for seconds."""
    form.evaluate("""() => {
      const find = Element.prototype.querySelectorAll;
      window.looks = 0;
      Element.prototype.querySelectorAll = function (selector) {
        if (selector.startsWith("[aria-describedby]")) window.looks++;
        return find.call(this, selector);
      };
    }""")
    form.get_by_label("To, C", exact=True).fill("77")
    expect(form.locator("#plan-json")).to_have_value(re.compile('"high": 77'))
    assert 1 <= form.evaluate("window.looks") <= 3


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
    default = form.locator(".cell-choices + .cell-default select").first.bounding_box()
    assert default is not None
    assert default["width"] > 100, "the name of a choice can be read"


def order(form: Page) -> list[str]:
    names = form.locator("#rows > .row [name$='-name']").all()
    return [name.input_value() for name in names]


def test_rows_are_moved_by_key_and_by_mouse(form: Page):
    form.get_by_label("From, C", exact=True).press("Alt+ArrowDown")
    assert order(form) == ["kernel", "gamma", "C", "degree", "coef0"]
    expect(form.locator("#announcer")).to_have_text("C is now 3 of 5")
    expect(form.get_by_label("From, C", exact=True)).to_be_focused()
    form.get_by_label("Move gamma", exact=True).focus()
    form.keyboard.press("ArrowUp")
    assert order(form) == ["gamma", "kernel", "C", "degree", "coef0"]
    expect(form.locator("#plan-json")).to_have_value(re.compile('"parameters": .\\s*{"name": "gamma"'))
    handle = form.get_by_label("Move coef0", exact=True)
    form.locator("#row-4").hover()  # where the page scrolls to, the rows are measured
    handle.hover()
    top = form.locator("#row-0").bounding_box()
    form.mouse.down()
    assert top is not None
    form.mouse.move(top["x"], top["y"] + 40, steps=6)
    form.mouse.move(top["x"], top["y"] + 4, steps=6)
    form.mouse.up()
    assert order(form)[:3] == ["gamma", "coef0", "kernel"]
    form.get_by_role("button", name="More about C", exact=True).click()
    form.locator("#row-1-more").get_by_role("button", name="Move down").click()
    assert order(form) == ["gamma", "coef0", "kernel", "degree", "C"]


def test_json_and_rows_follow_each_other(form: Page):
    pane = form.locator("#plan-json")
    form.get_by_label("To, C", exact=True).fill("77")
    expect(pane).to_have_value(re.compile('"low": 0.01, "high": 77'))
    pane.fill(pane.input_value().replace('"high": 77', '"high": 88'))
    expect(form.get_by_label("To, C", exact=True)).to_have_value("88")
    expect(pane).to_be_focused()
    broken = pane.input_value().replace('"low": 0.01,', '"low": 0.01')
    pane.fill(broken)
    expect(form.locator("#json-error")).to_contain_text("a comma is missing")
    form.get_by_label("To, C", exact=True).fill("99")
    expect(form.locator("#plan")).to_contain_text("60 trials")
    expect(form.locator("#json-source")).to_contain_text('"high": 99')
    assert pane.input_value() == broken
    form.locator("#json-error [data-line]").click()
    expect(pane).to_be_focused()
    form.get_by_role("button", name="Show the form’s JSON again").click()
    expect(pane).to_have_value(re.compile('"high": 99'))
    form.get_by_role("button", name="Python", exact=True).click()
    expect(form.locator("#plan-python")).to_contain_text("client.create_study(")


def test_a_belief_is_given_by_keyboard_alone(form: Page):
    form.get_by_role("button", name="More about C", exact=True).focus()
    form.keyboard.press("Enter")
    belief = form.get_by_label("Belief, C", exact=True)
    belief.focus()
    form.keyboard.type("log n")
    expect(form.get_by_label("Around, C", exact=True)).to_have_value("1")
    expect(belief).to_be_focused()
    form.keyboard.press("Tab")
    form.keyboard.press("Tab")
    expect(form.get_by_label("Give or take, C", exact=True)).to_be_focused()
    form.keyboard.type("10")
    expect(form.locator("#plan-json")).to_have_value(re.compile('"prior": {"name": "lognorm"'))
    expect(form.locator("#row-1-figure .prior")).to_have_count(1)
    form.get_by_role("button", name="More about kernel", exact=True).focus()
    form.keyboard.press("Enter")
    form.get_by_label("Belief, kernel", exact=True).fill("rbf = 3, linear = 0.5")
    expect(form.locator("#plan-json")).to_have_value(re.compile(r'"prior": \[0.5, 3, 1, 1\]'))


def test_ranges_are_saved_found_again_and_used(form: Page, running_app: App):
    form.get_by_label("To, C", exact=True).fill("777")
    form.get_by_text("Saved ranges…").click()
    form.get_by_label("Save these ranges as").fill("Wide support vectors")
    form.keyboard.press("Enter")
    expect(form.locator(".notice")).to_contain_text("Saved as “Wide support vectors”")
    form.goto(f"{running_app.url}/spaces/")
    form.get_by_role("link", name="Wide support vectors").click()
    form.get_by_label("From, C", exact=True).fill("0.5")
    expect(form.locator("#plan-json")).to_have_value(re.compile('"low": 0.5, "high": 777'))
    form.get_by_role("button", name="Save", exact=True).last.click()
    expect(form.get_by_text("Saved.")).to_be_visible()
    form.get_by_role("link", name="Use in a new study").click()
    expect(form.get_by_label("From, C", exact=True)).to_have_value("0.5")
    form.goto(f"{running_app.url}/spaces/")
    form.get_by_role("button", name="Delete Wide support vectors").click()
    form.get_by_role("button", name="Undo").click()
    expect(form.get_by_role("link", name="Wide support vectors")).to_be_visible()
