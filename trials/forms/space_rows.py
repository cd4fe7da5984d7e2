"""Rows of the space editor to the JSON of a space and back; pure, called by the new study form.

A row holds texts exactly as typed. Reading gives every problem with its row and field at once: what cannot be
read is found here, what makes no sense by the optimizers' own Space: form and API have the same rules.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from optimizers import Space
from optimizers.errors import SpaceError, did_you_mean
from optimizers.space import Numeric

from .choices import NotChoices, Scalar, listed, scalar, scalars, token
from .conditions import NotACondition, condition, described
from .form_words import in_form_words
from .numbers import NotANumber, number, typed, whole

TYPES = ("float", "integer", "categorical", "boolean")
NUMERIC = ("float", "integer")
PLAIN_SCALES = ("linear", "log")
POINTS = re.compile(r"(.*\S)\s*(?:points?|values?)", re.IGNORECASE)
#: Parts between commas, those inside of brackets aside.
ARGUMENTS = re.compile(r"(?:\[[^\]]*\]|[^,\[])+")
#: Where a refusal of the space's own fields shows in a row.
SHOWN_AT = {"points": "step", "log": "scale", "distribution": "args", "ordered": "choices"}

#: Fields that the rest of a row can be checked without.
LEFT_OUT = ("step", "points", "default", "log", "prior")

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One parameter as typed. `scale` is linear, log or a scipy distribution's name with its `args`."""

    name: str = ""
    type: str = "float"
    low: str = ""
    high: str = ""
    step: str = ""
    scale: str = "linear"
    args: str = ""
    choices: str = ""
    ordered: bool = False
    default: str = ""
    when: str = ""
    prior: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; `row` is its position, None for the space as a whole."""

    row: int | None
    field: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What rows say: the JSON of their space (as far as it can be read) and all problems.

    `space` is None unless every row is fine; `parameters` are the rows' own, one by one, None for a bad one.
    """

    json: dict[str, Any]
    problems: tuple[Problem, ...]
    space: Space | None
    parameters: tuple[Any, ...]


class _RowReader:
    """Reads one row, field by field, and keeps what was wrong with each."""

    def __init__(self, position: int, row: Row, problems: list[Problem]) -> None:
        self.position, self.row, self._problems = position, row, problems
        self.ok = True

    def refuse(self, field: str, message: str) -> None:
        self.ok = False
        if not any((problem.row, problem.field) == (self.position, field) for problem in self._problems):
            self._problems.append(Problem(self.position, field, message))

    def field(self, name: str, read: Callable[[str], T]) -> dict[str, T]:
        """`{name: value}` of a field that is filled in, {} otherwise; a refusal is noted."""
        text = getattr(self.row, name).strip()
        if not text:
            return {}
        try:
            return {name: read(text)}
        except (NotANumber, NotChoices, NotACondition) as error:
            self.refuse(name, str(error))
            return {}

    def entry(self) -> dict[str, Any]:
        """The row as a parameter of the space's JSON, without what could not be read."""
        row = self.row
        entry: dict[str, Any] = {"name": row.name.strip(), "type": row.type}
        if not entry["name"]:
            self.refuse("name", "a parameter needs a name, such as max_depth")
        if row.type in NUMERIC:
            entry |= self._numeric()
        elif row.type == "categorical":
            entry |= self._categorical()
        elif row.type == "boolean":
            entry |= self.field("default", lambda text: _matched(scalar(text), [False, True]))
        else:
            self.refuse("type", f"“{row.type}” is not a type; choose {', '.join(TYPES)}")
        return entry | self.field("when", condition)

    def _numeric(self) -> dict[str, Any]:
        row, read = self.row, whole if self.row.type == "integer" else number
        entry: dict[str, Any] = self.field("low", read) | self.field("high", read)
        if {"low", "high"} <= set(entry) and entry["low"] >= entry["high"]:
            self.refuse("low", f"From must be below To: {row.low.strip()} ≥ {row.high.strip()}")
        if row.scale == "log":
            entry["log"] = True
        elif row.scale not in ("", "linear"):
            entry["distribution"] = {"name": row.scale, "args": {}} | self.field("args", arguments)
        if points := POINTS.fullmatch(row.step.strip()):
            read_points = self.field("step", lambda _: whole(points[1]))
            entry |= {"points": read_points["step"]} if read_points else {}
        else:
            entry |= self.field("step", read)
        return entry | self.field("default", read) | self.field("prior", json.loads)

    def _categorical(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"choices": [], "ordered": self.row.ordered} | self.field("choices", scalars)
        return entry | self.field("default", lambda text: _matched(_one(text), entry["choices"]))


def arguments(text: str) -> dict[str, int | float | list[int | float]]:
    """The arguments of a distribution: "scale = 100, loc = 2", a list as "p = [0.2, 0.8]".

    Raises:
        NotChoices: for a part without a name. NotANumber: for a value that is none.
    """
    found: dict[str, int | float | list[int | float]] = {}
    for part in ARGUMENTS.findall(text):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise NotChoices(
                f"“{part.strip()[:40]}” has no name; write the arguments like scale = 100, loc = 2"
            )
        several = value.startswith("[") and value.endswith("]")
        found[name] = [number(each) for each in value[1:-1].split(",")] if several else number(value)
    return found


def _one(text: str) -> Scalar:
    values = scalars(text)
    if len(values) != 1:
        raise NotChoices(f"“{text[:40]}” is not one choice; name a single one")
    return values[0]


def _matched(value: Scalar, choices: Sequence[Any]) -> Scalar:
    """The choice that was meant: `value` itself, or the one that reads like it (the text "10" for 10)."""
    same = [choice for choice in choices if type(choice) is type(value) and choice == value]
    alike = [choice for choice in choices if str(choice).lower() == str(value).lower()]
    return (same or alike or [value])[0]


