"""All that is wrong with a study at once, where the engine's check stops at the first; called by Draft."""

from collections.abc import Mapping
from typing import Any

from trials.engine.creation import StudyError, StudyPlan, check_study

#: More rounds than a form has parts that can be wrong.
MOST_ROUNDS = 40
#: Parts that a check can go on without: their defaults stand in.
OPTIONAL = (
    "name",
    "seed",
    "parallelism",
    "budget",
    "optimizer",
    "metrics",
    "directions",
    "constraints",
    "space",
    "warm_start",
    "stopping",
)
REQUIRED = ("kind", "model", "dataset", "name")


def all_refusals(study: Mapping[str, Any]) -> tuple[StudyPlan | None, dict[str, str]]:
    """The plan of a study, or None and what is wrong with it: the first message of each dotted place.

    What was refused is left out and the rest is checked again, so that no error hides another. Errors that
    only follow from what was left out are not told.
    """
    refused: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        try:
            plan = check_study(study)
            return (None if refused else plan), refused
        except StudyError as error:
            followed = study.get("space") is None and bool(refused)
            found = {
                place: messages[0]
                for place, messages in error.fields.items()
                if place not in refused and not (followed and _of_space(place))
            }
        refused |= found
        reduced: Mapping[str, Any] | None = study
        for place in found:
            reduced = None if reduced is None else _without(reduced, place)
        if not found or reduced is None:
            break
        study = reduced
    return None, refused


def _of_space(place: str) -> bool:
    return place == "space" or place.startswith("space.")


def _without(study: Mapping[str, Any], place: str) -> Mapping[str, Any] | None:
    """The study without what is at a place; None when no check makes sense without it."""
    part, _, rest = place.partition(".")
    if part == "space":
        return {**study, "space": _space_without(study.get("space"), rest.removeprefix("parameters."))}
    if part == "objective":
        return _without_argument(study, rest)
    if part not in OPTIONAL:
        return None
    if rest and rest != "name" and isinstance(study.get(part), Mapping):
        return {**study, part: {key: value for key, value in study[part].items() if key != rest}}
    return {key: value for key, value in study.items() if key != part}


def _without_argument(study: Mapping[str, Any], rest: str) -> Mapping[str, Any] | None:
    objective = study.get("objective")
    if not rest or rest in REQUIRED or not isinstance(objective, Mapping):
        return None
    key, _, inner = rest.partition(".")
    kept = {name: value for name, value in objective.items() if name != key}
    if inner and inner != "kind" and isinstance(objective.get(key), Mapping):
        kept[key] = {name: value for name, value in objective[key].items() if name != inner}
    # The arguments of a function decide on its parameters: without them, no space can be checked.
    space = {"space": None} if objective.get("kind") == "function" else {}
    return {**study, "objective": kept, **space}


def _space_without(space: Any, place: str) -> dict[str, Any] | None:
    """The space without the parameter at fault, and without conditions, which may have needed it."""
    parameters = space["parameters"] if space else []
    kept = [
        {key: value for key, value in each.items() if key != "when"}
        for each in parameters
        if place != each["name"] and not place.startswith(f"{each['name']}.")
    ]
    return {"parameters": kept} if kept and len(kept) < len(parameters) else None
