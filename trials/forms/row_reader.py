"""Rows and rules as typed to the JSON of a space, with every problem at once; pure, called by the drafts.

What cannot be read is found here, what makes no sense by the optimizers' own Space: form and API have the
same rules.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from optimizers import Space
from optimizers.errors import SpaceError, did_you_mean
from optimizers.space import Numeric

from . import rules
from .beliefs import NotABelief, prior_of
from .choices import NotChoices, Scalar, matched, scalar, scalars
from .conditions import NotACondition, condition
from .distributions import arguments, called
from .form_words import in_form_words
from .numbers import NotANumber, number, whole
from .space_rows import NUMERIC, OTHER, TYPES, Ranges, Row
from .weights import weights

POINTS = re.compile(r"(.*\S)\s*(?:points?|values?)", re.IGNORECASE)
#: Where a refusal of the space's own fields shows in a row.
SHOWN_AT = {"log": "scale", "distribution": "args", "ordered": "choices"}
#: Fields that the rest of a row can be checked without.
LEFT_OUT = ("step", "points", "default", "log", "prior")
RULES = ("constraints", "forbidden")

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; `row` is its position, None for a rule or the space as a whole."""

    row: int | None
    field: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What rows and rules say: the JSON of their space (as far as it can be read) and all problems.

    `space` is None unless everything is fine; `parameters` are the rows' own, one by one, None for a bad one.
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
            entry |= self.field("default", lambda text: matched(scalar(text), [False, True]))
            entry |= self._weights([False, True])
        else:
            self.refuse("type", f"“{row.type}” is not a type; choose {', '.join(TYPES)}")
        return entry | self.field("when", condition)

    def _numeric(self) -> dict[str, Any]:
        row, read = self.row, whole if self.row.type == "integer" else number
        entry: dict[str, Any] = self.field("low", read) | self.field("high", read)
        if {"low", "high"} <= set(entry) and entry["low"] >= entry["high"]:
            self.refuse("low", f"From must be below To: {row.low.strip()} ≥ {row.high.strip()}")
        return entry | self._scale() | self._levels(read) | self.field("default", read) | self._prior()

    def _scale(self) -> dict[str, Any]:
        row = self.row
        if row.scale in ("", "linear"):
            return {}
        if row.scale == "log":
            return {"log": True}
        if row.scale != OTHER:
            return {"distribution": {"name": row.scale, "args": {}} | self.field("args", arguments)}
        if not row.args.strip():
            self.refuse("args", "name a distribution, such as weibull_min(c = 1.5, scale = 10)")
        distribution = self.field("args", called)
        return {"distribution": distribution["args"]} if distribution else {}

    def _levels(self, read: Callable[[str], Any]) -> dict[str, Any]:
        """Step and points; the points may stand in the place of the step, "5 points"."""
        entry: dict[str, Any] = self.field("points", whole)
        points = POINTS.fullmatch(self.row.step.strip())
        if not points:
            return entry | self.field("step", read)
        if self.row.points.strip():
            self.refuse("points", "the grid's points stand twice, as a step too; empty one of them")
        read_points = self.field("step", lambda _: whole(points[1]))
        return {"points": read_points["step"]} if read_points else entry

    def _prior(self) -> dict[str, Any]:
        row = self.row
        try:
            prior = prior_of(row.prior, row.center, row.spread, row.belief)
        except NotABelief as error:
            self.refuse(error.field, str(error))
            return {}
        return {"prior": prior} if prior else {}

    def _categorical(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"choices": [], "ordered": self.row.ordered} | self.field("choices", scalars)
        entry |= self.field("default", lambda text: matched(_one(text), entry["choices"]))
        return entry | (self._weights(entry["choices"]) if entry["choices"] else {})

    def _weights(self, choices: Sequence[Scalar]) -> dict[str, Any]:
        found = self.field("weights", lambda text: weights(text, choices))
        return {"prior": found["weights"]} if found else {}

    def place(self, field: str) -> str:
        """The field of the row that shows what is wrong with a field of the space's JSON."""
        if field == "points":
            return "points" if self.row.points.strip() else "step"
        if field == "prior" and self.row.type not in NUMERIC:
            return "weights"
        if field == "prior":
            return "belief" if self.row.prior == OTHER else "spread"
        return shown_at(field)


def _one(text: str) -> Scalar:
    values = scalars(text)
    if len(values) != 1:
        raise NotChoices(f"“{text[:40]}” is not one choice; name a single one")
    return values[0]


