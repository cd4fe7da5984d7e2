"""Colours for Python source in a page: keywords, numbers, texts; used by the filter `highlighted`."""

import io
import keyword
import tokenize

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def highlight(source: str) -> SafeString:
    """Return the source as escaped HTML, a span around what has a colour; unparsable source stays plain."""
    lines = source.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return escape(source)
    parts: list[SafeString] = []
    row, column = 1, 0
    for token in tokens:
        kind = _kind(token)
        if kind is None:
            continue
        parts.append(escape(_between(lines, (row, column), token.start)))
        parts.append(format_html('<span class="{}">{}</span>', kind, token.string))
        row, column = token.end
    parts.append(escape(_between(lines, (row, column), (len(lines) + 1, 0))))
    # Every part is escaped already.
    return mark_safe("".join(parts))


def _kind(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "keyword"
    return {tokenize.NUMBER: "number", tokenize.STRING: "string"}.get(token.type)


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    (row, column), (last, stop) = start, end
    if row > len(lines):
        return ""
    if row == last:
        return lines[row - 1][column:stop]
    tail = lines[last - 1][:stop] if last <= len(lines) else ""
    return lines[row - 1][column:] + "".join(lines[row : last - 1]) + tail
