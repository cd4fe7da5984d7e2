"""A study in words: what is trained on what, and the subtitle under its name; for all pages."""

from dataclasses import dataclass
from typing import Any

from trials import wording
from trials.models import Study


@dataclass(frozen=True)
class Subject:
    """What a study is about: `data` is the data set or sort of objective, `tags` say more in a word each."""

    data: str
    tags: tuple[str, ...]


def subject_of(objective: dict[str, Any], optimizer: dict[str, Any]) -> Subject:
    """Return the data set (or function) and the words beside it, from the stored JSON alone."""
    match objective:
        case {"kind": "model", "model": str(model), "dataset": dataset}:
            return Subject(str(dataset), (wording.model_title(model), optimizer["name"]))
        case {"kind": "model", "models": [*models], "dataset": dataset}:
            return Subject(str(dataset), (wording.models_title(models), optimizer["name"]))
        case {"kind": "function", "name": str(name)}:
            return Subject("function", (name.replace("_", " "), optimizer["name"]))
        case _:
            return Subject(str(objective.get("kind", "")), (optimizer["name"],))


def subtitle_of(study: Study) -> tuple[str, ...]:
    """Return the parts of the line under the study's name, to be joined by dots."""
    aims = wording.goals(study.metrics, study.directions)
    parts = [f"{aims[:1].upper()}{aims[1:]}"]
    limits = [wording.limit_in_words(limit) for limit in study.constraints]
    parts += [f"keep {wording.listed(limits)}"] if limits else []
    parts += [_what(study.objective)]
    parts += [f"optimizer {study.optimizer['name']}", f"seed {study.seed}"]
    return tuple(part for part in parts if part)


def _what(objective: dict[str, Any]) -> str:
    match objective:
        case {"kind": "model", "dataset": dataset}:
            models = objective.get("models") or [str(objective.get("model"))]
            validation = _validation(objective.get("validation") or {})
            return f"{wording.models_title(models)} on {dataset}, {validation}"
        case {"kind": "function", "name": str(name)}:
            return f"function {name}"
        case {"kind": "external"}:
            return "trained outside, over the API"
        case _:
            return ""


def _validation(validation: dict[str, Any]) -> str:
    folds = validation.get("folds")
    return (
        f"{folds}-fold cross-validation"
        if folds
        else str(validation.get("kind", "")).replace("holdout", "hold-out")
    )
