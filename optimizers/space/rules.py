"""Rules: which configurations a space leaves out, by constraints and forbidden combinations. Used by Space.

A rule that names an inactive parameter has nothing to say: a constraint then holds, a combination is not met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ConstraintError, ParameterError, SpaceError, did_you_mean
from optimizers.space.expressions import Expression
from optimizers.space.parameters import Categorical, Parameter
from optimizers.space.values import Scalar

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LOOSE, STRICT = 1e-9, 1e-12
"""Rounding that is forgiven: in what others give, and in what is made here, so that it passes everywhere."""


@dataclass(frozen=True)
class Constraint:
    """An expression over columns of codes; `numbers` turns the codes of categories into their numbers."""

    expression: Expression
    columns: Mapping[str, int]
    numbers: Mapping[str, Floats]

    @property
    def text(self) -> str:
        return self.expression.text

    def holds(self, codes: Floats, tolerance: float) -> Mask:
        silent = np.isnan(codes[:, list(self.columns.values())]).any(axis=1)
        values = {name: self._values(name, codes[:, column]) for name, column in self.columns.items()}
        return np.asarray(silent | self.expression.holds(values, tolerance))

    def _values(self, name: str, codes: Floats) -> Floats:
        table = self.numbers.get(name)
        return codes if table is None else table[np.nan_to_num(codes).astype(np.intp)]


@dataclass(frozen=True)
class Forbidden:
    """A combination of codes that must not occur together, and how it was written."""

    written: Mapping[str, Scalar]
    columns: Mapping[str, int]
    codes: tuple[float, ...]

    @property
    def text(self) -> str:
        return json.dumps(dict(self.written), ensure_ascii=False)

    def holds(self, codes: Floats, tolerance: float) -> Mask:
        """Whether the combination is absent."""
        met = codes[:, list(self.columns.values())] == np.array(self.codes)
        return np.asarray(~met.all(axis=1))


Rule = Constraint | Forbidden


@dataclass(frozen=True)
class Rules:
    """All rules of a space; false when there are none."""

    constraints: tuple[Constraint, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    columns: frozenset[int] = field(default=frozenset())
    """Columns that some rule names."""

    @classmethod
    def of(cls, parameters: Mapping[str, Parameter], constraints: Any, forbidden: Any) -> Rules:
        """Raises SpaceError with field "constraints" or "forbidden" for anything that makes no sense."""
        read = tuple(_constraint(text, parameters) for text in _listed(constraints, "constraints"))
        taboo = tuple(_forbidden(entry, parameters) for entry in _listed(forbidden, "forbidden"))
        rules: tuple[Rule, ...] = (*read, *taboo)
        return cls(read, taboo, frozenset(column for rule in rules for column in rule.columns.values()))

    @property
    def all(self) -> tuple[Rule, ...]:
        return (*self.constraints, *self.forbidden)

    def __bool__(self) -> bool:
        return bool(self.constraints or self.forbidden)

    def holds(self, codes: Floats, tolerance: float = LOOSE) -> Mask:
        """(n,): whether (n, D) codes, NaN where inactive, break no rule."""
        kept = np.ones(len(codes), dtype=bool)
        for rule in self.all:
            kept &= rule.holds(codes, tolerance)
        return kept

    def broken(self, codes: Sequence[float]) -> Rule | None:
        """The first rule that (D,) codes break."""
        row = np.array([codes], dtype=np.float64)
        return next((rule for rule in self.all if not rule.holds(row, LOOSE)[0]), None)


def _listed(given: Any, field: str) -> Sequence[Any]:
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence):
        raise SpaceError(f"{field} are {given!r}; give a list", field=field)
    return given


def _constraint(text: Any, parameters: Mapping[str, Parameter]) -> Constraint:
    if not isinstance(text, str) or not text.strip():
        raise SpaceError(f'a constraint is {text!r}; write a text such as "2 * a <= b"', field="constraints")
    expression = Expression.parse(text)
    columns = {name: column for column, name in enumerate(parameters)}
    numbers = {}
    for token in expression.names:
        if token.text not in parameters:
            known = did_you_mean(token.text, parameters)
            raise ConstraintError(text, token.position, f"there is no parameter {token.text!r}; {known}")
        parameter = parameters[token.text]
        if isinstance(parameter, Categorical):
            numbers[token.text] = _numbers(text, token.position, token.text, parameter)
    named = {token.text: columns[token.text] for token in expression.names}
    return Constraint(expression, named, numbers)


def _numbers(text: str, position: int, name: str, parameter: Categorical) -> Floats:
    """The choices as numbers; false and true count as 0 and 1."""
    for choice in parameter.choices:
        if not isinstance(choice, int | float):
            problem = f'"{name}" has the choice {choice!r}, which is no number; use forbidden combinations'
            raise ConstraintError(text, position, problem)
    return np.array(parameter.choices, dtype=np.float64)


def _forbidden(entry: Any, parameters: Mapping[str, Parameter]) -> Forbidden:
    if not isinstance(entry, Mapping) or not entry:
        raise SpaceError(
            f'a forbidden combination is {entry!r}; write {{"parameter": value, …}}', field="forbidden"
        )
    columns = {name: column for column, name in enumerate(parameters)}
    written, codes = {}, []
    for name, value in entry.items():
        if name not in parameters:
            known = did_you_mean(name, parameters)
            raise SpaceError(f'forbidden: there is no parameter "{name}"; {known}', field="forbidden")
        parameter = parameters[name]
        if parameter.kind == "continuous":
            problem = "is continuous and meets a value only by chance; write a constraint instead"
            raise SpaceError(f'forbidden: "{name}" {problem}', field="forbidden")
        try:
            written[name] = parameter.normalise(value)
        except ParameterError as error:
            problem = f'"{name}" is never {error.value!r}; {error.remedy}'
            raise SpaceError(f"forbidden: {problem}", field="forbidden") from None
        codes.append(parameter.code(written[name]))
    return Forbidden(written, {name: columns[name] for name in written}, tuple(codes))
