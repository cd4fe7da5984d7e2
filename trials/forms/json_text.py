"""A study's JSON as people read it, one parameter to a line, with words and numbers marked; for the form."""

import json
import re
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Objects and lists longer than this are broken into lines.
WIDEST = 46
TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)')


def json_text(value: Any, indent: int = 0) -> str:
    """JSON in which short objects stay on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    is_parameter = isinstance(value, dict) and "type" in value and "name" in value
    if len(flat) + indent <= WIDEST or is_parameter or not isinstance(value, dict | list) or not value:
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {json_text(item, indent + 2)}"
            for key, item in value.items()
        ]
        return "{" + f",\n{pad}".join(parts) + "}"
    return "[" + "".join(f"\n{pad}{json_text(item, indent + 1)}," for item in value).rstrip(",") + "]"


def marked(text: str) -> SafeString:
    """The text as HTML with keys, strings, numbers and words told apart."""
    pieces, position = [], 0
    for found in TOKENS.finditer(text):
        pieces.append(("", text[position : found.start()]))
        css = "key" if found[2] else "string" if found[1] else "number" if found[3] else "keyword"
        pieces.append((css, found[0].removesuffix(found[2] or "")))
        pieces.append(("", found[2] or ""))
        position = found.end()
    pieces.append(("", text[position:]))
    return format_html_join("", "{}", ((_span(css, piece),) for css, piece in pieces if piece))


def _span(css: str, piece: str) -> SafeString | str:
    return format_html('<span class="{}">{}</span>', css, piece) if css else piece
