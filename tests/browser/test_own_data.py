"""Own data, as a person brings them: upload, look, correct, save, tune a model on them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.trials.tables import customers


@pytest.mark.browser
def test_from_a_csv_to_a_finished_study(owner_page: Page, tmp_path: Path):
    page = owner_page
    bad, good = tmp_path / "picture.csv", tmp_path / "Shop customers.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    good.write_bytes(customers(120))

    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Data").click()
    empty = tmp_path / "empty.csv"
    empty.touch()
    page.get_by_label("CSV file").set_input_files(empty)
    expect(page.locator("#upload-error")).to_contain_text("empty.csv is empty")
    page.get_by_label("CSV file").set_input_files(bad)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.locator("#upload-error")).to_contain_text("PNG picture")

    page.get_by_label("CSV file").set_input_files(good)
    expect(page.locator("#upload-error")).to_be_empty()
    page.get_by_role("button", name="Upload and look").click()
    page.wait_for_url(re.compile(r"/datasets/upload/\w+/$"))
    words = page.locator("#words")
    expect(words).to_contain_text("Predict segment (3 classes) from 6 columns")
    expect(page.get_by_role("checkbox", name="Use customer_id")).not_to_be_checked()

    page.get_by_label("Type of city").focus()
    page.get_by_label("Type of city").select_option("number")
    expect(page.get_by_text("which is not a number")).to_be_visible()
    expect(page.get_by_label("Type of city")).to_be_focused()
    page.get_by_label("Type of city").select_option("category")
    expect(page.get_by_text("which is not a number")).to_have_count(0)
    page.get_by_role("checkbox", name="Use comment").uncheck()
    expect(words).to_contain_text("from 5 columns")
    page.get_by_role("combobox", name="Column").select_option("income")
    expect(page.get_by_role("radio", name="Regression")).to_be_checked()
    page.get_by_role("combobox", name="Column").select_option("segment")
    expect(words).to_contain_text("Predict segment")
    page.get_by_label("Title").fill("Our shop")
    page.get_by_label("Name for studies and the API").fill("our shop")
    page.get_by_role("button", name="Save data set").click()
    expect(page.locator("#name-error")).to_contain_text("such as our-shop")
    page.get_by_label("Name for studies and the API").fill("our-shop")
    page.get_by_role("button", name="Save data set").click()

    page.wait_for_url(re.compile(r"/datasets/our-shop/$"))
    expect(page.get_by_role("heading", name="Our shop")).to_be_visible()
    page.get_by_role("link", name="Use in a new study").click()
    expect(page.get_by_role("combobox", name="Data", exact=True)).to_have_value("our-shop")
    page.wait_for_load_state()
    page.get_by_role("textbox", name="Trials", exact=True).fill("3")
    expect(page.locator("#plan")).to_contain_text("3 trials")
    page.get_by_role("button", name="Start study").last.click()
    page.wait_for_url(re.compile(r"/studies/\d+/$"))
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=120_000)

    page.goto(page.url.split("/studies")[0] + "/datasets/our-shop/")
    expect(page.get_by_text("1 study uses it")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/datasets/", "/datasets/our-shop/"):
        page.goto(page.url.split("/datasets")[0] + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
