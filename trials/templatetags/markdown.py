"""Markdown as HTML that is safe in any page; used by the filter `markdown`."""

from functools import cache
from typing import Any

from django.utils.safestring import SafeString


@cache
def _reader() -> Any:
    from markdown_it import MarkdownIt  # with the first note: most processes never render one

    # CommonMark and tables. HTML is text; a picture would be a request to somewhere else, so it is text too.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("heading_close", _heading)
    return reader


def _link(reader: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    tokens[place].attrSet("rel", "noopener noreferrer nofollow")
    return str(reader.renderToken(tokens, place, options, env))


def _heading(reader: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    """Two levels lower: the page has headings of its own above."""
    token = tokens[place]
    if len(token.tag) == 2 and token.tag[0] == "h":
        token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return str(reader.renderToken(tokens, place, options, env))


def markdown(source: str) -> SafeString:
    """Return the source as HTML: no tag, script or address comes through that the reader did not make."""
    return SafeString(_reader().render(source))
