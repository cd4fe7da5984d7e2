"""JSON and Python literals as people read them, one parameter to a line; for the panes beside the forms."""

import json
from collections.abc import Callable
from typing import Any

#: Objects and lists longer than this are broken into lines.
WIDEST = 40

Write = Callable[[Any], str]


def json_flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def python_flat(value: Any) -> str:
    """A JSON value as a Python literal on one line."""
    if isinstance(value, dict):
        items = (f"{json_flat(str(key))}: {python_flat(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(python_flat, value)) + "]"
    return json_flat(value) if isinstance(value, str) else repr(value)


def json_text(value: Any, indent: int = 0, column: int | None = None, write: Write = json_flat) -> str:
    """A value whose objects fill their lines, and whose lists of objects have a line or more for each.

    `indent` is where the lines of the value begin, `column` where its first one does; `write` the notation.
    """
    flat = write(value)
    column = indent if column is None else column
    if column + len(flat) <= WIDEST or not isinstance(value, dict | list) or not value:
        return flat
    if isinstance(value, dict):
        parts = [(f"{json_flat(str(key))}: ", item) for key, item in value.items()]
        return "{" + _filled(parts, indent + 1, column + 1, write) + "}"
    if not any(isinstance(item, dict | list) for item in value):
        return "[" + _filled([("", item) for item in value], indent + 1, column + 1, write) + "]"
    pad = " " * (indent + 1)
    return "[\n" + ",\n".join(pad + json_text(item, indent + 1, write=write) for item in value) + "]"


def _filled(parts: list[tuple[str, Any]], indent: int, column: int, write: Write) -> str:
    """Keys with their values behind one another, on a new line where the old one is full."""
    lines = [""]
    for position, (key, item) in enumerate(parts):
        length = len(key) + len(write(item))
        if position and (column + 2 + length > WIDEST or lines[-1].endswith("\n")):
            lines[-1] = lines[-1].removesuffix("\n") + ","
            lines.append(" " * indent)
            column = indent
        elif position:
            lines[-1] += ", "
            column += 2
        text = key + json_text(item, indent, column + len(key), write)
        lines[-1] += text + ("\n" if "\n" in text else "")
        column += length
    return "\n".join(lines).removesuffix("\n")
