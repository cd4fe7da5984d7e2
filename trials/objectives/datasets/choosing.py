"""What people choose of a scanned table: its columns, the target, the task; suggested, then checked against
the scan's facts. Called by the engine when a table is saved, and for its preview.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args

from trials.objectives.base import unknown

from .columns import class_name
from .faults import quoted
from .info import Task
from .judging import MOST_CLASSES, guess_task
from .scan import LEAST_ROWS
from .table import NUMERIC, TYPES, Column, Type

Facts = Mapping[str, Any]
#: What is wrong: messages by field.
Wrong = dict[str, list[str]]
TYPE_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "category": "a category",
    "text": "a text",
    "yesno": "yes or no",
    "date": "a date",
}
_TWO_ONLY = "only one of two classes can count as positive: leave this out, or choose another target"
REMEDY = "choose another type, add it to the words for missing values, or leave the column out"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A target, what to learn of it ("" leaves that to its values), and the columns in the file's order.

    positive: which of two classes scores such as F1 are about; "" leaves that to the values.
    """

    target: str
    task: str
    columns: tuple[Column, ...]
    positive: str = ""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Target:
    """What a choice of a target comes to: the rows that have one, and the classes in order with theirs."""

    rows: int
    classes: tuple[tuple[str, int], ...] = ()


def suggested(facts: Facts, target: str = "") -> Chosen:
    """The choice to begin with, for a target or for the one that is guessed."""
    target = target or facts["target"]
    columns = tuple(
        Column(column["name"], column["type"], not column["leave_out"] or column["name"] == target)
        for column in facts["columns"]
    )
    task = next((guess_task(column) for column in facts["columns"] if column["name"] == target), "")
    return Chosen(target, task, columns)


def chosen_by(
    facts: Facts,
    target: str,
    task: str,
    types: Mapping[str, str],
    used: Mapping[str, bool],
    positive: str = "",
) -> tuple[Chosen, Wrong]:
    """The suggestion with a program's changes, and what is wrong with their names; "" keeps the guess."""
    names = [column["name"] for column in facts["columns"]]
    wrong: Wrong = {}
    for name in {**types, **used}:
        if name not in names:
            wrong[f"columns.{name[:100]}"] = [unknown("column", name, names)]
    begun = suggested(facts, target)
    columns = tuple(
        Column(
            column.name, cast(Type, types.get(column.name, column.type)), used.get(column.name, column.used)
        )
        for column in begun.columns
    )
    return Chosen(begun.target, task or begun.task, columns, positive), wrong


def check(facts: Facts, chosen: Chosen) -> tuple[Target, Wrong]:
    """The target as it will be learned, and what is wrong with the choice, by field."""
    wrong: Wrong = {}
    by_name = {column["name"]: column for column in facts["columns"]}
    for column in chosen.columns:
        needed = column.used or column.name == chosen.target
        if needed and (message := misfit(by_name[column.name], column.type)):
            wrong.setdefault(f"columns.{column.name}", []).append(message)
    if not any(column.used and column.name != chosen.target for column in chosen.columns):
        wrong.setdefault("columns", []).append(
            "every column but the target is left out, and nothing is left to predict it from: use one or more"
        )
    if chosen.task not in get_args(Task):
        wrong.setdefault("task", []).append(unknown("task", chosen.task or None, get_args(Task)))
    if chosen.target not in by_name:
        wrong.setdefault("target", []).append(unknown("column", chosen.target or None, by_name))
        return Target(0), wrong
    target, message = _target(facts, by_name[chosen.target], chosen)
    if not message and (astray := _no_positive(target, chosen)):
        wrong.setdefault("positive", []).append(astray)
    if message and f"columns.{chosen.target}" not in wrong:
        wrong.setdefault("target", []).append(message)
    return target, wrong


def misfit(column: Facts, kind: str) -> str:
    """Why a column cannot be read as `kind`, "" if it can."""
    if kind not in TYPES:
        return unknown("type of column", kind, TYPES)
    if kind == "yesno" and not column["yesno"] and column["distinct"] != 0:
        example = f", such as {quoted(column['top'][0][0])}" if column["top"] else ""
        return f"it holds more than one pair of yes and no{example}: choose another type"
    fit = column.get({"number": "number", "integer": "number", "date": "date"}.get(kind, ""), {"misfits": 0})
    if not fit["misfits"]:
        return ""
    more = f" (and {fit['misfits'] - 1:,} more cells)" if fit["misfits"] > 1 else ""
    return f"line {fit['line']} holds {quoted(fit['value'])}{more}, which is not {TYPE_WORDS[kind]}: {REMEDY}"


