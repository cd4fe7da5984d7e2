"""Spaces as JSON, with errors that name the parameter and the field. Used by Space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizers.errors import SpaceError, did_you_mean
from optimizers.space.numeric import Float, Integer
from optimizers.space.parameters import Boolean, Categorical, Parameter
from optimizers.space.rules import Rules
from optimizers.space.values import unstorable

NUMERIC_FIELDS = ("low", "high", "log", "step", "points", "default", "when", "distribution", "prior")
FIELDS: dict[str, tuple[type[Parameter], tuple[str, ...]]] = {
    "float": (Float, NUMERIC_FIELDS),
    "integer": (Integer, NUMERIC_FIELDS),
    "categorical": (Categorical, ("choices", "ordered", "default", "when", "prior")),
    "boolean": (Boolean, ("default", "when", "prior")),
}
LONGEST_NAME = 100


def space_to_dict(parameters: Mapping[str, Parameter], rules: Rules) -> dict[str, Any]:
    return {
        "parameters": [{"name": name} | parameter.to_dict() for name, parameter in parameters.items()],
        "constraints": [constraint.text for constraint in rules.constraints],
        "forbidden": [dict(combination.written) for combination in rules.forbidden],
    }


def space_from_dict(data: Any) -> dict[str, Any]:
    """The keyword arguments of Space."""
    if not isinstance(data, Mapping) or not isinstance(data.get("parameters"), list | tuple):
        raise SpaceError(
            f'a space is an object with a list of "parameters", and not {_brief(data)}', field="parameters"
        )
    for key in data:
        if key not in ("parameters", "constraints", "forbidden"):
            known = did_you_mean(key, ("parameters", "constraints", "forbidden"))
            raise SpaceError(f"a space has no field {key!r}; {known}", field=str(key))
    parameters: dict[str, Parameter] = {}
    for position, entry in enumerate(data["parameters"], start=1):
        name = _name_of(entry, position)
        if name in parameters:
            raise SpaceError(
                "is listed twice; give each parameter its own name", parameter=name, field="name"
            )
        parameters[name] = _parameter_from_dict(name, entry)
    return {
        "parameters": parameters,
        "constraints": data.get("constraints") or (),
        "forbidden": data.get("forbidden") or (),
    }


def _name_of(entry: Any, position: int) -> str:
    if not isinstance(entry, Mapping):
        raise SpaceError(f"parameter {position} is {_brief(entry)}; write an object with name and type")
    if "name" not in entry:
        raise SpaceError(f"parameter {position} has no name; add one", field="name")
    return check_name(entry["name"])


def _parameter_from_dict(name: str, entry: Mapping[str, Any]) -> Parameter:
    kind = entry.get("type")
    if kind is None:
        raise SpaceError(_typeless(entry), parameter=name, field="type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise SpaceError(
            f"type {kind!r} is not known; {did_you_mean(kind, FIELDS)}", parameter=name, field="type"
        )
    parameter_class, fields = FIELDS[kind]
    given = {key: value for key, value in entry.items() if key not in ("name", "type")}
    for key in given:
        if key not in fields:
            raise SpaceError(
                f"{kind} has no field {key!r}; {did_you_mean(key, fields)}", parameter=name, field=str(key)
            )
    if kind == "categorical" and "choices" not in given:
        raise SpaceError("choices are missing; list at least one", parameter=name, field="choices")
    # Forms may send every field: null then means "not given", except as a default where null is a choice.
    given = {key: value for key, value in given.items() if value is not None or key in ("default", "choices")}
    try:
        return parameter_class(**given)
    except SpaceError as error:
        raise SpaceError(error.problem, parameter=name, field=error.field) from None


def _typeless(entry: Mapping[str, Any]) -> str:
    known = {"name", "type"}.union(*(fields for _, fields in FIELDS.values()))
    unknown = [key for key in entry if key not in known]
    meant = f"; it has {unknown[0]!r}, which no parameter has" if unknown else ""
    return f"has no type{meant}; give it as type: {', '.join(FIELDS)}"


def check_name(name: Any) -> str:
    """`name` when it can be the name of a parameter; SpaceError otherwise."""
    if not isinstance(name, str) or not name.strip():
        raise SpaceError(
            f"a parameter's name is {name!r}; give it a text of at least one letter", field="name"
        )
    if len(name) > LONGEST_NAME:
        raise SpaceError(
            f"the name {name[:20]!r}… has {len(name)} letters; {LONGEST_NAME} are the most", field="name"
        )
    if unstorable(name) or not name.isprintable():
        raise SpaceError(
            f"the name {name!r} holds a character that cannot be shown; leave it out", field="name"
        )
    return name


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
