"""Names for studies that nobody named: what is searched, in words, and none twice; forms and plan call it."""

from collections.abc import Mapping
from typing import Any

from trials.models import Study
from trials.objectives.models import available_models

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def automatic_name(objective: Mapping[str, Any]) -> str:
    """What is searched, in words, numbered where a study has that name: "Neural network on digits 2"."""
    return Study.objects.free_name(what_is_searched(objective))


def what_is_searched(objective: Mapping[str, Any]) -> str:
    """An objective in a few words: "Neural network on digits", "Three models on wine", "Branin"."""
    models = objective.get("models") or ([objective["model"]] if objective.get("model") else [])
    if not models:
        return readable(objective.get("name") or f"{objective.get('kind', '')} study")
    title = f"{number(len(models)).capitalize()} models" if len(models) > 1 else model_title(models[0])
    return f"{title} on {str(objective.get('dataset', '')).replace('_', ' ')}"


def model_title(name: str) -> str:
    """The title of a model of the catalogue: "Neural network" of "mlp_classifier"."""
    known = (spec.title for spec in available_models() if spec.name == name)
    return next(known, readable(name))


def number(count: int) -> str:
    """Small numbers as words, as sentences have them."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def readable(name: object) -> str:
    return str(name).replace("_", " ").capitalize()
