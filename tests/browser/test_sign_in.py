"""Signing in, as a person does it: by following the link from the terminal."""

from playwright.sync_api import Page, expect

from tests.app import App


def test_whoever_is_signed_in_sees_the_studies(owner_page: Page, running_app: App):
    expect(owner_page).to_have_url(running_app.url + "/")
    expect(owner_page.locator("h1")).to_have_text("Studies")


def test_a_stranger_is_sent_to_the_sign_in_page(browser_page: Page, running_app: App):
    browser_page.goto(running_app.url + "/studies/new/")
    expect(browser_page).to_have_url(running_app.url + "/sign-in/?next=/studies/new/")
    expect(browser_page.locator("h1")).to_have_text("Sign in with your link")
