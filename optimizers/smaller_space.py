"""Part of a space as a space of its own, from changed JSON of its parameters; called by `narrowing`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizers.errors import SpaceError
from optimizers.space import Space
from optimizers.space.values import identity

Entry = Mapping[str, Any]
"""A parameter's JSON, with its name."""


def with_choices(entry: Entry, choices: Sequence[Any], best: Any) -> dict[str, Any]:
    """The parameter with these values only; a default that is none of them gives way to `best`."""
    kept = {key: value for key, value in entry.items() if key in ("name", "when")}
    plain = {"type": "categorical", "choices": list(choices), "ordered": entry.get("ordered", False)}
    known = {identity(choice) for choice in choices}
    default = entry.get("default", best) if "default" in entry else best
    if identity(default) not in known:
        default = best if identity(best) in known else None
    fits = "default" in entry and identity(default) in known
    return {**kept, **plain, **({"default": default} if fits else {}), **_weights(entry, choices)}


def _weights(entry: Entry, choices: Sequence[Any]) -> dict[str, Any]:
    """The belief in the choices that are left, where there is one and it speaks for any of them."""
    before = [False, True] if entry["type"] == "boolean" else entry.get("choices")
    if before is None or "prior" not in entry:
        return {}
    known = {identity(choice): weight for choice, weight in zip(before, entry["prior"], strict=True)}
    left = [known[identity(choice)] for choice in choices]
    return {"prior": left} if sum(left) > 0.0 else {}


def with_ends(entry: Entry, low: float, high: float, best: float | None) -> dict[str, Any]:
    """The parameter between these ends; a default outside gives way to `best`."""
    smaller = {**entry, "low": low, "high": high}
    if "default" in entry and not low <= entry["default"] <= high:
        smaller.pop("default")
        smaller |= {} if best is None else {"default": best}
    return smaller


def rebuilt(space: Space, entries: Mapping[str, Entry]) -> Space | None:
    """The space of these entries, without what can never be active; None where they make none."""
    written = space.to_dict()
    known = dict(entries)
    try:
        while True:
            gone = [name for name, entry in known.items() if not _possible(entry, known)]
            if not gone:
                break
            known = {name: entry for name, entry in known.items() if name not in gone}
        parameters = [{**entry, **_conditions(entry, known)} for entry in known.values()]
        rules = [text for text in written["constraints"] if _speaks(text, space, known)]
        forbidden = [each for each in written["forbidden"] if _meant(each, known)]
        return Space.from_dict({"parameters": parameters, "constraints": rules, "forbidden": forbidden})
    except SpaceError:
        return None


def _possible(entry: Entry, known: Mapping[str, Entry]) -> bool:
    """Whether the conditions of an entry can hold, given what is left of its parents."""
    return all(
        parent in known and _values_left(condition, known[parent])
        for parent, condition in entry.get("when", {}).items()
    )


def _values_left(condition: Any, parent: Entry) -> bool:
    if isinstance(condition, Mapping):
        if "choices" in parent:
            return any(_within(choice, condition) for choice in parent["choices"])
        low, high = condition.get("min", -math.inf), condition.get("max", math.inf)
        return bool(parent.get("low", -math.inf) <= high and parent.get("high", math.inf) >= low)
    return bool(_left(condition, parent))


def _within(value: Any, condition: Mapping[str, Any]) -> bool:
    if isinstance(value, str | bool | None):
        return False
    return bool(condition.get("min", -math.inf) <= value <= condition.get("max", math.inf))


def _left(condition: Sequence[Any], parent: Entry) -> list[Any]:
    """The values of a condition that its parent can still have."""
    if "choices" in parent:
        there = {identity(choice) for choice in parent["choices"]}
        return [value for value in condition if identity(value) in there]
    low, high = parent.get("low", -math.inf), parent.get("high", math.inf)
    return [value for value in condition if parent["type"] == "boolean" or low <= value <= high]


def _conditions(entry: Entry, known: Mapping[str, Entry]) -> dict[str, Any]:
    if "when" not in entry:
        return {}
    left = {
        parent: condition if isinstance(condition, Mapping) else _left(condition, known[parent])
        for parent, condition in entry["when"].items()
    }
    return {"when": left}


def _speaks(text: str, space: Space, known: Mapping[str, Any]) -> bool:
    """Whether a constraint names only parameters that are left: of others it had nothing to say."""
    gone = [name for name in space.names if name not in known]
    return not any(name in text for name in gone)


def _meant(combination: Mapping[str, Any], known: Mapping[str, Entry]) -> bool:
    """Whether a forbidden combination can still occur."""
    return all(
        name in known and ("choices" not in known[name] or bool(_left([value], known[name])))
        for name, value in combination.items()
    )
