"""What can be chosen and what fits together: data, models, scores, functions; used by Draft and the page."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from trials.objectives import ObjectiveError, parse
from trials.objectives.datasets import DatasetInfo, available_datasets
from trials.objectives.kinds.function import FUNCTIONS
from trials.objectives.models import ModelSpec, available_models
from trials.objectives.scoring import Scorer, available_scorers

from .space_rows import NUMERIC, Row, rows_of
from .switching import Relation

TASKS = {"classification": "Classification", "regression": "Regression"}

Groups = list[tuple[str, list[tuple[str, str]]]]


def dataset_named(name: str) -> DatasetInfo | None:
    return next((info for info in available_datasets() if info.name == name), None)


def model_named(name: str) -> ModelSpec | None:
    return next((spec for spec in available_models() if spec.name == name), None)


def dataset_choices() -> Groups:
    """The data sets by task, each with its size."""
    by_task = {task: [info for info in available_datasets() if info.task == task] for task in TASKS}
    return [
        (TASKS[task], [(info.name, f"{info.name} · {info.facts}") for info in infos])
        for task, infos in by_task.items()
    ]


def model_choices(dataset: str) -> list[tuple[str, str]]:
    """The models that fit a data set."""
    info = dataset_named(dataset)
    return [(spec.name, spec.title) for spec in available_models() if info is None or spec.task == info.task]


def scorer_choices(dataset: str, model: str) -> list[tuple[str, str]]:
    """The scores that fit a data set and a model, the usual one first."""
    return [(scorer.name, in_words(scorer)) for scorer in _scorers(dataset, model)]


def in_words(scorer: Scorer) -> str:
    """A score's title without the note on its sign, which the form says in a sentence of its own."""
    return scorer.title.partition(" (negated")[0]


def _scorers(dataset: str, model: str) -> tuple[Scorer, ...]:
    info, spec = dataset_named(dataset), model_named(model)
    return available_scorers(info, spec.probabilities if spec else True) if info else ()


def fitting(texts: Mapping[str, str]) -> dict[str, str]:
    """What must change so that the choices fit one another: a model for the data, a score for both."""
    if texts.get("kind") == "function":
        return {} if texts.get("function") in FUNCTIONS else {"function": next(iter(FUNCTIONS))}
    info, spec = dataset_named(texts.get("dataset", "")), model_named(texts.get("model", ""))
    changed: dict[str, str] = {}
    if info is None:
        info = available_datasets()[0]
        changed["dataset"] = info.name
    if spec is None or spec.task != info.task:
        models = available_models(info.task)
        relatives = [each for each in models if spec is not None and each.family == spec.family]
        spec = (relatives or list(models))[0]
        changed["model"] = spec.name
    scores = [scorer.name for scorer in available_scorers(info, spec.probabilities)]
    return changed if texts.get("scoring") in scores else changed | {"scoring": scores[0]}


def subject(objective: Mapping[str, Any]) -> str:
    """What decides on the default ranges, as text: model and data, or the function with its arguments."""
    if objective.get("kind") == "function":
        with suppress(ObjectiveError):  # what cannot be read yet is a subject as it is
            objective = parse(objective).to_dict()
        names = [name for name in objective if name != "fidelity"]
    else:
        names = ["kind", "model", "dataset"]
    return json.dumps({name: objective.get(name, "") for name in names}, sort_keys=True)


def objective_of(subject: str) -> dict[str, Any]:
    """The part of an objective that a subject holds; {} for a text that is none."""
    try:
        objective = json.loads(subject or "{}")
    except ValueError:
        return {}
    return objective if isinstance(objective, dict) else {}


def default_rows(subject: str) -> list[Row] | None:
    """The rows of a subject's default space; None where there is none to know."""
    objective = objective_of(subject)
    if objective.get("kind") == "model":
        spec = model_named(objective.get("model", ""))
        return rows_of(spec.space(dataset_named(objective.get("dataset", ""))).to_dict()) if spec else None
    try:
        space = parse(objective).default_space()
    except ObjectiveError:
        return None
    return rows_of(space.to_dict()) if space else None


def no_limits(subject: str) -> dict[str, str]:
    """Defaults of a model's ranges, by parameter, that stand for no limit: scikit-learn's own is None."""
    objective = objective_of(subject)
    spec = model_named(str(objective.get("model", "")))
    if spec is None:
        return {}
    rows = default_rows(subject) or []
    return {
        row.name: row.default
        for row in rows
        if row.type in NUMERIC
        and row.default
        and row.default == row.high
        and spec.defaults.get(row.name, "") is None
    }


def titled(subject: str) -> str:
    """The subject's name for a sentence: "random forest", "branin"."""
    objective = objective_of(subject)
    spec = model_named(objective.get("model", ""))
    return lowered(spec.title) if spec else str(objective.get("name", "what was chosen before"))


def automatic_name(objective: Mapping[str, Any]) -> str:
    """A study's name in words, from what is searched."""
    spec = model_named(objective.get("model", ""))
    if spec is None:
        return str(objective.get("name", "")).replace("_", " ").capitalize()
    return f"{spec.title} on {str(objective.get('dataset', '')).replace('_', ' ')}"


def relation(before: str, after: str) -> Relation:
    """Whether two subjects are the same model or function, of one family, or strangers."""
    old, new = objective_of(before), objective_of(after)
    if old.get("kind") != new.get("kind"):
        return "other"
    if (old.get("model"), old.get("name")) == (new.get("model"), new.get("name")):
        return "same"
    specs = [model_named(objective.get("model", "")) for objective in (old, new)]
    families = {spec.family if spec else None for spec in specs}
    return "family" if len(families) == 1 and None not in families else "other"


def lowered(title: str) -> str:
    """A title inside a sentence: "Random forest" is "random forest", "SVM" and "R²" stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or title[1:2] in " -" else title


def function_summary(name: str) -> str:
    return FUNCTIONS[name].summary if name in FUNCTIONS else ""
