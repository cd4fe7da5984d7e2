"""Several models in one search: a parameter `model` that chooses, and under it the parameters of each; used
by the kind "model".

A parameter of a family is called `<model>__<parameter>` and exists where `model` is that family.
Preprocessing parameters (`prep__…`) belong to all families alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from optimizers import Categorical, Space
from trials.objectives.base import ObjectiveError, unknown
from trials.objectives.catalogue import ModelSpec
from trials.objectives.preparation import PREFIX

CHOICE, JOINT = "model", "__"
#: Raises ObjectiveError where the space of one family does not suit it.
Check = Callable[[ModelSpec, Space], None]


def joint_space(spaces: Mapping[str, Space]) -> Space:
    """The spaces of several models, by name, under one choice, whose default is the first."""
    names = list(spaces)
    choice = {"name": CHOICE, "type": "categorical", "choices": names, "default": names[0]}
    parameters = [choice]
    for name, space in spaces.items():
        parameters += [_under(name, parameter) for parameter in space.to_dict()["parameters"]]
    return Space.from_dict({"parameters": parameters})


def _under(family: str, parameter: dict[str, Any]) -> dict[str, Any]:
    conditions = {f"{family}{JOINT}{name}": value for name, value in parameter.get("when", {}).items()}
    return parameter | {
        "name": f"{family}{JOINT}{parameter['name']}",
        "when": {CHOICE: [family], **conditions},
    }


def chosen(models: Sequence[ModelSpec], params: Mapping[str, Any]) -> tuple[ModelSpec, dict[str, Any]]:
    """The family that `params` choose, the first where they leave it open, and its parameters without its
    name; ObjectiveError (field "params.model") for a stranger.
    """
    found = {model.name: model for model in models}
    name = params.get(CHOICE, models[0].name)
    if name not in found:
        raise ObjectiveError(f"params.{CHOICE}", unknown("model in this study", name, found))
    prefix = f"{name}{JOINT}"
    own = {key.removeprefix(prefix): value for key, value in params.items() if key.startswith(prefix)}
    shared = {key: value for key, value in params.items() if key.startswith(PREFIX)}
    return found[name], own | shared


def check_joint_space(models: Sequence[ModelSpec], space: Space, check: Check) -> None:
    """Raise ObjectiveError (field "space.<name>") unless every parameter is the choice, a family's that the
    family takes by its `check`, or a preprocessing one.
    """
    _check_choice(models, space)
    _check_prefixes([model.name for model in models], space)
    described = {parameter["name"]: parameter for parameter in space.to_dict()["parameters"]}
    for model in models:
        prefix = f"{model.name}{JOINT}"
        own = [
            parameter | {"name": name.removeprefix(prefix), "when": {}}
            for name, parameter in described.items()
            if name.startswith((prefix, PREFIX))
        ]
        if own:
            _check_family(model, Space.from_dict({"parameters": own}), check)


def _check_choice(models: Sequence[ModelSpec], space: Space) -> None:
    names = [model.name for model in models]
    choice = space.parameters.get(CHOICE)
    if not isinstance(choice, Categorical):
        raise ObjectiveError(
            f"space.{CHOICE}",
            f"a search over several models needs the categorical parameter {CHOICE!r} with the choices "
            f"{', '.join(names)}",
        )
    for name in choice.choices:
        if name not in names:
            raise ObjectiveError(f"space.{CHOICE}", unknown("model in this study", name, names))


def _check_prefixes(names: Sequence[str], space: Space) -> None:
    prefixes = tuple(f"{name}{JOINT}" for name in names)
    for name in space.names:
        if name != CHOICE and not name.startswith((*prefixes, PREFIX)):
            raise ObjectiveError(
                f"space.{name}",
                f"{name!r} belongs to none of the models: write <model>{JOINT}<parameter>, such as "
                f"{prefixes[0]}{name.rpartition(JOINT)[2]}, with one of {', '.join(names)}",
            )


def _check_family(model: ModelSpec, space: Space, check: Check) -> None:
    try:
        check(model, space)
    except ObjectiveError as error:
        raise ObjectiveError(joint_field(model, error.field), error.message) from error


def joint_field(model: ModelSpec, field: str) -> str:
    """The place of an error of one family in the terms of the joint space."""
    place, _, name = field.partition(".")
    return f"{place}.{model.name}{JOINT}{name}" if name and not name.startswith(PREFIX) else field