def _target(facts: Facts, column: Facts, chosen: Chosen) -> tuple[Target, str]:
    rows = facts["rows"] - column["missing"]
    name, kind = quoted(column["name"]), chosen.column(column["name"])
    if not rows:
        return Target(0), f"every value of {name} is missing: choose another target"
    if rows < LEAST_ROWS:
        return Target(rows), (
            f"{name} has a value in {rows} rows only, and {LEAST_ROWS} are needed: choose another target"
        )
    if chosen.task == "regression":
        return Target(rows), _not_a_number(column, kind)
    classes = in_order(classes_of(column, kind), kind, chosen.positive)
    return Target(rows, classes), _no_classes(column, classes)


def _no_positive(target: Target, chosen: Chosen) -> str:
    """Why the class that is to count as positive cannot, "" if it can."""
    names = [name for name, _ in target.classes]
    if not chosen.positive or (len(names) == 2 and chosen.positive in names):
        return ""
    return unknown("class", chosen.positive, names) if len(names) == 2 else _TWO_ONLY


def _not_a_number(column: Facts, kind: Column) -> str:
    name = quoted(column["name"])
    if kind.type not in NUMERIC:
        example = f", such as {quoted(column['top'][0][0])}" if column["top"] else ""
        return (
            f"{name} holds words{example}, and regression predicts numbers: choose classification, "
            "or another target"
        )
    if column["distinct"] == 1:
        return f"{name} has the same value in every row, and there is nothing to learn: choose another target"
    return ""


def _no_classes(column: Facts, classes: tuple[tuple[str, int], ...]) -> str:
    name = quoted(column["name"])
    if len(classes) > MOST_CLASSES or not classes:
        many = "too many different values" if column["distinct"] is None else f"{column['distinct']:,} values"
        other = "regression" if column["type"] in NUMERIC else "another target"
        return f"{name} has {many}, and at most {MOST_CLASSES} classes can be told apart: choose {other}"
    if len(classes) == 1:
        return f"{name} has one class only, {quoted(classes[0][0])}: choose another target"
    single = [quoted(label) for label, rows in classes if rows == 1]
    if single:
        which = ", ".join(single[:3]) + (f" and {len(single) - 3} more" if len(single) > 3 else "")
        return (
            f"{name} has classes with a single row ({which}), which cannot be both learned and tested: "
            "give them more rows, join them with another class, or choose another target"
        )
    return ""


def classes_of(column: Facts, kind: Column) -> tuple[tuple[str, int], ...]:
    """The classes of a column with their rows: numbers in their order, no before yes, words by alphabet."""
    rows: dict[str, int] = {}
    for value, count in column["classes"]:
        name = class_name(value, kind)
        rows[name] = rows.get(name, 0) + count
    number: Callable[[str], Any] = float
    by_number = column["type"] in ("integer", "number") and "," not in "".join(rows)
    return tuple(sorted(rows.items(), key=lambda item: number(item[0]) if by_number else item[0]))


def in_order(
    classes: tuple[tuple[str, int], ...], kind: Column, positive: str = ""
) -> tuple[tuple[str, int], ...]:
    """Two classes with the positive one last, as scikit-learn takes them: the chosen one, yes, the higher
    number, the rarer word.
    """
    if len(classes) != 2:
        return classes
    (first, rows), (_, others) = classes
    rarer = kind.type in ("category", "text") and rows < others
    return classes[::-1] if first == positive or (not positive and rarer) else classes


def checksum(facts: Facts, chosen: Chosen) -> str:
    """SHA-256 of the file and of how it is read: equal for equal X and y, and no more often."""
    columns = [asdict(column) for column in chosen.columns]
    parts = [facts["file"], facts["reading"], columns, chosen.target, chosen.task]
    parts += [chosen.positive] if _turned(facts, chosen) else []
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _turned(facts: Facts, chosen: Chosen) -> bool:
    """Whether the choice of the positive class changes y."""
    column = next((column for column in facts["columns"] if column["name"] == chosen.target), None)
    if column is None or not chosen.positive or chosen.task == "regression":
        return False
    kind = chosen.column(chosen.target)
    classes = classes_of(column, kind)
    return in_order(classes, kind, chosen.positive) != in_order(classes, kind)


def kept_facts(facts: Facts, chosen: Chosen) -> list[dict[str, Any]]:
    """What is stored of each column: its facts and how it is used."""
    dropped = ("classes", "number", "date", "yesno")
    return [
        {name: value for name, value in column.items() if name not in dropped}
        | {"type": choice.type, "used": choice.used}
        for column, choice in zip(facts["columns"], chosen.columns, strict=True)
    ]
