"""Rules between parameters as lines of text, and the `constraints` and `forbidden` of a space; for the rows.

A constraint is an expression a line, `2 * leaf <= split`; a forbidden combination a line of values,
`solver = lbfgs; penalty = l1`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .choices import Scalar
from .conditions import NotACondition, condition, described

Match = Callable[[str, Scalar], Scalar]


def constraints_of(text: str) -> list[str]:
    """The expressions of a text, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def forbidden_of(text: str, match: Match) -> tuple[list[dict[str, Scalar]], list[str]]:
    """The combinations of a text, one a line, and what is wrong with the lines that say none.

    `match(name, value)` gives a value the type it has among the choices of the parameter.
    """
    found: list[dict[str, Scalar]] = []
    wrong: list[str] = []
    for count, line in enumerate(text.splitlines(), start=1):
        try:
            combination = _combination(line)
        except NotACondition as error:
            wrong.append(f"line {count}: {error}")
            continue
        if combination:
            found.append({name: match(name, value) for name, value in combination.items()})
    return found, wrong


def _combination(line: str) -> dict[str, Scalar]:
    combination: dict[str, Scalar] = {}
    for name, holds in condition(line).items():
        if isinstance(holds, dict) or len(holds) != 1:
            raise NotACondition(f"“{name}” has more than one value; write a line for each combination")
        combination[name] = holds[0]
    return combination


def texts_of(space: Mapping[str, Any]) -> dict[str, str]:
    """The texts that say the rules of a space given as JSON, without those that are empty."""
    combinations = [
        described({name: [value] for name, value in each.items()}) for each in space.get("forbidden") or ()
    ]
    texts = {
        "constraints": "\n".join(str(line) for line in space.get("constraints") or ()),
        "forbidden": "\n".join(combinations),
    }
    return {name: text for name, text in texts.items() if text}
