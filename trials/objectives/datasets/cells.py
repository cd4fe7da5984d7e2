"""What a cell of a table means: missing, a number, a date, yes or no; used by `scan` and `uploaded` alike,
so that a training reads what the preview showed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

#: Cells that say that there is no value; more of them can be named for a table.
MISSING = frozenset(
    {"", "NA", "na", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "NULL", "Null", "null", "None", "none"}
    | {"?", "-", "--", "inf", "-inf", "Inf", "-Inf", "Infinity", "-Infinity", "infinity", "-infinity"}
)
PAIRS = (("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t"))
YES = frozenset(yes for _, yes in PAIRS)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?")
DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400.0


def number(cell: str, decimal: str = ".") -> float:
    """The finite number a cell holds; ValueError when it holds none. Python's 1_000 is none."""
    if decimal == ",":
        if "." in cell:
            raise ValueError(cell)
        cell = cell.replace(",", ".")
    value = float(cell)
    if "_" in cell or not math.isfinite(value):
        raise ValueError(cell)
    return value


def numbers(cells: Sequence[str], decimal: str = ".") -> list[float]:
    """All of `cells` as numbers, fast; ValueError when one holds none."""
    joined = "\n".join(cells)
    if "_" in joined or (decimal == "," and "." in joined):
        raise ValueError("a cell holds no number")
    found = list(map(float, joined.replace(",", ".").split("\n") if decimal == "," else cells))
    if not all(map(math.isfinite, found)):
        raise ValueError("a number is too large")
    return found


def yes_no(cell: str) -> float:
    """1 for yes, true, y or t, 0 for their opposites, in any case; ValueError for all else."""
    word = cell.lower()
    if word in YES:
        return 1.0
    if any(word == no for no, _ in PAIRS):
        return 0.0
    raise ValueError(cell)


def is_yes_no(words: Iterable[str]) -> bool:
    """Whether `words` are all of one pair of opposites."""
    found = {word.lower() for word in words}
    return any(found <= set(pair) for pair in PAIRS)


@lru_cache(100_000)
def day(cell: str) -> float:
    """A date, with a time or without, as days since 1970; ValueError for all else.

    It is written as 2024-12-31, 2024-12-31 18:30:00 or 31.12.2024. Without a zone it is taken as UTC.
    """
    if ISO_DATE.fullmatch(cell):
        moment = datetime.fromisoformat(cell)
    elif dotted := DOTTED_DATE.fullmatch(cell):
        days, month, year = map(int, dotted.groups())
        moment = datetime.combine(date(year, month, days), datetime.min.time())
    else:
        raise ValueError(cell)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH).total_seconds() / DAY
