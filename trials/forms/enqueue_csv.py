"""Configurations from CSV text, a column for each parameter, also our own export; for the enqueue page."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from optimizers import Space
from optimizers.errors import did_you_mean
from optimizers.space import Parameter
from trials.engine.configurations import complete
from trials.engine.enqueueing import MOST

#: What the column of a parameter is called in our own export, and in Optuna's.
EXPORTED = "params_"
LARGEST = 1_000_000
MOST_MESSAGES = 10
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Reading:
    """The configurations of a CSV, or what is wrong with it in sentences."""

    configurations: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]


def read(text: str, space: Space) -> Reading:
    """Return every row as a configuration; all of them are fine, or none is returned."""
    if problem := _unreadable(text):
        return Reading((), (problem,))
    try:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if any(line)]
    except csv.Error as error:
        return Reading((), (f"This is no CSV: {error}.",))
    columns, problem = _columns([name.strip() for name in lines[0]] if lines else [], space)
    if not problem and len(lines) < 2:
        problem = "There is a header and no row below it: write one configuration per line."
    if not problem and len(lines) - 1 > MOST:
        problem = f"{len(lines) - 1:,} rows are too many at once; {MOST:,} are the most."
    return Reading((), (problem,)) if problem else _rows(lines[1:], columns, space)


def _unreadable(text: str) -> str:
    if not text.strip():
        return "Paste a CSV, or choose a file."
    if len(text) > LARGEST:
        return f"The CSV has {len(text):,} characters; {LARGEST:,} are the most."
    return "This is no text but a binary file; export it as CSV." if "\x00" in text else ""


def _delimiter(text: str) -> str:
    header = text.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def _columns(header: Sequence[str], space: Space) -> tuple[dict[int, str], str]:
    """Parameter names by column, and what is wrong with the header."""
    ours = any(name.startswith(EXPORTED) for name in header)
    columns: dict[int, str] = {}
    for place, title in enumerate(header):
        name = title.removeprefix(EXPORTED)
        if ours and not title.startswith(EXPORTED):
            continue  # what else an export holds: value, state, times
        if name not in space.parameters:
            if ours:  # a parameter of an earlier version of the space
                continue
            return {}, f"There is no parameter “{name[:60]}”: {did_you_mean(name, space.names)}"
        if name in columns.values():
            return {}, f"The column “{name}” is there twice; keep one."
        columns[place] = name
    names = ", ".join(space.names[:5])
    return columns, "" if columns else f"The first line must name the parameters, such as {names}."


def _rows(lines: Sequence[Sequence[str]], columns: dict[int, str], space: Space) -> Reading:
    configurations, problems = [], []
    for number, line in enumerate(lines, start=1):
        if (
            len(line) > len(columns)
            and any(cell.strip() for cell in line[max(columns) + 1 :])
            and not columns
        ):
            continue
        params, wrong = complete(space, _given(line, columns, space))
        configurations.append(params)
        problems += [
            f"Row {number}, {name}: {message}" if name else f"Row {number}: {message}"
            for name, message in wrong.items()
        ]
        if len(problems) > MOST_MESSAGES:
            return Reading((), (*problems[:MOST_MESSAGES], "And more in the rows below."))
    return Reading((), tuple(problems)) if problems else Reading(tuple(configurations), ())


def _given(line: Sequence[str], columns: dict[int, str], space: Space) -> dict[str, Any]:
    """What a line says; an empty cell says nothing, or None where an active parameter has that choice."""
    given, blank = {}, []
    for place, name in columns.items():
        cell = line[place].strip() if place < len(line) else ""
        if cell:
            given[name] = value(cell, space.parameters[name])
        elif None in getattr(space.parameters[name], "choices", ()):
            blank.append(name)
    for name in blank:
        if not complete(space, {**given, name: None})[1]:
            given[name] = None
    return given


def value(cell: str, parameter: Parameter) -> Any:
    """The value that a cell or field says; as text when it says none, so that the refusal quotes it."""
    choices: Sequence[Any] | None = getattr(parameter, "choices", None)
    if choices is None:
        return _number(cell)
    meant = [
        choice for choice in choices if _reads_as(choice, cell) or _reads_as(choice, cell.removeprefix("'"))
    ]
    return meant[0] if meant else cell


def _reads_as(choice: Any, cell: str) -> bool:
    if isinstance(choice, bool):
        return cell.lower() in (("true", "1", "yes") if choice else ("false", "0", "no"))
    return cell in (str(choice), json.dumps(choice)) or (
        isinstance(choice, int | float) and _number(cell) == choice
    )


def _number(cell: str) -> int | float | str:
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)
    except ValueError:
        return cell
