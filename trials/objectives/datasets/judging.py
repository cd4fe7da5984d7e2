"""Judges a scanned column: its type, whether it is better left out, what its picture shows; and guesses
target and task. Called by `scan` once all cells have gone by.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import cells as meaning
from .column_facts import SHOWN, ColumnFacts
from .info import Task
from .table import Type

BARS = 16
TOP = 8
MOST_CATEGORIES = 50
#: More classes than these are no classification that the models here are made for.
MOST_CLASSES = 200
CLASS_CHARACTERS = 200
FEW_WHOLE_NUMBERS = 20
ID_NAME = re.compile(
    r"(.*[_\W])?(id|ids|uid|uuid|guid|index|idx|nr|no|num|number|key|row|rownum|code)|column_1|.*[a-z]I[dD]",
    re.I,
)
ID_ROWS = 20
WORDS_OF_TEXT = 4.0
TARGET_NAMES = (
    *("target", "label", "class", "y", "outcome", "response", "diagnosis", "species", "churn", "survived"),
    *("default", "price", "quality", "result", "category", "output", "converted", "defaulted", "sales"),
)


def judged(column: ColumnFacts) -> dict[str, Any]:
    """All that is kept of a column, as JSON.

    name, type (the best guess), missing, distinct (None: too many to count), number and date ({misfits,
    line, value}: what speaks against reading it so), yesno (whether it can be), low, high, mean, bars (shares
    of the values in equal steps from low to high), top ([[value, rows], …], the most frequent), leave_out
    (why it had better be left out, or "").
    """
    kind = _type(column)
    counts = column.counts
    top = counts.most_common(TOP) if counts is not None else []
    return {
        "name": column.name,
        "type": kind,
        "missing": column.missing,
        "distinct": None if counts is None else len(counts),
        "number": column.numbers.to_dict(),
        "date": column.dates.to_dict(),
        "yesno": counts is not None and meaning.is_yes_no(counts),
        "top": [[value[:SHOWN], rows] for value, rows in top],
        "leave_out": _leave_out(column, kind),
        **(_measures(column) if column.measured else {}),
    }


def _type(column: ColumnFacts) -> Type:
    counts = column.counts
    if not column.present:
        return "number"
    if counts is not None and meaning.is_yes_no(counts):
        return "yesno"
    if column.fit is not None and not column.fit.misfits:
        if column.fit is column.dates:
            return "date"
        return "integer" if column.whole else "number"
    if counts is not None and len(counts) <= MOST_CATEGORIES and len(counts) <= column.present / 2:
        return "category"
    if column.words >= WORDS_OF_TEXT or (column.words > 1.5 and column.all_differ):
        return "text"
    return "category"


def _leave_out(column: ColumnFacts, kind: Type) -> str:
    counts = column.counts
    if not column.present:
        return "every value is missing"
    if counts is not None and len(counts) == 1:
        return "the same value in every row"
    if column.present < ID_ROWS or not column.all_differ:
        return ""
    if kind == "integer" and (column.rising or ID_NAME.fullmatch(column.name)):
        return "a number of its own for every row, which says nothing about new ones"
    if kind == "category":
        return "a different word in every row, which says nothing about new ones"
    return ""


def _measures(column: ColumnFacts) -> dict[str, Any]:
    width = (column.high - column.low) / BARS
    bars = [0] * BARS
    if math.isfinite(width) and width > 0:
        for value in column.sample:
            bars[min(BARS - 1, int((value - column.low) / width))] += 1
    mean = column.total / column.measured
    return {
        "low": column.low,
        "high": column.high,
        "mean": mean if math.isfinite(mean) else None,
        "bars": [round(bar / max(1, len(column.sample)), 4) for bar in bars] if any(bars) else [],
    }


def guess_target(columns: Sequence[Mapping[str, Any]]) -> str:
    """The column that is most likely to be predicted: by its name, else the last one that says something."""
    able = [column for column in columns if not column["leave_out"] and column["type"] != "text"]
    by_name = {column["name"].lower(): column["name"] for column in able}
    for name in TARGET_NAMES:
        if name in by_name:
            return str(by_name[name])
    usable = [column for column in able if column["type"] != "date"]
    return str((usable or able or columns)[-1]["name"])


def guess_task(column: Mapping[str, Any]) -> Task:
    """What to learn of a target: classes of words and of few whole numbers, values of all other numbers."""
    if column["type"] in ("category", "text", "yesno"):
        return "classification"
    few = column["distinct"] is not None and column["distinct"] <= FEW_WHOLE_NUMBERS
    return "classification" if few and column["type"] == "integer" else "regression"
