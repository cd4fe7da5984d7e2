"""A study's JSON as people read it, one parameter to a line, with words and numbers marked; for the form."""

import json
import re
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Objects and lists longer than this are broken into lines.
WIDEST = 40
TOKENS = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)')


def json_text(value: Any, indent: int = 0, column: int | None = None) -> str:
    """JSON whose objects fill their lines, and whose lists of objects have a line or more for each.

    `indent` is where the lines of the value begin, `column` where its first one does.
    """
    flat = json.dumps(value, ensure_ascii=False)
    column = indent if column is None else column
    if column + len(flat) <= WIDEST or not isinstance(value, dict | list) or not value:
        return flat
    if isinstance(value, dict):
        parts = [(f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in value.items()]
        return "{" + _filled(parts, indent + 1, column + 1) + "}"
    if not any(isinstance(item, dict | list) for item in value):
        return "[" + _filled([("", item) for item in value], indent + 1, column + 1) + "]"
    pad = " " * (indent + 1)
    return "[\n" + ",\n".join(pad + json_text(item, indent + 1) for item in value) + "]"


def _filled(parts: list[tuple[str, Any]], indent: int, column: int) -> str:
    """Keys with their values behind one another, on a new line where the old one is full."""
    lines = [""]
    for position, (key, item) in enumerate(parts):
        length = len(key) + len(json.dumps(item, ensure_ascii=False))
        if position and (column + 2 + length > WIDEST or lines[-1].endswith("\n")):
            lines[-1] = lines[-1].removesuffix("\n") + ","
            lines.append(" " * indent)
            column = indent
        elif position:
            lines[-1] += ", "
            column += 2
        text = key + json_text(item, indent, column + len(key))
        lines[-1] += text + ("\n" if "\n" in text else "")
        column += length
    return "\n".join(lines).removesuffix("\n")


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
