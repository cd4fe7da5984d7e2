"""Puts the tables and the picture of the reported half into the documents. Called by the report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PICTURE = DOCS / "images" / "optimizers.svg"
PAGE = DOCS / "benchmarks.md"


def publish(tables: Mapping[str, Sequence[str]], picture: str) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- end of name -->` for each table's name.

    Raises ValueError for a name the page does not have.
    """
    text = PAGE.read_text()
    for name, lines in tables.items():
        text = replaced(text, name, "\n".join(lines))
    PAGE.write_text(text)
    PICTURE.write_text(picture)


def replaced(text: str, name: str, block: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the page has no part between {begin} and {end}; add both lines")
    return pattern.sub(lambda _: f"{begin}\n\n{block}\n\n{end}", text)
