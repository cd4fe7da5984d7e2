"""Constraint expressions such as `2 * a <= b`: read by a small grammar of our own. Used by rules.

    constraint := sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)+
    sum        := term (("+" | "-") term)*
    term       := factor (("*" | "/") factor)*
    factor     := ("+" | "-") factor | number | name | "(" sum ")"

Names are as in the space; one that is no plain word is written in backquotes: `my name`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizers.errors import ConstraintError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w))|(?P<name>[^\W\d][\w.]*)|`(?P<quoted>[^`]*)`"
    r"|(?P<compare><=|>=|==|!=|<|>)|(?P<sign>[-+*/()]))"
)
_LONGEST = 1000
_DEEPEST = 40


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


@dataclass(frozen=True)
class Number:
    value: float

    def evaluate(self, values: Mapping[str, Floats]) -> Floats:
        return np.asarray(self.value)


@dataclass(frozen=True)
class Name:
    name: str

    def evaluate(self, values: Mapping[str, Floats]) -> Floats:
        return values[self.name]


@dataclass(frozen=True)
class Operation:
    sign: str
    left: Term
    right: Term

    def evaluate(self, values: Mapping[str, Floats]) -> Floats:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if self.sign == "+":
            return left + right
        if self.sign == "-":
            return left - right
        return left * right if self.sign == "*" else left / right


Term = Number | Name | Operation


@dataclass(frozen=True)
class Expression:
    """A chain of comparisons, `sides[0] signs[0] sides[1] signs[1] …`, all of which must hold."""

    text: str
    sides: tuple[Term, ...]
    signs: tuple[str, ...]
    names: tuple[Token, ...]
    """The names that occur, with their positions."""

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Raises ConstraintError with the position of what was not understood."""
        return _Reader(text).constraint()

    def holds(self, values: Mapping[str, Floats], tolerance: float) -> Mask:
        """(n,): whether it holds for (n,) values of each name; never where a side is not finite.

        Sides that differ by less than `tolerance` of their size count as equal.
        """
        with np.errstate(all="ignore"):
            sides = [side.evaluate(values) for side in self.sides]
            pairs = zip(itertools.pairwise(sides), self.signs, strict=True)
            kept = [_compared(left, right, sign, tolerance) for (left, right), sign in pairs]
        return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*kept)))


def _compared(left: Floats, right: Floats, sign: str, tolerance: float) -> Mask:
    gap = left - right
    slack = tolerance * np.maximum(np.abs(left), np.abs(right))
    kept = {
        "<": gap < -slack,
        "<=": gap <= slack,
        ">": gap > slack,
        ">=": gap >= -slack,
        "==": np.abs(gap) <= slack,
        "!=": np.abs(gap) > slack,
    }[sign]
    return np.asarray(kept & np.isfinite(gap))


class _Reader:
    """Reads one constraint from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _LONGEST:
            raise ConstraintError(text[:60], 0, f"it has {len(text)} letters; {_LONGEST} are the most")
        self.tokens = list(self._tokens())
        self.place = 0
        self.depth = 0
        self.names: list[Token] = []

    def _tokens(self) -> Iterator[Token]:
        position, end = 0, len(self.text.rstrip())
        while position < end:
            found = _TOKEN.match(self.text, position)
            if found is None:
                start = position + len(self.text[position:]) - len(self.text[position:].lstrip())
                raise ConstraintError(self.text, start, f"{self.text[start]!r} is not understood here")
            kind = str(found.lastgroup)
            text = found.group(kind)
            start = found.start(kind) - (kind == "quoted")
            yield Token("name" if kind == "quoted" else kind, text, start)
            position = found.end()
        yield Token("end", "", end)

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, kind: str, among: str = "") -> Token | None:
        token = self.next
        if token.kind != kind or (among and token.text not in among):
            return None
        self.place += 1
        return token

    def constraint(self) -> Expression:
        sides = [self.sum()]
        signs = []
        while token := self.take("compare"):
            signs.append(token.text)
            sides.append(self.sum())
        if self.next.kind != "end":
            raise self.unexpected("an operator or the end")
        if not signs:
            raise ConstraintError(self.text, self.next.position, "a comparison such as <= is missing")
        if not self.names:
            raise ConstraintError(self.text, 0, "it names no parameter")
        return Expression(self.text, tuple(sides), tuple(signs), tuple(self.names))

    def sum(self) -> Term:
        left = self.term()
        while token := self.take("sign", "+-"):
            left = Operation(token.text, left, self.term())
        return left

    def term(self) -> Term:
        left = self.factor()
        while token := self.take("sign", "*/"):
            left = Operation(token.text, left, self.factor())
        return left

    def factor(self) -> Term:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ConstraintError(self.text, self.next.position, "it is nested too deeply; write it flatter")
        found = self._factor()
        self.depth -= 1
        return found

    def _factor(self) -> Term:
        if token := self.take("sign", "+-"):
            inner = self.factor()
            return inner if token.text == "+" else Operation("-", Number(0.0), inner)
        if token := self.take("number"):
            return Number(float(token.text))
        if token := self.take("name"):
            self.names.append(token)
            return Name(token.text)
        if opened := self.take("sign", "("):
            inner = self.sum()
            if self.take("sign", ")") is None:
                raise ConstraintError(self.text, opened.position, "this parenthesis is never closed")
            return inner
        raise self.unexpected("a name, a number or a parenthesis")

    def unexpected(self, wanted: str) -> ConstraintError:
        token = self.next
        problem = "it ends here" if token.kind == "end" else f"{token.text!r} stands here"
        return ConstraintError(self.text, token.position, f"{problem}, where {wanted} should be")