def shown_at(field: str) -> str:
    """The field of a row that shows what is wrong with a field of the space's JSON."""
    shown = {"points": "step", "prior": "spread"}.get(field, SHOWN_AT.get(field, field))
    return shown if shown in {each.name for each in fields(Row)} else "name"


def read_rows(rows: Sequence[Row]) -> Reading:
    """What the rows say without any rules, and every problem beside its row and field."""
    return read_ranges(Ranges(tuple(rows)))


def read_ranges(ranges: Ranges) -> Reading:
    """What rows and rules say, and every problem beside its row and field."""
    problems: list[Problem] = []
    readers = [_RowReader(position, row, problems) for position, row in enumerate(ranges.rows)]
    entries = [reader.entry() for reader in readers]
    _refuse_twins(readers, entries)
    _settle_parents(readers, entries)
    parameters = tuple(_alone(reader, entry) for reader, entry in zip(readers, entries, strict=True))
    ruled = _rules(ranges, entries, problems)
    space = _whole_space(readers, entries, parameters, ruled, problems)
    return Reading({"parameters": entries} | ruled, tuple(problems), space, parameters)


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
                entry["when"][parent] = [matched(value, _choices(known[parent])) for value in holds]


def _choices(entry: dict[str, Any]) -> list[Any]:
    return [False, True] if entry["type"] == "boolean" else entry.get("choices", [])


def _rules(
    ranges: Ranges, entries: Sequence[dict[str, Any]], problems: list[Problem]
) -> dict[str, list[Any]]:
    """The rules as JSON, without those that are empty."""
    choices = {entry["name"]: _choices(entry) for entry in entries}
    forbidden, wrong = rules.forbidden_of(
        ranges.forbidden, lambda name, value: matched(value, choices.get(name, []))
    )
    problems += [Problem(None, "forbidden", message) for message in wrong]
    found: dict[str, list[Any]] = {
        "constraints": rules.constraints_of(ranges.constraints),
        "forbidden": forbidden,
    }
    return {name: lines for name, lines in found.items() if lines}


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
            reader.refuse(reader.place(error.field or ""), in_form_words(error.problem))
            if error.field not in LEFT_OUT or alone.pop(error.field, None) is None:
                return None


def _whole_space(
    readers: Sequence[_RowReader],
    entries: Sequence[dict[str, Any]],
    parameters: Sequence[Any],
    ruled: dict[str, list[Any]],
    problems: list[Problem],
) -> Space | None:
    """The space of all rows; with a bad row, that of the others, only to find out what is wrong with them.

    Rules that name a bad row are left alone until it is fine.
    """
    if not entries:
        problems.append(Problem(None, "", "there is nothing to search yet: add a parameter"))
    rows = {entry["name"]: row for row, entry in enumerate(entries) if parameters[row] is not None}
    sound = {name: dict(entries[row]) for name, row in rows.items()}
    for entry in sound.values():
        entry["when"] = {name: holds for name, holds in entry.get("when", {}).items() if name in sound}
    unsound = [entry["name"] for entry in entries if entry["name"] not in sound]
    ruled = {field: [rule for rule in lines if not _names(rule, unsound)] for field, lines in ruled.items()}
    while sound:
        try:
            space = Space.from_dict({"parameters": list(sound.values())} | ruled)
            return None if problems else space
        except SpaceError as error:
            row = rows.get(error.parameter or "")
            place = readers[row].place(error.field or "when") if row is not None else _rule(error.field)
            problems.append(Problem(row, place, in_form_words(error.problem)))
            if place in RULES:
                ruled = {name: lines for name, lines in ruled.items() if name != place}
            elif row is None or place != "when" or not sound[error.parameter or ""].pop("when", None):
                return None
    return None


def _names(rule: Any, names: Sequence[str]) -> bool:
    """Whether a constraint or a forbidden combination is about one of the parameters."""
    if isinstance(rule, dict):
        return any(name in rule for name in names)
    return any(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", rule) for name in names if name)


def _rule(field: str | None) -> str:
    return field if field in RULES else ""


def grid_problems(reading: Reading) -> tuple[Problem, ...]:
    """What keeps a grid over the rows from being finite, beside the steps of the rows at fault."""
    remedy = "A grid needs a step here, such as 0.1, or a number of points, such as 5 points"
    return tuple(
        Problem(position, "step", remedy)
        for position, parameter in enumerate(reading.parameters)
        if isinstance(parameter, Numeric) and parameter.levels is None and parameter.points is None
    )
