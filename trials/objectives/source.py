"""Python source from calls and imports, laid out for people to read; used by `script` and the
catalogue of models."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from trials.objectives.recipe import Call, Imported, Name

WIDTH = 88
STEP = 4
BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}")}
#: From so many neighbouring positions on a range is shorter.
LONG_RUN = 8


def assigned(value: Call, variable: str) -> str:
    """Source that imports what `value` needs and binds what it makes to `variable`."""
    head = "\n".join(filter(str.strip, imports(value.imported())))
    return f"{head}\n{variable} = {laid_out(value, before=len(variable) + 3)}\n"


def laid_out(value: Any, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """A value as source: on one line where it fits, else one argument or item to a line.

    Args:
        indent: blanks before the line it begins in. before, after: characters beside it on its line.
    """
    flat = flat_source(value)
    if indent + before + len(flat) + after <= WIDTH:
        return flat
    if isinstance(value, Call):
        items = [("", argument) for argument in value.arguments]
        items += [(f"{key}=", argument) for key, argument in value.keywords.items()]
        return _block(f"{_short(value.target)}(", items, ")", indent)
    if isinstance(value, list | tuple | set):
        opening, closing = next(pair for kind, pair in BRACKETS.items() if isinstance(value, kind))
        if all(isinstance(item, int | float | str) for item in value):
            ordered = sorted(value) if isinstance(value, set) else value
            return _filled(opening, [flat_source(item) for item in ordered], closing, indent)
        return _block(opening, [("", item) for item in value], closing, indent)
    return flat


def _block(opening: str, items: Iterable[tuple[str, Any]], closing: str, indent: int) -> str:
    inner = indent + STEP
    lines = [
        f"{' ' * inner}{name}{laid_out(item, inner, before=len(name), after=1)}," for name, item in items
    ]
    return "\n".join([opening, *lines, f"{' ' * indent}{closing}"])


def _filled(opening: str, words: list[str], closing: str, indent: int) -> str:
    """As many items to a line as fit."""
    inner = " " * (indent + STEP)
    glued = " ".join(f"{word.replace(' ', chr(0))}," for word in words)
    lines = textwrap.wrap(
        glued, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join([opening, *lines, f"{' ' * indent}{closing}"]).replace(chr(0), " ")


def flat_source(value: Any) -> str:
    """A value as source on one line."""
    if isinstance(value, Call):
        written = [flat_source(argument) for argument in value.arguments]
        written += [f"{key}={flat_source(argument)}" for key, argument in value.keywords.items()]
        return f"{_short(value.target)}({', '.join(written)})"
    if isinstance(value, Name):
        return _short(value.target)
    if isinstance(value, list):
        return _run(value) or f"[{', '.join(map(flat_source, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(flat_source, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, set):
        return f"{{{', '.join(map(flat_source, sorted(value)))}}}"
    return '"' + value + '"' if isinstance(value, str) and _plain(value) else repr(value)


def _run(items: list[Any]) -> str:
    """A long list of neighbouring whole numbers as a range; "" for any other list."""
    whole = all(type(item) is int for item in items)
    if len(items) < LONG_RUN or not whole or any(after - item != 1 for item, after in pairwise(items)):
        return ""
    return f"list(range({items[0]}, {items[-1] + 1}))"


def _plain(text: str) -> bool:
    return text.isprintable() and '"' not in text and "\\" not in text


def _short(target: str) -> str:
    return target.rpartition(".")[2]


def imports(needed: Imported) -> tuple[str, str]:
    """Sorted import lines for (module, ".", name), "" for the module itself: the standard library's, and the
    others'.
    """
    modules: dict[str, list[str]] = {}
    for module, _, name in sorted(needed):
        modules.setdefault(module, []).append(name)
    groups: dict[bool, list[str]] = {True: [], False: []}
    for module, names in sorted(modules.items(), key=lambda item: (item[1] != [""], item[0])):
        groups[module.partition(".")[0] in sys.stdlib_module_names].append(_import(module, names))
    return "\n".join(groups[True]) + "\n", "\n".join(groups[False]) + "\n"


def _import(module: str, names: list[str]) -> str:
    if names == [""]:
        return f"import {module}"
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"
