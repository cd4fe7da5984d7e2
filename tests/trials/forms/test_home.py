"""The home page's address: read without complaint, written back without what needs no saying."""

import pytest

from trials.forms.home import Asked


def test_everything_asked_for_stands_in_the_address():
    asked = Asked(q="wine ridge", state="failed", tag="a,b&c", owner="ann", sort="gain", page=3)
    pairs = dict(pair.split("=") for pair in asked.query(page=3)[1:].split("&"))
    assert pairs == {
        "q": "wine+ridge",
        "state": "failed",
        "tag": "a%2Cb%26c",
        "owner": "ann",
        "sort": "gain",
        "page": "3",
    }
    assert Asked.read({"q": "wine ridge", "sort": "gain", "page": "3"}).words == ["wine", "ridge"]


def test_defaults_are_left_out_and_another_filter_begins_at_the_first_page():
    assert Asked().query() == "?"
    assert Asked(q="x", page=4).query(state="paused") == "?q=x&state=paused"


@pytest.mark.parametrize("page", ["0", "x", "-1", "99999999999", "²", ""])
def test_a_page_that_is_none_is_the_first(page: str):
    assert Asked.read({"page": page}).page == 1


def test_what_no_database_can_hold_is_dropped():
    asked = Asked.read({"q": "\x00a" + "b" * 500, "sort": "rm -rf", "tag": " x "})
    assert (len(asked.q), asked.q[:2], asked.sort, asked.tag) == (200, "ab", "newest", "x")
