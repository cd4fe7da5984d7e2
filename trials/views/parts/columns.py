"""The columns of a table as rows on a page, each with a picture made from stored facts; for the preview of an
upload and the page of a data set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from trials.forms.dataset import TYPE_CHOICES
from trials.objectives.datasets.table import Column
from trials.wording import percent, short

WIDTH, HEIGHT, GAP = 96.0, 24.0, 1.0
SHOWN_VALUES = 3


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, in the coordinates of its picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Value:
    """A frequent value with its share of the rows."""

    text: str
    share: str
    rows: int
    width: str


@dataclass(frozen=True)
class ColumnRow:
    """One column: facts in words, `bars` for numbers or `values` for words, and `errors` of its choice."""

    place: int
    name: str
    type: str
    type_word: str
    used: bool
    target: bool
    missing: int
    missing_share: str
    distinct: str
    low: str
    high: str
    bars: tuple[Bar, ...]
    values: tuple[Value, ...]
    others: int
    leave_out: str
    errors: Sequence[str] = field(default=())


def column_rows(
    facts: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    target: str,
    rows: int,
    wrong: Mapping[str, Sequence[str]],
) -> list[ColumnRow]:
    """One row for each column, in the file's order; `rows` is how many rows the file has."""
    return [
        _row(place, fact, column, target, rows, wrong.get(f"columns.{column.name}", ()))
        for place, (fact, column) in enumerate(zip(facts, columns, strict=True))
    ]


def _row(
    place: int, fact: Mapping[str, Any], column: Column, target: str, rows: int, errors: Sequence[str]
) -> ColumnRow:
    by_number = column.type in ("number", "integer", "date") and "low" in fact
    values = () if by_number else frequent(fact["top"], rows - fact["missing"])[:SHOWN_VALUES]
    if values and values[0].rows == 1:  # no value comes twice: one is as good as the others
        values = values[:1]
    distinct = fact["distinct"]
    return ColumnRow(
        place=place,
        name=column.name,
        type=column.type,
        type_word=TYPE_CHOICES[column.type],
        used=column.used or column.name == target,
        target=column.name == target,
        missing=fact["missing"],
        missing_share=percent(fact["missing"] / rows) if rows else "",
        distinct="many" if distinct is None else f"{distinct:,}",
        low=_end(fact, "low", column) if by_number else "",
        high=_end(fact, "high", column) if by_number else "",
        bars=histogram(fact.get("bars", ())) if by_number else (),
        values=values,
        others=max(0, (distinct or 0) - len(values)) if values else 0,
        leave_out=fact["leave_out"],
        errors=errors,
    )


def histogram(shares: Sequence[float]) -> tuple[Bar, ...]:
    """Bars for shares of the rows, the highest as high as the picture."""
    most = max(shares, default=0)
    if not most:
        return ()
    step = WIDTH / len(shares)
    heights = [max(1.0, HEIGHT * share / most) if share else 0.0 for share in shares]
    return tuple(
        Bar(round(place * step, 1), round(HEIGHT - height, 1), round(step - GAP, 1), round(height, 1))
        for place, height in enumerate(heights)
    )


def frequent(top: Sequence[Sequence[Any]], present: int) -> tuple[Value, ...]:
    """The most frequent values with their shares of the rows that have one."""
    return tuple(
        Value(text, percent(rows / present), rows, f"{100 * rows / present:.1f}%")
        for text, rows in top
        if present
    )


def _end(fact: Mapping[str, Any], name: str, column: Column) -> str:
    if column.type == "date":
        return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=fact[name]):%Y-%m-%d}"
    return short(fact[name])
