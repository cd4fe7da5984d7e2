"""What the form offers as a fidelity, given the models and the validation that are chosen; for its page."""

from collections.abc import Mapping
from typing import Any

from trials.objectives.base import ObjectiveError, parse
from trials.objectives.kinds.model import ModelObjective
from trials.objectives.resources import ROWS, Resource, offered
from trials.objectives.validation import Validation

from . import numbers
from .selection import model_named, models_of


def resources_of(objective: Mapping[str, Any]) -> tuple[Resource, ...]:
    """What trials of an objective's JSON can get a part of; () where it cannot be known yet."""
    try:
        found = parse({name: value for name, value in objective.items() if name != "fidelity"})
    except ObjectiveError:
        specs = [spec for name in models_of(objective) if (spec := model_named(name)) is not None]
        return offered(specs, Validation("kfold", 5)) if specs else ()
    return offered(found.models, found.validation) if isinstance(found, ModelObjective) else ()


def choices(resources: tuple[Resource, ...]) -> list[tuple[str, str]]:
    """The entries of the list: none, the model's own, what any model has."""
    return [("", "No: every trial is trained fully"), *((own.name, own.title) for own in resources)]


def usual_ends(resource: Resource) -> tuple[str, str]:
    """The least and the most that blank fields mean, as typed."""
    if resource.name == ROWS:
        return f"{resource.min:.0%}", f"{resource.max:.0%}"
    return numbers.typed(int(resource.min)), numbers.typed(int(resource.max))