def rows_of(space: Mapping[str, Any]) -> list[Row]:
    """The rows that show a space given as JSON; reading them gives the same space."""
    return [_row_of(parameter) for parameter in space["parameters"]]


def _row_of(given: Mapping[str, Any]) -> Row:
    row = Row(name=given["name"], type=given["type"], when=described(given.get("when", {})))
    if "default" in given:
        default = given["default"]
        row = replace(row, default=typed(default) if given["type"] in NUMERIC else token(default))
    if given["type"] == "categorical":
        return replace(row, choices=listed(given["choices"]), ordered=bool(given.get("ordered", False)))
    return _with_numbers(row, given) if given["type"] in NUMERIC else row


def _with_numbers(row: Row, given: Mapping[str, Any]) -> Row:
    low, high, step = (
        "" if given.get(name) is None else typed(given[name]) for name in ("low", "high", "step")
    )
    step = step if given.get("points") is None else f"{given['points']} points"
    prior = json.dumps(given["prior"]) if given.get("prior") else ""
    row = replace(row, low=low, high=high, step=step, prior=prior)
    if distribution := given.get("distribution"):
        args = distribution.get("args", {})
        return replace(row, scale=distribution["name"], args=", ".join(map(_argument, args, args.values())))
    return replace(row, scale="log") if given.get("log") else row


def _argument(name: str, value: Any) -> str:
    shown = f"[{', '.join(map(typed, value))}]" if isinstance(value, list) else typed(value)
    return f"{name} = {shown}"


def read_rows(rows: Sequence[Row]) -> Reading:
    """What the rows say, and every problem beside its row and field."""
    problems: list[Problem] = []
    readers = [_RowReader(position, row, problems) for position, row in enumerate(rows)]
    entries = [reader.entry() for reader in readers]
    _refuse_twins(readers, entries)
    _settle_parents(readers, entries)
    parameters = tuple(_alone(reader, entry) for reader, entry in zip(readers, entries, strict=True))
    written = {"parameters": entries}
    space = _whole_space(written, parameters, problems)
    return Reading(written, tuple(problems), space, parameters)


def _refuse_twins(readers: Sequence[_RowReader], entries: Sequence[dict[str, Any]]) -> None:
    first: dict[str, int] = {}
    for reader, entry in zip(readers, entries, strict=True):
        before = first.setdefault(entry["name"], reader.position)
        if before != reader.position and entry["name"]:
            reader.refuse("name", f"row {before + 1} is called “{entry['name']}” too; use each name once")


def _settle_parents(readers: Sequence[_RowReader], entries: Sequence[dict[str, Any]]) -> None:
    """Give the values of conditions their parents' types, and refuse parents that are not there."""
    known = {entry["name"]: entry for entry in entries}
    for reader, entry in zip(readers, entries, strict=True):
        for parent, holds in entry.get("when", {}).items():
            if parent not in known:
                others = [name for name in known if name and name != entry["name"]]
                reader.refuse("when", f"there is no parameter “{parent}”; {did_you_mean(parent, others)}")
            elif isinstance(holds, list):
                boolean = known[parent]["type"] == "boolean"
                choices = [False, True] if boolean else known[parent].get("choices", [])
                entry["when"][parent] = [_matched(value, choices) for value in holds]


def _alone(reader: _RowReader, entry: dict[str, Any]) -> Any:
    """The parameter that the row makes by itself, conditions aside; None with every problem noted."""
    if entry["type"] not in TYPES:
        return None
    alone = {key: value for key, value in entry.items() if key != "when"}
    alone["name"] = entry["name"] or "unnamed"
    while True:
        try:
            parameter = Space.from_dict({"parameters": [alone]}).parameters[alone["name"]]
            return parameter if reader.ok else None
        except SpaceError as error:
            reader.refuse(shown_at(error.field or ""), in_form_words(error.problem))
            if error.field not in LEFT_OUT or alone.pop(error.field, None) is None:
                return None


def shown_at(field: str) -> str:
    """The field of a row that shows what is wrong with a field of the space's JSON."""
    shown = SHOWN_AT.get(field, field)
    return shown if shown in {each.name for each in fields(Row)} else "name"


def _whole_space(written: dict[str, Any], parameters: Sequence[Any], problems: list[Problem]) -> Space | None:
    """The space of all rows; with a bad row, that of the others, only to find out what is wrong with them."""
    if not written["parameters"]:
        problems.append(Problem(None, "", "there is nothing to search yet: add a parameter"))
    rows = {
        entry["name"]: row for row, entry in enumerate(written["parameters"]) if parameters[row] is not None
    }
    sound = {name: dict(written["parameters"][row]) for name, row in rows.items()}
    for entry in sound.values():
        entry["when"] = {name: holds for name, holds in entry.get("when", {}).items() if name in sound}
    while sound:
        try:
            space = Space.from_dict({"parameters": list(sound.values())})
            return None if problems else space
        except SpaceError as error:
            row = rows.get(error.parameter or "")
            field = shown_at(error.field or "when") if row is not None else ""
            problems.append(Problem(row, field, in_form_words(error.problem)))
            if row is None or field != "when" or not sound[error.parameter or ""].pop("when", None):
                return None
    return None


def grid_problems(reading: Reading) -> tuple[Problem, ...]:
    """What keeps a grid over the rows from being finite, beside the steps of the rows at fault."""
    remedy = "A grid needs a step here, such as 0.1, or a number of points, such as 5 points"
    return tuple(
        Problem(position, "step", remedy)
        for position, parameter in enumerate(reading.parameters)
        if isinstance(parameter, Numeric) and parameter.levels is None and parameter.points is None
    )
